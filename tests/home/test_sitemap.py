"""The sitemap of robots: complete, bounded, and as dear with many pages as with few."""

from contextlib import suppress
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from caps_sheets.capitalisation.models import CensusState
from caps_sheets.models import CapsSheetPage
from portal.base.errors import RefusedError
from portal.base.models import site_map
from portal.home import sitemaps
from portal.home.models import ThemesIndexPage
from tests.factories.capitalisation import make_answer
from tests.factories.network import make_clsm, make_theme
from tests.factories.review import clear
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news, make_private

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
XML = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def entries(client, address: str) -> dict[str, str | None]:
    """location → date"""
    response = client.get(address)
    assert response.status_code == 200
    root = ElementTree.fromstring(response.content)
    return {entry.findtext(f"{XML}loc", ""): entry.findtext(f"{XML}lastmod") for entry in root}


def everything(client) -> dict[str, str | None]:
    return {page: day for part in entries(client, "/sitemap.xml") for page, day in entries(client, part).items()}


def queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as context:
        client.get(address)
    return len(context)


def test_pages_themes_and_actions_are_listed_with_their_dates(client):
    sheet = make_sheet(themes=[make_theme("sism")])
    make_theme("addictions")
    answer = make_answer(title="Café des aidants")
    found = everything(client)
    day = timezone.localdate(sheet.last_published_at).isoformat()
    assert found[f"http://testserver/fiches/{sheet.slug}/"] == day
    assert found["http://testserver/themes/sism/"] == day
    assert (
        found[f"http://testserver/actions/{answer.pk}-cafe-des-aidants/"]
        == timezone.localdate(answer.updated_at).isoformat()
    )
    expected = {f"http://testserver/{path}" for path in ("", "accessibilite/", "themes/", "themes/addictions/")}
    assert expected <= set(found)
    assert client.get(answer.url).status_code == 200


def publish(page: Page, **values: str) -> None:
    page = page.specific_class.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in values.items():
        setattr(page, name, value)
    revision = page.save_revision()
    with suppress(RefusedError):  # the text that was online is cleared already
        if isinstance(page, CapsSheetPage):
            clear(page)
    revision.publish(skip_permission_checks=True)


def test_publishing_again_what_is_online_is_no_update(client, month_end):
    """As when a draft was changed, then changed back."""
    news, sheet = make_news(introduction="Avant"), make_sheet(themes=[make_theme("sism")])
    publish(news, introduction="Après"), publish(sheet, hook="Accroche")

    def dates() -> list[str]:
        maps = [str(entries(client, f"/sitemap-{part}.xml")) for part in ("pages", "themes")]
        feeds = [client.get(f"/{name}/flux.xml").content.decode() for name in ("actualites", "fiches")]
        return [*maps, *feeds, client.get(sheet.url).content.decode().split("Publiée le")[1][:120]]

    before = dates()
    month_end.shift(timedelta(days=40))
    for page, field in ((news, "introduction"), (sheet, "hook")):
        draft = page.specific_class.objects.get(pk=page.pk)
        text = getattr(draft, field)
        setattr(draft, field, "Brouillon"), draft.save_revision()
        publish(draft, **{field: text})
        draft.refresh_from_db()
        assert draft.live_revision_id == draft.latest_revision_id and not draft.has_unpublished_changes
    assert dates() == before
    publish(news, introduction="Nouveau")
    changed = [now != then for now, then in zip(dates(), before, strict=True)]
    assert changed == [True, False, True, False, False], "the map of pages and the feed of news alone"


def test_the_index_names_its_parts_and_their_dates(client):
    make_sheet()
    found = entries(client, "/sitemap.xml")
    assert list(found) == [f"http://testserver/sitemap-{part}.xml" for part in ("pages", "themes", "actions")]
    assert (found["http://testserver/sitemap-pages.xml"] or "").startswith(timezone.localdate().isoformat())


def test_what_is_not_public_is_not_listed(client):
    make_private(make_news(title="Privée", slug="privee"))
    expired = make_news(title="Passée", slug="passee")
    Page.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    make_sheet(slug="brouillon", live=False)
    hidden = make_clsm(slug="clsm-cache")
    make_answer(title="Cachée", clsm=hidden)
    make_private(hidden)
    make_answer(title="Refusée", state=CensusState.REFUSED)
    text = " ".join(everything(client))
    for slug in ("privee", "passee", "brouillon", "cache", "refusee"):
        assert slug not in text
    make_private(ThemesIndexPage.objects.get())
    assert entries(client, "/sitemap-themes.xml") == {}


def test_long_parts_are_cut_into_files(client, monkeypatch):
    monkeypatch.setattr(sitemaps.SiteSitemap, "limit", 5)
    for _ in range(6):
        make_news()
    parts = [part for part in entries(client, "/sitemap.xml") if "pages" in part]
    assert len(parts) > 2
    assert parts[1] == f"{parts[0]}?p=2"
    files = [entries(client, part) for part in parts]
    assert [len(file) for file in files[:-1]] == [5] * (len(parts) - 1)
    assert len({page for file in files for page in file}) == sum(map(len, files))
    for asked in (f"?p={len(parts) + 1}", "?p=0", "?p=x"):
        assert client.get(f"/sitemap-pages.xml{asked}").status_code == 404
    assert client.get("/sitemap-inconnu.xml").status_code == 404


def test_queries_do_not_grow(client):
    make_answer(clsm=make_clsm())
    make_sheet(themes=[make_theme("sism")])
    addresses = ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-themes.xml", "/sitemap-actions.xml")
    for address in addresses:
        client.get(address)
    before = {address: queries(client, address) for address in addresses}
    for number in range(4):
        make_sheet(themes=[make_theme(f"theme-{number}")])
        make_answer(clsm=make_clsm())
    assert {address: queries(client, address) for address in addresses} == before
    assert max(before.values()) <= 8, before


def test_a_robot_that_knows_a_file_is_told_so(client):
    make_sheet()
    etag = client.get("/sitemap-pages.xml")["ETag"]
    assert client.get("/sitemap-pages.xml", headers={"If-None-Match": etag}).status_code == 304
    assert client.head("/sitemap.xml").status_code == 200
    assert client.post("/sitemap.xml").status_code == 405


def test_the_map_for_people_counts_long_lists_without_reading_them(client, monkeypatch):
    monkeypatch.setattr(site_map, "MAX_CHILDREN_SHOWN", 3)
    sheets = [make_sheet(title=f"Fiche {number}") for number in range(3)]
    make_sheet(title="Brouillon", live=False)
    text = client.get("/plan-du-site/").content.decode()
    assert all(sheet.title in text for sheet in sheets)
    before = queries(client, "/plan-du-site/")
    sheets.append(make_sheet(title="Fiche de trop"))
    with CaptureQueriesContext(connection) as context:
        text = client.get("/plan-du-site/").content.decode()
    assert "Fiches CAPS</a> (4 pages)" in text
    assert not [sheet.title for sheet in sheets if sheet.title in text]
    assert "Données personnelles" in text  # the home page has more than three children too
    assert len(context) == before


def test_a_page_past_its_end_is_not_served(client):
    page = make_news(title="Passée")
    assert client.get(page.url).status_code == 200
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() + timedelta(minutes=1))
    assert client.get(page.url).status_code == 200
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    assert client.get(page.url).status_code == 404
