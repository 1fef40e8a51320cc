"""The name of a page that is not public is told nowhere: not to a visitor, nor in the back office without a right.

Pages of every kind, hidden in every way, are linked from public pages in every way that pages are linked.
"""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageViewRestriction
from wagtail.rich_text import RichText

from caps_sheets.models import Reuse, ReuseState
from portal.moderation.models import Retirement
from portal.site_setup.roles import COACHING, COORDINATION, EDITING
from search.outbox import rebuild
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode, make_show
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_site, make_standard_page

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
SECRET = "ornithorynque"
WORD = "castor"  # in every public page
HIDDEN = {
    "clsm": ("draft", "unpublished", "expired", "login", "password", "group", "below a private page"),
    "sheet": ("draft", "expired", "login", "below a private page"),
    "episode": ("unpublished", "password"),
    "news": ("draft", "group"),
    "text": ("expired", "login"),
}


class World:
    """``hidden``: kind, state → page. ``hub``: a public page of each kind, which names all of them."""

    def __init__(self) -> None:
        self.home = make_site()
        self.theme = make_theme("repit", name="Répit")
        self.people = {name: make_member(name) for name in (COORDINATION, COACHING, EDITING)}
        make_show()
        self.private = make_standard_page(self.home, title=f"Rubrique {SECRET}", slug=f"rubrique-{SECRET}")
        self._restrict(self.private, PageViewRestriction.LOGIN)
        self.hidden = {
            (kind, state): self._hide(self._make(kind, state), state) for kind in HIDDEN for state in HIDDEN[kind]
        }
        self._hub()
        self._side_doors()
        rebuild()

    def _make(self, kind: str, state: str) -> Page:
        kw = {"title": f"{kind} {SECRET} {state}", "slug": f"{kind}-{SECRET}-{state.replace(' ', '-')}"}
        if kind == "clsm":
            return make_clsm(**kw)
        if kind == "sheet":
            return make_sheet(**kw, themes=[self.theme])
        if kind == "episode":
            return make_episode(**kw, themes=[self.theme])
        return make_news(**kw) if kind == "news" else make_standard_page(self.home, **kw)

    def _hide(self, page: Page, state: str) -> Page:
        pages = Page.objects.filter(pk=page.pk)
        if state in ("draft", "unpublished"):
            pages.update(live=False)
        elif state == "expired":
            pages.update(expire_at=timezone.now() - timedelta(minutes=1))
        elif state == "below a private page":
            Page.objects.get(pk=page.pk).move(Page.objects.get(pk=self.private.pk), pos="last-child")
        else:
            self._restrict(page, {"group": PageViewRestriction.GROUPS}.get(state, state))
        return page

    def _restrict(self, page: Page, kind: str) -> None:
        made = PageViewRestriction.objects.create(page_id=page.pk, restriction_type=kind, password="mot-de-passe")
        made.groups.set(Group.objects.filter(name="Administration"))

    def of(self, kind: str) -> list[Page]:
        return [page for (each, _), page in self.hidden.items() if each == kind]

    def _hub(self) -> None:
        links = "".join(f'<a linktype="page" id="{page.pk}">lien</a> ' for page in self.hidden.values())
        buttons = [("button", {"label": "Voir", "page": page, "url": ""}) for page in self.of("sheet")]
        text = [("paragraph", RichText(f"<p>{WORD} {links}</p>")), *buttons]
        self.clsm = make_clsm(title=f"CLSM {WORD}", replaced_by=self.of("clsm")[0], themes=[self.theme])
        self.ending = make_clsm(title="CLSM qui finit", expire_at=timezone.now() + HOUR)
        self.sheet = make_sheet(
            title=f"Fiche {WORD}", clsms=[self.clsm, self.ending, *self.of("clsm")], themes=[self.theme]
        )
        self.episode = make_episode(
            title=f"Épisode {WORD}", sheets=[self.sheet, *self.of("sheet")], clsms=[self.clsm, *self.of("clsm")],
            notes=f"<p>{links}</p>", themes=[self.theme],
        )  # fmt: skip
        make_news(title=f"Actualité {WORD}", body=text)
        make_standard_page(self.home, title=f"Page {WORD}", body=text)

    def _side_doors(self) -> None:
        for clsm in self.of("clsm"):
            make_answer(clsm=clsm, title=f"Action {SECRET}", main_theme=self.theme)
            Reuse.objects.create(sheet=self.sheet, clsm=clsm, year=2024, kept="a", state=ReuseState.PUBLISHED)
        for number, page in enumerate(self.hidden.values()):
            Redirect.objects.create(old_path=f"/ancienne-{number}", redirect_page=page)
            promotion = {"query": Query.get(WORD), "page": page, "sort_order": number}
            SearchPromotion.objects.create(**promotion)
            if page.get_view_restrictions():
                Retirement.objects.create(page=page, reason="Archivée.", retired_on=timezone.localdate())


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    cache.clear()
    index = override_settings(SEARCH_INDEX_ROOT=tmp_path_factory.mktemp("names"))
    with django_db_blocker.unblock(), transaction.atomic(), index:
        yield World()
        transaction.set_rollback(True)
    cache.clear()


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    return shared_world


def told(response) -> str:
    content = b"".join(response) if response.streaming else response.content
    if content.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(archive.read(name) for name in archive.namelist())
    return f"{response.get('Location', '')} {content.decode(errors='ignore')}".lower()


def public_addresses(world: World) -> list[str]:
    hubs = Page.objects.filter(title__contains=WORD).specific()
    lists = ["/", "/fiches/", "/clsm/", "/themes/", "/themes/repit/", "/podcast/", "/actualites/", "/plan-du-site/"]
    lists += ["/fiches/flux.xml", "/actualites/flux.xml", "/podcast/flux.xml", "/sitemap.xml", "/fiches/?page=99"]
    lists += [f"/sitemap-{name}.xml" for name in ("pages", "themes", "actions")]
    search = ("", "flux.rss", "flux.atom", "imprimer/", "export.csv", "export.json", "export.xlsx", "suggestions/")
    lists += [f"/recherche/{path}?q={WORD}" for path in search] + ["/recherche/", "/recherche/?theme=repit"]
    lists += [reverse("sheet_versions", args=[world.sheet.pk]), f"{world.episode.url}integrer/"]
    return lists + [page.url for page in hubs]


def hidden_addresses(world: World) -> list[str]:
    """What leads to a hidden page without naming it."""
    found = [f"/ancienne-{number}/" for number in range(len(world.hidden))]
    for page in world.hidden.values():
        names = ("retired_page", "report_error", "sheet_versions", "claim", "choose_reuse_clsm")
        found += [reverse(name, args=[page.pk]) for name in names]
        found += [
            f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/"
            for restriction in page.get_view_restrictions()
        ]
    return found


def test_a_visitor_reads_no_hidden_name(world, client):
    for address in public_addresses(world):
        response = client.get(address)
        text = told(response)
        assert response.status_code in (200, 404) and SECRET not in text, (
            address,
            text[text.find(SECRET) - 300 :][:500],
        )
    for address in hidden_addresses(world):
        assert SECRET not in told(client.get(address)), address
    assert WORD in told(client.get(f"/recherche/?q={WORD}"))


def test_what_ends_after_the_indexing_is_named_no_more(world, client, monkeypatch):
    """Nothing runs at that hour: neither the command that takes pages down, nor the indexing."""
    places = (f"/recherche/?q={WORD}&type=fiches", f"/recherche/flux.atom?q={WORD}", world.sheet.url)
    assert all(world.ending.title.lower() in told(client.get(place)) for place in places[::2])
    later = timezone.now() + 2 * HOUR
    monkeypatch.setattr(timezone, "now", lambda: later)
    for place in places:
        assert world.ending.title.lower() not in told(client.get(place)), place


def back_office_addresses(world: World) -> list[str]:
    ids = "&".join(f"id={page.pk}" for page in world.hidden.values())
    found = [f"/admin/choose-page/chosen-multiple/?{ids}", "/admin/choose-page/search/?q=sheet"]
    found += [f"/admin/choose-page/{page.pk}/" for page in world.of("clsm")[:3]]
    parents = {page.get_parent().pk for page in world.hidden.values()}
    found += [f"/admin/choose-page/{pk}/" for pk in parents] + [f"/admin/pages/{pk}/" for pk in parents]
    reports = ("site-history", "workflow", "workflow_tasks", "aging-pages", "page-types-usage")
    found += [f"/admin/reports/{name}/" for name in reports] + ["/admin/reports/page-types-usage/results/"]
    models = {page.specific_class._meta for page in world.hidden.values()}
    found += [f"/admin/pages/usage/{meta.app_label}/{meta.model_name}/" for meta in models]
    for action in ("publish", "unpublish", "move", "delete"):
        bulk = f"/admin/bulk/wagtailcore/page/{action}/"
        found += [f"{bulk}?{ids}", *(f"{bulk}?id=all&childOf={pk}" for pk in parents)]
    found += ["/admin/api/main/pages/", "/admin/pages/search/?q=sheet", "/admin/"]
    return found + [f"/admin/api/main/pages/{page.pk}/" for page in world.of("sheet")]


@pytest.mark.parametrize("role", [COORDINATION, COACHING])
def test_the_back_office_names_no_page_to_who_has_no_right_on_it(world, client, role):
    client.force_login(world.people[role])
    for address in back_office_addresses(world):
        assert SECRET not in told(client.get(address)), address
        if "/bulk/" in address:
            assert SECRET not in told(client.post(address, follow=True)), f"sent: {address}"


def test_its_searches_neither_once_the_index_of_wagtail_is_filled(world, client):
    call_command("update_index", verbosity=0, stdout=io.StringIO())
    for role, is_named in ((COORDINATION, False), (COACHING, False), (EDITING, True)):
        client.force_login(world.people[role])
        for address in ("/admin/choose-page/search/", "/admin/pages/search/", "/admin/pages/search/results/"):
            for words in (*HIDDEN, "draft", "expired", "below"):
                assert (SECRET in told(client.get(address, {"q": words}))) is is_named, (role, address, words)


def test_it_names_them_to_who_has(world, client):
    """Otherwise the test above would pass on addresses that show nothing."""
    client.force_login(world.people[EDITING])
    addresses = back_office_addresses(world)
    bulk = [address for address in addresses if "/bulk/" in address]
    pages = "/admin/reports/page-types-usage/", "/admin/api/main/pages/", addresses[0]
    for address in (*pages, *bulk, f"/admin/choose-page/{world.home.pk}/"):
        assert SECRET in told(client.get(address)), address


def test_an_address_that_led_to_a_page_leads_to_it_again(world, client):
    page = world.hidden["sheet", "login"]
    Retirement.objects.all().delete()
    old = f"/ancienne-{list(world.hidden.values()).index(page)}/"
    assert client.get(old).status_code == 404
    PageViewRestriction.objects.all().delete()
    assert client.get(old).url.endswith(page.get_url_parts()[2])
