"""Half past midnight on 1 February in Paris is still January for the database: what the site dates is Paris’s.

``month_end`` is 23:30 UTC on 31 January 2027.
"""

import re
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from caps_sheets.lifecycle.queries import age_of
from caps_sheets.lifecycle.versions import versions
from caps_sheets.podcasts.feeds.builder import published_at
from portal.base.dates import add_months, months_ago
from portal.base.models import NewsPage
from search.engines.base import SearchEngine
from search.outbox import rebuild
from tests.architecture.sources import files, shown
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet
from tests.factories.site import make_news

FIRST = date(2027, 2, 1)


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2028, 3, 31), -1, date(2028, 2, 29)),
        (date(2027, 12, 31), -1, date(2027, 11, 30)),
        (date(2027, 8, 31), -1, date(2027, 7, 31)),
        (date(2027, 1, 31), -13, date(2025, 12, 31)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 5, 15), 0, date(2027, 5, 15)),
    ],
)
def test_months_are_counted_to_the_last_day_of_a_shorter_one(day: date, months: int, found: date) -> None:
    assert add_months(day, months) == found


def test_months_ago_is_midnight_in_paris(month_end: object) -> None:
    assert months_ago(1) == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert months_ago(6, date(2027, 8, 31)) == datetime(2027, 2, 27, 23, tzinfo=UTC)


def test_no_moment_is_written_as_a_day_without_its_time_zone() -> None:
    """``f"{x.sent_at:%d/%m/%Y}"`` and ``x.sent_at.date()`` give the day in Greenwich."""
    pattern = re.compile(r"(?:_at|\bat)(?::%|\.date\(\)|\.strftime)|(?<!local)now\(\)\.date\(\)|\bdate\.today\(\)")
    found = [shown(path) for path in files(".py") if pattern.search(path.read_text(encoding="utf-8"))]
    assert [name for name in found if not name.startswith("tests/")] == []


@pytest.mark.django_db
class TestPublishedAtHalfPastMidnight:
    def test_a_sheet_and_its_versions(self, client: Client, home: object, month_end: object) -> None:
        sheet = make_sheet(title="Minuit")
        assert age_of(sheet, None).since == FIRST
        assert "Publiée le 1er février 2027" in text(client, sheet.url)
        assert "janvier 2027" not in text(client, sheet.url)
        assert [version.published_on for version in versions(sheet)] == [FIRST]

    def test_the_age_of_a_sheet_turns_at_midnight_in_paris(self, home: object, month_end) -> None:
        sheet = make_sheet(title="Minuit")
        month_end.move_to(datetime(2029, 2, 1, 22, 59, tzinfo=UTC))
        assert age_of(sheet, None).is_fresh
        month_end.move_to(datetime(2029, 2, 1, 23, 1, tzinfo=UTC))
        assert not age_of(sheet, None).is_fresh

    def test_a_piece_of_news_is_of_that_day(self, client: Client, home: object, month_end: object) -> None:
        news = make_news(title="Minuit", date=NewsPage._meta.get_field("date").get_default())
        assert news.date == FIRST
        assert "1er février 2027" in text(client, news.url)

    def test_an_episode_keeps_its_hour_in_the_feed(self, home: object, month_end: object) -> None:
        episode = make_episode(date=FIRST)
        moment = datetime(2027, 1, 31, 23, 30, tzinfo=UTC)
        type(episode).objects.filter(pk=episode.pk).update(first_published_at=moment)
        episode.refresh_from_db()
        assert published_at(episode) == moment

    def test_what_leaves_the_portal(self, client: Client, built: SearchEngine, home: object, month_end: object) -> None:
        make_sheet(title="Minuit crépusculaire")
        rebuild()
        feed = client.get("/recherche/flux.rss", {"q": "crépusculaire"}).content.decode()
        assert "<pubDate>Mon, 01 Feb 2027 00:00:00 +0100</pubDate>" in feed
        printed = text(client, "/recherche/imprimer/", q="crépusculaire")
        assert "liste du 1er février 2027" in printed


def text(client: Client, url: str, **params: str) -> str:
    response = client.get(url, params)
    assert response.status_code == 200
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())
