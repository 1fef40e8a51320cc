"""Addresses lead to the same pages as with Wagtail's own routing."""

import pytest
from django.test import Client
from wagtail.models import Page, PageViewRestriction

from portal.base.models import StandardPage
from portal.home.models import HomePage
from tests.factories.network import make_theme
from tests.factories.site import make_private, make_standard_page

pytestmark = pytest.mark.django_db
DEEP = "/les-clsm/histoire/dates/"


@pytest.fixture
def deep(home: HomePage) -> StandardPage:
    page = StandardPage.objects.get(slug="les-clsm")
    for slug in ("histoire", "dates"):
        page = make_standard_page(page, slug=slug, title=slug.title())
    return page


def test_a_deep_page_knows_the_pages_above_it(client: Client, deep: StandardPage) -> None:
    page = client.get(DEEP).context["page"]
    assert page == deep
    assert [step.title for step in page.breadcrumb()] == ["Portail CLSM", "Comprendre les CLSM", "Histoire"]
    assert [step.pk for step in page.breadcrumb()] == [step.pk for step in deep.breadcrumb()]
    assert page.get_parent().pk == deep.get_parent().pk


@pytest.mark.parametrize(
    "address",
    [
        "/inconnue/",
        "/les-clsm/inconnue/",
        "/inconnue/dates/",
        "/themes/deuil/inconnue/",
        "/themes/inconnu/",
        "/" + "a/" * 300,
        DEEP + "a/" * 300,
    ],
)
def test_what_does_not_exist_is_not_found(client: Client, deep: StandardPage, address: str) -> None:
    make_theme("deuil")
    assert client.get(address).status_code == 404


def test_a_draft_is_not_found_but_hides_nothing_below(client: Client, deep: StandardPage) -> None:
    Page.objects.filter(slug="histoire").update(live=False)
    assert client.get("/les-clsm/histoire/").status_code == 404
    assert client.get(DEEP).status_code == 200


def test_a_moved_or_renamed_parent_changes_the_address(client: Client, deep: StandardPage) -> None:
    parent = deep.get_parent().specific
    parent.slug = "passe"
    parent.save()
    parent.move(HomePage.objects.get(), pos="last-child")
    assert client.get("/passe/dates/").context["page"] == deep
    assert client.get(DEEP).status_code == 404


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_a_rule_holds_for_all_that_is_below(client: Client, deep: StandardPage, depth: int) -> None:
    make_private(Page.objects.get(path=deep.path[: depth * Page.steplen]))
    response = client.get(DEEP)
    assert "password" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_an_alias_follows_the_rule_of_its_source(client: Client, deep: StandardPage) -> None:
    alias = deep.create_alias(parent=HomePage.objects.get(), update_slug="alias")
    assert client.get("/alias/").context["page"].pk == alias.pk
    PageViewRestriction.objects.create(page=deep, restriction_type=PageViewRestriction.LOGIN)
    assert client.get("/alias/").status_code == 302
