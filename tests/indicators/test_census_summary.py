"""The census over its editions: each number is its list, counted again by hand; the document and its data."""

import csv
from io import BytesIO, StringIO
from random import Random

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from caps_sheets.capitalisation.census.campaign import regions
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage
from portal.indicators.counts import listed, numbers
from portal.indicators.scope import Scope
from portal.indicators.summary_tables import summary_tables
from portal.users.queries import COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_answer, make_member
from tests.indicators.world import REGIONS, TODAY, make_random_world
from tests.refusals import NO_RIGHT, NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db

SUMMARY = ("census_summary", [2025])


@pytest.fixture(scope="module")
def people(module_db):
    members = make_random_world(Random(8), 6)
    draw = Random(9)
    for answer in CensusAnswer.objects.all():
        answer.progress = draw.choice(["", "terminee", "en-cours"])
        answer.in_qpv = draw.choice([None, True, False])
        answer.reach = draw.choice([None, 10, 0])
        answer.save()
    return members


def sent(scope):
    """The answers of the scope, row by row."""
    rows = CensusAnswer.objects.exclude(state=CensusState.DRAFT).select_related("clsm", "main_theme")
    for row in rows.prefetch_related("audiences", "clsm__departments__region"):
        row.regions = {department.region.slug for department in row.clsm.departments.all()}
        if scope.region in ("", *row.regions):
            yield row


def by_hand(scope, table, line, year):
    rows = [row for row in sent(scope) if row.edition == year]
    if (table, line) == ("bilan-ensemble", "clsm"):
        return len({row.clsm_id for row in rows})
    of = {
        "bilan-ensemble": lambda row: {
            "actions": True,
            "qpv": row.in_qpv is True,
            "touchees": row.reach is not None,
            "suite": row.previous_id is not None,
        }[line],
        "bilan-region": lambda row: line in row.regions,
        "bilan-theme": lambda row: line == (row.main_theme.slug if row.main_theme else "non-dit"),
        "bilan-audiences": lambda row: line in {term.slug for term in row.audiences.all()},
        "bilan-progress": lambda row: line == (row.progress or "non-dit"),
        "bilan-state": lambda row: line == row.state,
    }
    return sum(of[table](row) for row in rows) if table in of else None


@pytest.mark.parametrize("region", ["", REGIONS[0]])
@pytest.mark.parametrize("role", [MODERATION, COACHING])
def test_every_number_of_every_edition_is_its_list(people, role, region):
    scope = Scope(people[role], TODAY, region=region, regions=tuple(regions()))
    tables = list(summary_tables(scope))
    counted = numbers(tables)
    assert any(counted.values())
    for table in tables:
        for line in table.lines:
            for year in line.conditions:
                number = counted[table.key, line.key, year]
                expected = by_hand(scope, table.key, line.key, int(year))
                assert expected in (None, number), (table.key, line.key)
                if number:
                    assert len(listed(line, year)) == number


def test_the_trends_are_drawn_with_their_table_and_open_their_lists(client, people):
    client.force_login(people[MODERATION])
    with time_machine.travel(TODAY):
        page = client.get(reverse("census_trends"), {"region": REGIONS[0]})
        first = page.context["figures"][0]
        assert [row.label for row in first.rows] == ["2024", "2025"]
        for figure in page.context["figures"]:
            for row in figure.rows:
                number = client.get(row.url).context["page_obj"].paginator.count if row.url else 0
                assert number == row.values[0]
    assert page.content.decode().count("<rect ") == sum(len(figure.rows) for figure in page.context["figures"])


def test_the_summary_says_the_edition_and_the_one_before_in_data_too(client, people):
    client.force_login(people[EDITING])
    page = client.get(reverse(SUMMARY[0], args=SUMMARY[1]))
    [whole] = [figure for figure in page.context["figures"] if figure.key == "bilan-ensemble"]
    assert whole.headings == ("2025", "2024")
    sent_2025 = CensusAnswer.objects.exclude(state=CensusState.DRAFT).filter(edition=2025)
    assert whole.rows[0].values[0] == sent_2025.count() == page.context["actions"]
    assert page.context["reached"] == sum(answer.reach or 0 for answer in sent_2025)
    for figure in page.context["figures"]:
        row = next((row for row in figure.rows if row.url), None)
        if row:
            rows = client.get(row.url).context
            assert rows["page_obj"].paginator.count == row.values[0]
            assert client.get(rows["items"][0].url).status_code == 200, rows["items"][0].url
    data = client.get(reverse(SUMMARY[0], args=SUMMARY[1]), {"export": "csv"}).getvalue().decode("utf-8-sig")
    lines = list(csv.reader(StringIO(data), delimiter=";"))
    assert ["L’ensemble", "Actions envoyées", "2025", str(sent_2025.count()), ""] in lines
    assert len(lines) - 1 == sum(2 * len(figure.rows) for figure in page.context["figures"])
    response = client.get(reverse(SUMMARY[0], args=SUMMARY[1]), {"export": "xlsx", "region": REGIONS[0]})
    book = load_workbook(BytesIO(b"".join(response.streaming_content)))
    assert ("Région", dict(regions())[REGIONS[0]]) in list(book["À propos"].values)


def test_a_year_without_census_a_wrong_region_and_other_roles(client, people):
    client.force_login(people[MODERATION])
    assert_refused(client.get(reverse("census_summary", args=[1999])), NOT_FOUND)
    page = client.get(reverse(SUMMARY[0], args=SUMMARY[1]), {"region": "atlantide", "export": "csv"})
    assert page.status_code == 200 and "figures" not in page.context and "atlantide" in page.content.decode()
    client.force_login(make_member(COORDINATION))
    for url in (reverse("census_trends"), reverse(SUMMARY[0], args=SUMMARY[1])):
        assert_refused(client.get(url), NO_RIGHT)


@pytest.mark.parametrize("name", ["census_trends", "census_summary"])
def test_the_screens_cost_the_same_with_more_answers(client, people, name, django_assert_max_num_queries):
    client.force_login(people[MODERATION])
    url = reverse(name, args=[2025] if name == "census_summary" else [])
    client.get(url)
    spent = []
    for _ in range(2):
        with django_assert_max_num_queries(20) as counted:
            client.get(url)
        spent.append(len(counted))
        for _ in range(10):
            make_answer(clsm=ClsmPage.objects.first(), edition=2025)
    assert spent[0] == spent[1]
