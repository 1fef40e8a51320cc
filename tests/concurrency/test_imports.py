"""Two requests that carry on with imports at the same instant: each line is written once, each person is told."""

from collections import Counter

import pytest

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.models import CensusAnswer, CensusChange
from network.models import ClsmRecord
from portal.imports.models import ImportLine, ImportStep, LineState, TableImport
from portal.imports.services import advance, begin, receive
from portal.site_setup.roles import EDITING
from portal.users.models import User
from tests.concurrency.racing import race
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm

LINES = 6


@pytest.fixture
def people(real_database) -> list[User]:
    ClsmRecord.objects.update_or_create(clsm_id=make_clsm().pk, defaults={"import_key": "EX-001"})
    return [make_member(EDITING), make_member(EDITING)]


def carried_on(table: TableImport, by: User) -> str:
    return advance(table, AnswerImporter(), by=by, clock=lambda: 0.0).step


def about_to_begin(by: User) -> TableImport:
    lines = [f"A{number};EX-001;Action {number}" for number in range(LINES)]
    table = receive(AnswerImporter(), "\n".join(["identifiant;clsm;intitule", *lines]).encode(), "a.csv", by)
    assert carried_on(table, by) == ImportStep.REPORT
    table.refresh_from_db()
    begin(table, table.version)
    table.refresh_from_db()
    return table


def test_two_requests_on_one_import_write_each_line_once(people):
    table = about_to_begin(people[0])
    outcomes = race(lambda: carried_on(table, people[0]), lambda: carried_on(table, people[0]))
    assert [outcome.value for outcome in outcomes] == [ImportStep.DONE, ImportStep.DONE], outcomes
    assert CensusAnswer.objects.count() == CensusChange.objects.count() == LINES
    assert set(table.lines.values_list("state", "is_imported")) == {(LineState.CREATED, True)}


def test_the_second_of_two_imports_is_told_what_the_first_created(people):
    tables = [about_to_begin(person) for person in people]
    outcomes = race(
        *(lambda table=table, by=by: carried_on(table, by) for table, by in zip(tables, people, strict=True))
    )
    assert [outcome.value for outcome in outcomes] == [ImportStep.DONE, ImportStep.DONE], outcomes
    assert CensusAnswer.objects.count() == CensusChange.objects.count() == LINES
    lines = ImportLine.objects.filter(table__in=tables)
    assert Counter(lines.values_list("state", flat=True)) == {LineState.CREATED: LINES, LineState.REFUSED: LINES}
    for line in lines.filter(state=LineState.REFUSED):
        assert f"« {line.key} » vient d’être importé par ailleurs" in line.told[0].message
