"""The board: what stands where, since when, what is late, and at what cost."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.queries import CARDS_SHOWN, columns
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from portal.site_setup.roles import COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.network import make_clsm

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 20, 12, tzinfo=ZoneInfo("Europe/Paris"))
MAX_QUERIES = 20


def make_many(count: int) -> None:
    """``count`` files over all stages, owned and late in turn."""
    clsms = [make_clsm() for _ in range(5)]
    owners = [None, *(make_member(COACHING) for _ in range(4))]
    for number in range(count):
        make_case_file(
            Stage(number % len(Stage)),
            owner=owners[number % len(owners)],
            due_on=timezone.localdate() + timedelta(days=number % 7 - 3),
            answer=make_answer(clsm=clsms[number % len(clsms)]),
        )


def text_of(client, query=""):
    return client.get(reverse("case_board:index") + query).content.decode()


def test_a_column_counts_ages_and_sorts_its_files(db):
    late = make_case_file(Stage.FRAMING, due_on=date(2026, 3, 10), stage_since=NOW - timedelta(days=12, hours=5))
    soon = make_case_file(Stage.FRAMING, due_on=date(2026, 3, 20), stage_since=NOW - timedelta(hours=2))
    undated = make_case_file(Stage.FRAMING, stage_since=NOW - timedelta(days=40))
    make_case_file(Stage.FRAMING, status=CaseStatus.POSTPONED, due_on=date(2026, 1, 1))
    column = columns(CaseFile.objects.all(), NOW)[Stage.FRAMING]
    assert (column.count, column.late) == (3, 1)
    assert [card.pk for card in column.cards] == [late.pk, soon.pk, undated.pk]
    assert [(card.days, card.late_days) for card in column.cards] == [(12, 10), (0, 0), (40, 0)]


def test_a_long_column_leads_to_the_list(client):
    clsm = make_clsm()
    for _ in range(CARDS_SHOWN + 2):
        make_case_file(Stage.COLLECTION, answer=make_answer(clsm=clsm))
    client.force_login(make_member(MODERATION))
    text = text_of(client)
    assert text.count("<article") == CARDS_SHOWN
    assert "2 autres dans la liste" in text
    assert f"{reverse('case_files:index')}?stage=2&amp;status=en-cours" in text


def test_late_is_said_in_words(client):
    make_case_file(Stage.FRAMING, due_on=timezone.localdate() - timedelta(days=1))
    client.force_login(make_member(MODERATION))
    text = text_of(client)
    assert "En retard de 1 jour</strong>" in text
    assert "1 dossier en cours, dont <strong>1 en retard" in text


def test_the_board_is_narrowed(client):
    centre, coach = make_member(MODERATION), make_member(COACHING)
    late = timezone.localdate() - timedelta(days=1)
    make_case_file(owner=centre, answer=make_answer(title="Dossier du Centre"))
    make_case_file(owner=coach, due_on=late, answer=make_answer(title="Dossier confié"))
    make_case_file(answer=make_answer(title="Dossier à confier"))
    client.force_login(centre)
    shown = {
        "": {"du Centre", "confié", "à confier"},
        "?accompagnement=moi": {"du Centre"},
        "?accompagnement=personne": {"à confier"},
        f"?accompagnement={coach.pk}": {"confié"},
        "?accompagnement=999999": {"du Centre", "confié", "à confier"},
        "?accompagnement=x%00": {"du Centre", "confié", "à confier"},
        "?retard=1": {"confié"},
        "?retard=1&accompagnement=moi": set(),
    }
    for query, expected in shown.items():
        text = text_of(client, query)
        found = {name for name in ("du Centre", "confié", "à confier") if f">Dossier {name}<" in text}
        assert found == expected, query


def test_a_coach_has_no_list_of_the_others(client):
    mine, other = make_member(COACHING), make_member(COACHING, first_name="Autre")
    make_case_file(owner=other, answer=make_answer(title="Dossier d’une autre"))
    client.force_login(mine)
    for query in ("", f"?accompagnement={other.pk}"):
        text = text_of(client, query)
        assert "Dossier d’une autre" not in text
        assert f'value="{other.pk}"' not in text


class TestThreeHundredFiles:
    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def three_hundred(cls, django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            make_many(300)
            yield
            transaction.set_rollback(True)

    @pytest.mark.parametrize("name", ["case_board:index", "case_files:index", "case_figures:index"])
    def test_cost_no_more_queries(self, client, django_assert_max_num_queries, name):
        client.force_login(make_member(MODERATION))
        with django_assert_max_num_queries(MAX_QUERIES):
            response = client.get(reverse(name))
        assert response.status_code == 200

    def test_cost_no_more_when_filtered(self, client, django_assert_max_num_queries):
        client.force_login(make_member(EDITING))
        with django_assert_max_num_queries(MAX_QUERIES):
            client.get(f"{reverse('case_files:index')}?retard=oui&q=action&stage=3")
        with django_assert_max_num_queries(MAX_QUERIES):
            client.get(f"{reverse('case_board:index')}?accompagnement=personne&retard=1")
