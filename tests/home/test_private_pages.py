"""What is not public is named nowhere."""

import pytest

from portal.base.models import NewsIndexPage
from tests.factories.network import make_theme
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_private, make_site, make_standard_page

pytestmark = pytest.mark.django_db

URLS = [
    "/",
    "/sitemap-pages.xml",
    "/sitemap-themes.xml",
    "/plan-du-site/",
    "/fiches/flux.xml",
    "/actualites/flux.xml",
    "/actualites/",
    "/themes/",
    "/themes/acces-aux-soins/",
]


@pytest.fixture
def secrets():
    home = make_site()
    theme = make_theme("acces-aux-soins")
    make_private(make_sheet(title="Fiche secrète", slug="secret-fiche", themes=[theme]))
    make_private(make_news(title="Actualité secrète", slug="secret-actualite"))
    make_private(make_standard_page(home, title="Page secrète", slug="secret-page", show_in_menus=True))
    make_sheet(title="Brouillon secret", slug="secret-brouillon", themes=[theme], live=False)
    make_standard_page(home, title="Page secrète hors ligne", slug="secret-hors-ligne", live=False)
    return home


@pytest.mark.parametrize("url", URLS)
def test_private_pages_and_drafts_are_absent(client, secrets, url):
    text = client.get(url).content.decode()
    assert "secret" not in text.lower()
    assert "secrète" not in text


def test_private_section_hides_what_it_holds(client, secrets):
    make_news(title="Article de la section", slug="secret-article")
    make_private(NewsIndexPage.objects.get())
    for url in ("/", "/sitemap-pages.xml", "/plan-du-site/", "/actualites/flux.xml"):
        assert "secret-article" not in client.get(url).content.decode()


def test_themes_count_public_sheets_only(client, secrets):
    objectives = client.get("/themes/").context["objectives"]
    assert [theme.sheet_count for objective in objectives for theme in objective.shown_themes] == [0]
