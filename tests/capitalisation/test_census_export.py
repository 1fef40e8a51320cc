"""The answers of the portal as a file: imported again untouched, it changes nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.utils.text import capfirst
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from portal.base.tables.exports import export_response, workbook
from portal.base.tables.importer import Outcome, Result
from portal.site_setup.roles import EDITING
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_commune, make_term, make_theme
from tests.factories.spreadsheets import (
    BY_OFFICE,
    OFFICE,
    csv_saved_again,
    ods,
    rows_of_csv,
    rows_of_xlsx,
    saved_by_office,
    typed_xlsx,
    xlsx_saved_again,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def answer() -> CensusAnswer:
    """One with everything that a cell expresses badly, the edition that follows it, and a draft."""
    clsm = make_clsm(title="CLSM ; d’exemple")
    first = make_answer(clsm=clsm, edition=2023, title="Café des aidants", import_key="0012")
    second = make_answer(
        clsm=clsm,
        edition=2024,
        previous=first,
        title='« Café » | "2024" ;',
        description="=une ligne\n\nune  autre\r\n- et une puce",
        partners="N/A",
        start_date=date(2024, 3, 1),
        end_date=date(2031, 1, 1),
        reach=1_234,
        budget="1000-5000",
        in_qpv=False,
        allows_publication=None,
        state=CensusState.SHORTLISTED,
        submitted_at=datetime(2024, 3, 12, 13, 5, 33, tzinfo=UTC),
        audiences=[make_term(Vocabulary.AUDIENCE, "enfants", "Enfants, adolescents | jeunes")],
    )
    second.communes.set([make_commune("34150", "Marseillan"), make_commune("34142", "Lodève")])
    second.themes.set([make_theme("travail", name="Travail, emploi")])
    make_answer(clsm=clsm, state=CensusState.DRAFT, title="Brouillon")
    return second


def csv_file() -> bytes:
    return b"".join(export_response(AnswerImporter(), "actions", "csv"))


def xlsx_file() -> bytes:
    return workbook(AnswerImporter()).getvalue()


WAYS: dict[str, Callable[[], bytes]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "csv saved again": lambda: csv_saved_again(csv_file()),
    "xlsx saved again": lambda: xlsx_saved_again(xlsx_file()),
    "xlsx opened, saved as ods": lambda: ods(rows_of_xlsx(xlsx_file())),
    "csv opened, saved as xlsx": lambda: typed_xlsx(rows_of_csv(csv_file())),
}


def imported(raw: bytes) -> list[Result]:
    importer = AnswerImporter()
    return importer.import_lines(importer.read(raw).items)


def everything() -> list[tuple]:
    lists = [list(answer.communes.values_list("pk")) for answer in CensusAnswer.objects.order_by("pk")]
    return [*CensusAnswer.objects.order_by("pk").values_list(), *lists, *ModelLogEntry.objects.values_list()]


@pytest.mark.parametrize("way", ["csv", "xlsx", "xlsx saved again", "xlsx opened, saved as ods"])
def test_an_untouched_export_changes_nothing(answer, way):
    raw, before = WAYS[way](), everything()
    assert [(result.outcome, result.notes) for result in imported(raw)] == [(Outcome.UNCHANGED, [])] * 2
    assert everything() == before


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("extension", "to"), BY_OFFICE)
def test_an_export_saved_again_by_libreoffice_changes_nothing(answer, extension, to, tmp_path):
    """A CSV loses the zeros of « 0012 », which both lines name; a workbook loses nothing."""
    raw, before = saved_by_office(WAYS[extension](), extension, to, tmp_path), everything()
    expected = Outcome.REFUSED if extension == "csv" else Outcome.UNCHANGED
    assert [result.outcome for result in imported(raw)] == [expected] * 2
    assert everything() == before


@pytest.mark.parametrize("way", ["csv saved again", "csv opened, saved as xlsx"])
def test_an_identifier_that_lost_its_zeros_is_refused_with_the_whole_one(answer, way):
    before = everything()
    first, second = imported(WAYS[way]())
    assert [str(remark) for remark in first.remarks] == [
        "Ligne 2, identifiant : « 12 » a sans doute perdu ses zéros : écrivez « 0012 », déjà importé. (« 12 »)"
    ]
    assert [(remark.cell, remark.text) for remark in second.remarks] == [("edition_precedente", "12")]
    assert everything() == before


def test_the_cells_are_those_that_people_read(answer):
    heading, _, row = rows_of_csv(csv_file())
    values = dict(zip(heading, row, strict=True))
    assert values["identifiant"] == f"portail-{answer.pk}"
    assert (values["clsm"], values["edition_precedente"]) == ("CLSM ; d’exemple", "0012")
    assert (values["communes"], values["repondu_le"]) == ("Lodève (34) | Marseillan (34)", "2024-03-12 14:05")
    assert (values["qpv"], values["fiche_publique"], values["debut"]) == ("non", "", "2024-03-01")


def test_one_changed_cell_changes_its_field_alone(answer):
    rows = rows_of_csv(csv_file())
    rows[2][rows[0].index("personnes")] = "1 500"
    _, result = imported(ods(rows))
    assert (result.outcome, result.notes) == (Outcome.UPDATED, ["Champs modifiés : Nombre de personnes touchées."])
    fresh = CensusAnswer.objects.get(pk=answer.pk)
    assert (fresh.reach, fresh.partners, fresh.submitted_at) == (1_500, "N/A", answer.submitted_at)


def test_the_file_of_the_registry_comes_back_unchanged(answer, client):
    client.force_login(make_member(EDITING))
    for extension in ("csv", "xlsx"):
        response = client.get(f"/admin/recensement/?export={extension}")
        raw = b"".join(response) if response.streaming else response.content
        before = everything()
        importer = AnswerImporter()
        table = importer.read(raw)
        assert [heading.text for heading in table.headings if not heading.column] == [
            "Numéro",
            "Départements",
            "Régions",
        ]
        assert [result.outcome for result in importer.import_lines(table.items)] == [Outcome.UNCHANGED] * 2
        assert everything() == before


TEXTS = st.text(
    st.sampled_from("=+-@'\"|;,:/\\\t\n\u00a0\u2028 é#€x1.%<&>«»—") | st.characters(exclude_categories=["Cs", "Cc"]),
    max_size=60,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, TEXTS, TEXTS, st.booleans() | st.none(), st.sampled_from(["csv", "xlsx"]))
def test_any_answer_comes_back_unchanged(answer, title, description, partners, flag, way):
    CensusAnswer.objects.filter(import_key="0012").update(import_key="A")
    CensusAnswer.objects.filter(pk=answer.pk).update(
        title=f"x{title}", description=description, partners=partners, in_qpv=flag, allows_publication=flag
    )
    for raw in (WAYS[way](), WAYS[f"{way} saved again"]()):
        assert [result.outcome for result in imported(raw)] == [Outcome.UNCHANGED] * 2


def test_the_file_of_the_registry_holds_every_answer_in_words(answer, client):
    client.force_login(make_member(EDITING))
    heading, *rows = rows_of_csv(b"".join(client.get("/admin/recensement/?export=csv")))
    values = next(line for line in (dict(zip(heading, row, strict=True)) for row in rows) if line["Édition précédente"])
    asked = {capfirst(QUESTIONNAIRE.label_of(name)) for name in QUESTIONNAIRE.fields}
    assert asked <= values.keys()
    assert (values["Tranche de budget"], values["État"]) == (answer.get_budget_display(), "présélectionnée")
    assert values["Nombre de personnes touchées"] == "1234"
    assert values["Publics"] == "Enfants, adolescents | jeunes"
