"""Every public page, as a visitor without an account gets it."""

import re

import pytest
from django.test import Client
from wagtail.models import Page

from portal.base.models import NewsPage, StandardPage
from tests.factories.network import make_clsm, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_standard_page

pytestmark = pytest.mark.django_db

MAX_QUERIES = 15
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\s(?:src=|type=\"application/ld\+json\"))", re.I)


def fill(number: int) -> None:
    theme = make_theme("prevention-du-suicide", shows_help=True)
    for _ in range(number):
        clsm = make_clsm(themes=[theme])
        sheet = make_sheet(clsms=[clsm], themes=[theme])
        make_episode(sheets=[sheet], themes=[theme], content_note="L’épisode parle du suicide.")
        make_news(introduction="Une nouvelle.")


def public_urls() -> list[str]:
    urls = [page.get_url() for page in Page.objects.live().filter(depth__gt=1).specific()]
    return [*(url for url in urls if url), "/themes/prevention-du-suicide/"]


def assert_visitor_page(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200, url
    assert not response.cookies, url
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy, url
    html = response.content.decode()
    assert not INLINE.search(html), url
    assert html.count("<h1") == 1, url
    assert 'name="q"' in html and 'role="search"' in html, url
    assert 'rel="sitemap"' in html and "/fiches/flux.xml" in html, url
    assert "Accessibilité : non conforme" in html, url
    assert "3114" in html, url


def test_every_page_of_a_filled_site(client, home):
    fill(2)
    for url in public_urls():
        assert_visitor_page(client, url)


def test_every_page_of_an_empty_site(client, home):
    make_theme("prevention-du-suicide")
    for url in public_urls():
        assert_visitor_page(client, url)


def test_pages_with_empty_optional_fields(client, home):
    make_standard_page(home, title="Vide", slug="vide")
    make_news(title="Vide aussi", slug="vide")
    StandardPage.objects.filter(slug="vide").update(body="[]")
    NewsPage.objects.filter(slug="vide").update(body="[]")
    for url in ("/vide/", "/actualites/vide/"):
        assert_visitor_page(client, url)


@pytest.mark.parametrize(
    "url", ["/", "/themes/", "/themes/prevention-du-suicide/", "/actualites/", "/plan-du-site/", "/accessibilite/"]
)
def test_queries_do_not_grow(client, home, url, django_assert_max_num_queries, django_assert_num_queries):
    fill(1)
    client.get(url)
    with django_assert_max_num_queries(MAX_QUERIES) as first:
        client.get(url)
    fill(4)
    with django_assert_num_queries(len(first.captured_queries)):
        client.get(url)


def test_every_page_is_reachable_from_the_home_page(client, home):
    fill(2)
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        url = waiting.pop()
        if url in seen:
            continue
        seen.add(url)
        html = client.get(url).content.decode()
        links = re.findall(r'<a [^>]*href="(/[^"#?]*)"', html)
        waiting += [link for link in links if link.endswith("/") and not link.startswith(("/comptes/", "/admin/"))]
    assert set(public_urls()) <= seen


def test_theme_page_shows_its_contents_and_help(client, home):
    theme = make_theme("prevention-du-suicide", shows_help=True, description="Agir avant, pendant, après.")
    other = make_theme("sism")
    sheet = make_sheet(themes=[theme], title="Fiche de ce thème")
    make_sheet(themes=[other], title="Fiche d’un autre thème")
    html = client.get("/themes/prevention-du-suicide/").content.decode()
    assert sheet.title in html and "Fiche d’un autre thème" not in html
    assert "Agir avant, pendant, après." in html
    assert html.count("tel:3114") > client.get("/themes/sism/").content.decode().count("tel:3114")


def test_unknown_theme_is_not_found(client, home):
    assert client.get("/themes/theme-inconnu/").status_code == 404


def test_home_page_counts_the_network_with_a_date(client, home):
    make_clsm(declared_population=85_537, population_year=2022)
    make_clsm(declared_population=4_463, population_year=2022, live=False)
    context = client.get("/").context
    assert (context["figures"].operational, context["figures"].planned) == (1, 0)
    assert context["figures"].population == 85_537
    assert context["figures_date"]


def test_site_map_counts_long_lists_instead_of_unrolling_them(client, home, django_assert_max_num_queries):
    parent = StandardPage.objects.get(slug="les-clsm")
    for number in range(31):
        make_standard_page(parent, title=f"Sous-page {number}", slug=f"sous-page-{number}")
    html = client.get("/plan-du-site/").content.decode()
    assert "(31 pages)" in html and "Sous-page 3" not in html
