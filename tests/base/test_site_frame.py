"""The links around every page."""

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory
from wagtail.models import Page, Site

from portal.base.context_processors import site_frame
from portal.site_setup.site_tree import TREE
from tests.factories.site import make_site

pytestmark = pytest.mark.django_db


def frame(path: str = "/") -> dict[str, object]:
    return site_frame(RequestFactory().get(path, headers={"host": "testserver"}))


def test_menu_and_footer_share_the_pages_of_the_home_page():
    make_site()
    links = frame()
    assert [link["title"] for link in links["navigation"]] == [node.title for node in TREE if node.in_menu]
    assert [link["title"] for link in links["footer_links"]] == [node.title for node in TREE if not node.in_menu]
    assert [link["url"] for link in links["feeds"]] == ["/fiches/flux.xml", "/actualites/flux.xml"]


def test_current_section_is_marked():
    make_site()
    current = [link["url"] for link in frame("/themes/sism/")["navigation"] if link["is_current"]]
    assert current == ["/themes/"]


def test_one_query_and_only_when_shown(django_assert_num_queries):
    make_site()
    request = RequestFactory().get("/", headers={"host": "testserver"})
    Site.find_for_request(request)
    Page.objects.get(slug="fiches").get_url(request)
    with django_assert_num_queries(0):
        links = site_frame(request)
    with django_assert_num_queries(1):
        assert links["navigation"] and links["footer_links"]
        assert site_frame(request)["navigation"]


def test_no_site_no_link():
    Site.objects.all().delete()
    assert not frame()["navigation"]


def test_the_space_of_coordinators_is_found_from_every_page_without_a_cookie(client):
    make_site()
    for address in ("/", "/clsm/", "/besoin-d-aide/", "/nulle-part/"):
        answer = client.get(address)
        soup = BeautifulSoup(answer.content, "html.parser")
        for place in ("header .brand-row", "header nav", "footer"):
            assert soup.select_one(f"{place} a[href='/mon-clsm/']"), (address, place)
        assert not answer.cookies and "no-store" not in answer.get("Cache-Control", ""), address
