"""The French of Wagtail, as the portal says it."""

import gettext
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils.text import camel_case_to_spaces
from wagtail.models import Collection, Page

from caps_sheets.podcasts.models import ShowPage
from portal.base.models import StandardPage
from portal.home.models import HomePage
from portal.site_setup import french
from portal.site_setup.roles import MODERATION, setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.capitalisation import make_member

SCREENS = Path(__file__).parents[1] / "rendered" / "screens"
OURS = ("portal", "caps_sheets", "network", "search")

AS_THE_PORTAL_DOES_NOT = re.compile(
    r"(?i)ce\(tte\)|ce/cette|é\(e\)|un\(e\)|sûr\(e\)|seul les|\bworkflows?\b|[a-zéè]'[a-zéèêh]"
)


def test_every_model_has_a_name_in_french() -> None:
    """Django makes an English one from the name of a class, and Wagtail shows it: « Sheet clsms »."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]
    made = [model for model in ours if model._meta.verbose_name == camel_case_to_spaces(model.__name__)]
    assert [model for model in made if not model._meta.original_attrs.get("verbose_name")] == []
    plurals = [model for model in ours if model._meta.verbose_name_plural == f"{model._meta.verbose_name}s"]
    joined = [model for model in plurals if len(str(model._meta.verbose_name).split()) > 1]
    assert [model for model in joined if not model._meta.original_attrs.get("verbose_name_plural")] == []


@pytest.mark.parametrize("domain", french.DOMAINS)
def test_the_catalogue_is_current(domain: str) -> None:
    what_to_do = "make it current with: python manage.py write_french"
    assert french.path(domain, "po").read_text(encoding="utf-8") == french.as_po(domain), what_to_do
    with french.path(domain, "mo").open("rb") as compiled:
        kept = gettext.GNUTranslations(compiled)._catalog  # type: ignore[attr-defined]
    assert {key: text for key, text in kept.items() if key} == french.own_catalogue(domain), what_to_do


@pytest.mark.parametrize("domain", french.DOMAINS)
def test_no_word_is_written_in_two_genders(domain: str) -> None:
    said = [french.reworded(key, text) for key, text in french.library_catalogue(domain).items()]
    assert [text for text in said if re.search(r"\w\((e|ne|ve|te|le|re|rice|trice|elle)\)", text)] == []


def edit_of(page: Page) -> tuple[str, int]:
    return "wagtailadmin_pages:edit", page.pk


@pytest.mark.django_db
class TestScreens:
    def shown(self, client: Client, name: str, *args: object) -> BeautifulSoup:
        response = client.get(reverse(name, args=args))
        assert response.status_code == 200
        screen = BeautifulSoup(response.content, "html.parser")
        assert not AS_THE_PORTAL_DOES_NOT.search(screen.get_text(" "))
        return screen

    def test_the_editor(self, admin_client: Client, home: HomePage) -> None:
        page = StandardPage.objects.get(slug="mentions-legales")
        screen = self.shown(admin_client, *edit_of(page))
        assert screen.title
        assert screen.title.string == "Modification (Page de texte)\xa0: Mentions légales - Portail CLSM"

    def test_a_page_that_waits_for_somebody_else(self, admin_client: Client, admin_user: User, home: HomePage) -> None:
        setup_roles()
        setup_workflows()
        page = ShowPage.objects.get()
        page.get_workflow().start(page, admin_user)
        writer = User.objects.create_user("autrice@portail.example")
        writer.groups.set(Group.objects.filter(name="Édition"))
        client = Client()
        client.force_login(writer)
        assert "Seules les personnes chargées de cette étape" in self.shown(client, *edit_of(page)).get_text()
        assert "Annuler le circuit" in self.shown(admin_client, *edit_of(page)).get_text()

    @pytest.mark.parametrize(
        "name",
        [
            "wagtailadmin_reports:workflow",
            "wagtailadmin_workflows:index",
            "wagtailadmin_reports:locked_pages",
            "wagtailimages:index",
            "wagtaildocs:index",
        ],
    )
    def test_the_lists(self, admin_client: Client, home: HomePage, name: str) -> None:
        self.shown(admin_client, name)

    def test_the_home_of_who_keeps_the_sounds(self, client: Client, home: HomePage) -> None:
        setup_roles()
        client.force_login(make_member(MODERATION))
        assert "edia file" not in self.shown(client, "wagtailadmin_home").get_text(" ")

    def test_the_roots(self, admin_client: Client, home: HomePage) -> None:
        assert "Racine" in self.shown(admin_client, "wagtailadmin_explore_root").get_text()
        assert [Page.objects.get(depth=1).title, Collection.objects.get(depth=1).name] == ["Racine", "Racine"]
        assert "Racine" in self.shown(admin_client, "wagtailimages:index").get_text()


@pytest.mark.django_db
def test_the_admin_bears_our_mark(admin_client: Client, home: HomePage) -> None:
    screen = BeautifulSoup(admin_client.get(reverse("wagtailadmin_home")).content, "html.parser")
    assert "favicon.svg" in str(screen.select_one("link[rel=icon]"))
    mark = screen.select_one("template[data-wagtail-sidebar-branding-logo]")
    assert mark
    assert "Portail CLSM" in str(mark)


#: Words that no French text of the portal holds. The kept screens hold the page as a reader of screens hears it.
ENGLISH = re.compile(
    r"(?<![\w/=.@#-])(?:the|this|these|that|your|you|are|is|was|with|from|for|and|or|not|no|of|to|by|at|search|add|edit|"
    r"delete|remove|choose|another|select|view|draft|save|publish|unpublish|move|history|usage|created|updated|uploaded|"
    r"published|locked|user|users|group|groups|sheet|sheets|children|child|parent|home|settings|help|toggle|show|hide|"
    r"close|open|clear|filter|filters|enter|value|loading|name|submit|cancel|confirm|file|files|item|items|none|new|"
    r"error|errors|validation|field|fields|required|optional|choice|choices|permission|task|workflow|session)(?![\w/=.@-])",
    re.IGNORECASE,
)
#: « Validation nationale », « Session », « terme parent »…: French too. « user », « new », « title »: values of a form.
ALSO_FRENCH = {"validation", "permission", "parent", "session", "is", "or", "usage"}
SAID = re.compile(r"\b(?:aria-label|title|placeholder|alt|label)=(?:\"([^\"]*)\"|([^\s>]+(?: (?![\w-]+=)[^\s>]+)*))")
BUTTON = re.compile(r"<input type=submit\b.* value=([^>]*?)(?: [\w-]+=.*)?>|<button\b.* value=([^>]*?)(?: [\w-]+=.*)?>")


def said_in(screen: str) -> list[str]:
    """The texts of a kept screen, then the names that only a reader of screens says; what is hidden is left out."""
    said, is_hidden = [], False
    for line in screen.splitlines():
        text = line.strip()
        if text.startswith(("<", "meta ", "link ", "script ")):
            said += [one or other for one, other in [*SAID.findall(text), *BUTTON.findall(text)]]
            is_hidden = " hidden" in text or text.startswith(("<option", "<code"))
        elif not is_hidden:
            said.append(text)
    return said


def test_no_screen_speaks_english() -> None:
    found = {
        (path.name, text[:100])
        for path in SCREENS.iterdir()
        if "_admin" in path.name
        for text in said_in(path.read_text(encoding="utf-8"))
        if {word.lower() for word in ENGLISH.findall(text)} - ALSO_FRENCH
    }
    assert sorted(found) == []


@pytest.mark.django_db
def test_an_address_of_the_admin_that_leads_nowhere_says_where_to_go(admin_client: Client, home: HomePage) -> None:
    answer = admin_client.get("/admin/pages/999999/edit/")
    screen = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 404
    assert screen.main
    assert screen.main.h1
    assert screen.main.h1.get_text() == "Page introuvable"
    assert "Wagtail" not in screen.main.get_text()
    assert screen.main.a
    assert screen.main.a["href"] == reverse("wagtailadmin_home")
