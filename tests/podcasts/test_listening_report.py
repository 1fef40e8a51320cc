"""The report of listens: each number is checked against what was counted; small ones are not said."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caps_sheets.podcasts.audience.report import Scope, all_figures, total
from caps_sheets.podcasts.models import EpisodeDay, EpisodePage, Source
from portal.base.figures import Figure
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.podcasts import make_episode, make_show
from tests.refusals import NO_RIGHT, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 20)
FEW = "<\u00a05"


def add(episode: EpisodePage, day: date, count: int, source: Source = Source.SITE) -> None:
    EpisodeDay.objects.create(episode=episode, day=day, source=source, count=count)


def tables(**of) -> dict[str, Figure]:
    return {figure.key: figure for figure in all_figures(Scope(TODAY, **({"months": 3} | of)))}


def values(figure: Figure) -> dict[str, tuple]:
    return {row.label: row.values for row in figure.rows}


@pytest.fixture
def episode() -> EpisodePage:
    return make_episode(title="Le premier")


def test_months_add_up_their_days_from_the_first_one(episode):
    add(episode, date(2025, 12, 31), 90)
    add(episode, date(2026, 1, 1), 10)
    add(episode, date(2026, 1, 31), 20, Source.SPOTIFY)
    add(episode, TODAY, 7)
    add(episode, TODAY + timedelta(days=1), 50)
    assert values(tables()["mois"]) == {"Janvier 2026": (30,), "Février 2026": (0,), "Mars 2026": (7,)}
    assert total(Scope(TODAY, 3)) == 37
    assert list(values(tables(months=1)["mois"])) == ["Mars 2026"]


def test_sources_are_all_there(episode):
    add(episode, TODAY, 12, Source.EMBED)
    add(episode, TODAY - timedelta(days=1), 8, Source.EMBED)
    add(episode, TODAY, 6, Source.OTHER)
    found = values(tables()["origines"])
    assert found["Lecteur intégré à un autre site"] == (20,)
    assert found["Autre"] == (6,)
    assert found["Spotify"] == (0,)
    assert len(found) == len(Source)


def test_episodes_come_most_listened_first_with_their_last_days(episode):
    other = make_episode(title="Le second")
    add(episode, date(2026, 2, 18), 40)
    add(episode, date(2026, 2, 19), 5)
    add(other, TODAY, 60)
    figure = tables()["episodes"]
    assert [(row.label, row.values) for row in figure.rows] == [("Le second", (60, 60)), ("Le premier", (45, 5))]
    assert [share for _, share in figure.lines()] == [100, 75]


def test_a_show_or_an_episode_may_be_looked_at_alone(episode):
    elsewhere = make_episode(title="Ailleurs", show=make_show(slug="autre-emission", title="Autre émission"))
    add(episode, TODAY, 10)
    add(elsewhere, TODAY, 20)
    assert values(tables(show=elsewhere.get_parent().specific)["episodes"]) == {"Ailleurs": (20, 20)}
    alone = tables(episode=episode)
    assert "episodes" not in alone
    assert values(alone["mois"])["Mars 2026"] == (10,)


@pytest.mark.parametrize(("number", "said"), [(0, 0), (1, FEW), (4, FEW), (5, 5)])
def test_small_numbers_are_not_said_in_details(episode, number, said):
    add(episode, TODAY, number)
    found = tables()
    assert values(found["mois"])["Mars 2026"] == (said,)
    assert values(found["episodes"]) == {"Le premier": (said, said)}
    assert values(found["origines"])["Site du portail"] == (said,)
    assert total(Scope(TODAY, 3)) == number
    assert total(Scope(TODAY, 3, episode=episode)) == said


def test_the_bar_of_a_small_number_says_nothing(episode):
    add(episode, TODAY, 4)
    assert {share for figure in tables().values() for _, share in figure.lines()} == {0}


def open_report(client, **params):
    return client.get(reverse("podcast_listening"), params)


def test_the_screen_is_made_of_tables(client, episode):
    client.force_login(make_member(EDITING))
    add(episode, timezone.localdate(), 3)
    text = open_report(client).content.decode()
    assert text.count('<table class="figures">') == 3
    assert "Selon les règles IAB 2.2, non certifié." in text
    assert f'<a href="?episode={episode.pk}&amp;mois=12">Le premier</a>' in text
    assert "&lt;\u00a05" in text
    detail = open_report(client, episode=episode.pk, mois=25).content.decode()
    assert detail.count('<table class="figures">') == 2
    assert "<strong>&lt;\u00a05</strong>" in detail


@pytest.mark.parametrize(
    "params", [{"mois": "x"}, {"mois": "7"}, {"emission": "²"}, {"episode": "9" * 30}, {"episode": "0"}]
)
def test_what_is_unknown_is_ignored(client, episode, params):
    client.force_login(make_member(MODERATION))
    add(episode, timezone.localdate(), 10)
    response = open_report(client, **params)
    assert response.context["scope"].months == 12
    assert response.context["total"] == 10


def test_long_tables_are_cut_on_screen_and_whole_in_the_file(client, episode, monkeypatch):
    monkeypatch.setattr("caps_sheets.podcasts.audience.admin_views.SHOWN_ROWS", 14)
    clsm = episode.clsm_items.get().clsm
    for number in range(13):
        add(make_episode(title=f"Épisode {number}", clsms=[clsm]), timezone.localdate(), 20)
    for each, count in ((episode, 30), (make_episode(title="=Le dernier", clsms=[clsm]), 3)):
        add(each, timezone.localdate(), count)
    client.force_login(make_member(EDITING))
    text = open_report(client, mois=1).content.decode()
    assert "Le premier" in text
    assert "Le dernier" not in text
    assert "Les 14 épisodes les plus écoutés sont montrés" in text
    response = open_report(client, mois=1, export="csv")
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tableau", "Ligne", "Mesure", "Valeur", "Remarque"]
    assert rows[1][2:] == ["Écoutes", "293", "Selon les règles IAB 2.2, non certifié."]
    assert ["Écoutes par épisode", "Le premier", "Écoutes", "30", ""] in rows
    assert ["Écoutes par épisode", "'=Le dernier", "Écoutes", FEW, ""] in rows
    assert "no-store" in response["Cache-Control"]
    assert "ecoutes-1-mois-" in response["Content-Disposition"]


def test_the_number_of_queries_does_not_grow(client, episode):
    client.force_login(make_member(EDITING))
    add(episode, timezone.localdate(), 5)
    counts = []
    for _ in range(3):
        with CaptureQueriesContext(connection) as queries:
            open_report(client)
        counts.append(len(queries))
        add(make_episode(clsms=[episode.clsm_items.get().clsm]), timezone.localdate(), 6)
    assert counts[1] == counts[2]
    assert counts[1] <= 20


@pytest.mark.parametrize(
    ("role", "may"),
    [(ADMINISTRATION, True), (MODERATION, True), (EDITING, True), (COACHING, False), (COORDINATION, False)],
)
def test_the_team_alone_reads_the_listens(client, episode, role, may):
    add(episode, timezone.localdate(), 777)
    client.force_login(make_member(role))
    for params in (
        {},
        {"export": "csv"},
        {"episode": episode.pk},
        {"emission": episode.get_parent().pk, "export": "csv"},
    ):
        response = open_report(client, **params)
        content = b"".join(response) if response.streaming else response.content
        assert (b"777" in content) is may
        if may:
            assert response.status_code == 200
        else:
            assert_refused(response, NO_RIGHT)
    menu = client.get(reverse("wagtailadmin_home")).content.decode()
    assert (reverse("podcast_listening") in menu) is may


def test_a_visitor_is_sent_to_the_login_page(client, episode):
    for params in ({}, {"export": "csv"}):
        response = open_report(client, **params)
        assert_refused(response, SIGN_IN)
    assert_refused(client.post(reverse("podcast_listening"), {"export": "csv"}), SIGN_IN)
