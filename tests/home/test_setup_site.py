"""``setup_site`` builds the tree once and respects what the editors did since."""

import io

import pytest
from django.core.management import call_command
from wagtail.models import Collection, Page, Revision, Site

from portal.base.models import AccessibilityPage, PortalSettings, StandardPage
from portal.home.models import HomePage
from portal.site_setup.site_tree import TREE
from tests.factories.site import make_site

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before_first_day")]


def run() -> str:
    output = io.StringIO()
    call_command("setup_site", stdout=output)
    return output.getvalue()


def test_builds_the_tree_in_menu_order():
    home = make_site()
    children = home.get_children()
    assert [page.slug for page in children] == [node.slug for node in TREE]
    assert all(page.live and page.latest_revision_id for page in children)
    assert all(page.specific_class is node.page_type for page, node in zip(children, TREE, strict=True))


def test_replaces_the_welcome_page_and_sets_the_address(settings):
    settings.BASE_URL = "https://portail.example:8443"
    run()
    home = HomePage.objects.get()
    assert list(Page.objects.filter(depth=2)) == [home.page_ptr]
    site = Site.objects.get()
    assert (site.hostname, site.port, site.root_page_id) == ("portail.example", 8443, home.pk)
    assert PortalSettings.objects.filter(site=site).exists()


@pytest.mark.parametrize(("address", "port"), [("https://portail.example", 443), ("http://portail.example", 80)])
def test_the_port_that_is_not_written(settings, address, port):
    settings.BASE_URL = address
    run()
    assert Site.objects.get().port == port


def test_a_welcome_page_that_was_put_to_use_stays():
    welcome = Page.objects.get(depth=2)
    welcome.add_child(instance=Page(title="Une page", slug="une-page"))
    run()
    assert Page.objects.filter(pk=welcome.pk).exists()


def test_a_run_that_fails_leaves_nothing(monkeypatch):
    def fails(*args: object) -> None:
        raise OSError

    monkeypatch.setattr("portal.site_setup.management.commands.setup_site.Command.ensure_collection", fails)
    with pytest.raises(OSError):
        run()
    assert not HomePage.objects.exists()


def test_second_run_changes_nothing():
    make_site()
    before = (
        list(Page.objects.values()),
        list(Revision.objects.values_list("pk")),
        list(Site.objects.values()),
        list(Collection.objects.values()),
    )
    assert run() == ""
    assert before == (
        list(Page.objects.values()),
        list(Revision.objects.values_list("pk")),
        list(Site.objects.values()),
        list(Collection.objects.values()),
    )


def test_keeps_what_editors_changed_and_restores_what_they_deleted():
    make_site()
    page = StandardPage.objects.get(slug="mentions-legales")
    page.introduction = "Complété par le Centre."
    page.save_revision().publish()
    StandardPage.objects.get(slug="la-demarche-caps").delete()
    assert run() == "créé : /la-demarche-caps/\n"
    assert StandardPage.objects.get(slug="mentions-legales").introduction == "Complété par le Centre."


def test_unknown_facts_are_marked_and_no_state_is_claimed():
    make_site()
    legal = str(StandardPage.objects.get(slug="mentions-legales").body)
    assert "à compléter par le Centre" in legal
    page = AccessibilityPage.objects.get()
    assert page.title == "Accessibilité : non conforme"
    assert page.audit_score is None


def test_home_page_is_unique():
    make_site()
    assert HomePage.can_create_at(Page.get_first_root_node()) is False
