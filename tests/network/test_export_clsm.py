"""The profiles of the portal as a file: imported again untouched, it changes nothing."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Revision

from network.clsm_import.importer import ClsmImporter
from network.models import ClsmCofacilitation, ClsmCommune, ClsmPage, ClsmRecord
from network.models.clsm import DatePrecision
from network.territories.models import Commune
from portal.base.tables.exports import export_response, workbook
from portal.base.tables.importer import Outcome, Result
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_clsm, make_term
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
from tests.network.test_import_clsm import make_ground

pytestmark = pytest.mark.django_db

RICH = (
    '<p>Un <b>mot</b> et <a href="https://exemple.example">un lien</a> &amp; « ; | ».</p>'
    "<ul><li>premier</li><li>second</li></ul><p>Fin.</p>"
)


@pytest.fixture
def profile() -> ClsmPage:
    """One with everything that a cell expresses badly, and a draft waiting."""
    make_ground()
    page = make_clsm(
        title="CLSM « A ; B | C »",
        short_name="=SOMME(A1)",
        other_name="-",
        description=RICH,
        created_on=date(2019, 11, 1),
        created_precision=DatePrecision.MONTH,
        ptsm_name='@PTSM, "1/2"\tet +',
        status_date=date(2030, 1, 1),
        declared_population=12_345,
        generic_email="clsm@ville.example",
        health_contract="oui",
    )
    page.commune_items = [
        ClsmCommune(commune=Commune.objects.get(pk="34150")),
        ClsmCommune(commune=Commune.objects.get(pk="34079"), until=date(2020, 1, 1)),
    ]
    page.cofacilitation_items = [ClsmCofacilitation(hospital="CH A / B | C", unit="Pôle ; 1", role="Cadre")]
    page.audiences = [
        make_term(Vocabulary.AUDIENCE, "enfants-adolescents", "Enfants, adolescents ; jeunes | adultes"),
        make_term(Vocabulary.AUDIENCE, "adultes", "Adultes"),
    ]
    page.save_revision()
    return page


def csv_file() -> bytes:
    return b"".join(export_response(ClsmImporter(), "clsm", "csv"))


def xlsx_file() -> bytes:
    return workbook(ClsmImporter()).getvalue()


WAYS: dict[str, Callable[[], bytes]] = {
    "csv": csv_file,
    "xlsx": xlsx_file,
    "csv saved again": lambda: csv_saved_again(csv_file()),
    "xlsx saved again": lambda: xlsx_saved_again(xlsx_file()),
    "csv opened, saved as xlsx": lambda: typed_xlsx(rows_of_csv(csv_file())),
    "xlsx opened, saved as ods": lambda: ods(rows_of_xlsx(xlsx_file())),
}


def imported(raw: bytes) -> list[Result]:
    importer = ClsmImporter()
    return importer.import_lines(importer.read(raw).items)


def everything() -> list[tuple]:
    return [*Revision.objects.values_list(), *ClsmPage.objects.values_list(), *ClsmRecord.objects.values_list()]


@pytest.mark.parametrize("way", WAYS)
def test_an_untouched_export_changes_nothing(profile, way):
    make_clsm(title="CLSM simple", description="")
    raw, before = WAYS[way](), everything()
    results = imported(raw)
    assert [(result.outcome, result.notes) for result in results] == [(Outcome.UNCHANGED, [])] * 2
    assert everything() == before


@pytest.mark.slow
@pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")
@pytest.mark.parametrize(("extension", "to"), BY_OFFICE)
def test_an_export_saved_again_by_libreoffice_changes_nothing(profile, extension, to, tmp_path):
    make_clsm(title="CLSM simple", description="")
    raw, before = saved_by_office(WAYS[extension](), extension, to, tmp_path), everything()
    results = imported(raw)
    assert [(result.outcome, result.notes) for result in results] == [(Outcome.UNCHANGED, [])] * 2
    assert everything() == before


def test_the_communes_are_named_and_those_of_the_past_left_out(profile):
    heading, row = rows_of_csv(csv_file())
    values = dict(zip(heading, row, strict=True))
    assert values["identifiant"] == f"portail-{profile.pk}"
    assert (values["communes"], values["date_creation"]) == ("Marseillan (34)", "2019-11")
    assert values["presentation"] == "Un mot et un lien & « ; | ».\npremier\nsecond\nFin."
    assert values["sigle"] == "'=SOMME(A1)"


@pytest.mark.parametrize("way", ["csv", "xlsx"])
def test_one_changed_cell_changes_its_field_alone(profile, way):
    rows = rows_of_csv(csv_file()) if way == "csv" else rows_of_xlsx(xlsx_file())
    rows[1][rows[0].index("ptsm")] = "PTSM de l’Hérault"
    (result,) = imported(ods(rows))
    assert (result.outcome, result.notes[0]) == (
        Outcome.UPDATED,
        "Champs modifiés : Projet territorial de santé mentale (PTSM).",
    )
    page = ClsmPage.objects.get(pk=profile.pk).get_latest_revision_as_object()
    assert (page.ptsm_name, page.description, page.short_name) == ("PTSM de l’Hérault", RICH, "=SOMME(A1)")
    assert [item.until for item in page.commune_items.all()] == [None, date(2020, 1, 1)]


def test_a_changed_text_that_loses_its_links_says_so(profile):
    rows = rows_of_csv(csv_file())
    rows[1][rows[0].index("presentation")] = "Un autre texte."
    (result,) = imported(ods(rows))
    assert (
        "presentation : la mise en forme de l’ancien texte (liens, gras, listes) est perdue (« Un autre texte. »)"
        in result.notes
    )


def test_the_key_of_a_profile_that_is_no_more_is_refused(profile):
    make_clsm(title="Autre")
    rows = rows_of_csv(csv_file())
    rows[1][0] = "portail-999999"
    refused = next(result for result in imported(ods(rows)) if result.outcome is Outcome.REFUSED)
    assert "« portail-999999 » ne désigne rien dans ce portail" in refused.notes[0]


def test_a_text_too_long_for_a_workbook_is_kept_by_its_empty_cell(profile):
    ClsmPage.objects.filter(pk=profile.pk).update(latest_revision=None)
    profile.description = f"<p>{'mot ' * 9_000}</p>"
    profile.save_revision()
    assert [result.outcome for result in imported(xlsx_file())] == [Outcome.UNCHANGED]
    assert [result.outcome for result in imported(csv_file())] == [Outcome.UNCHANGED]


TEXTS = st.text(
    st.sampled_from("=+-@'\"|;,:/\\\t\n\u00a0\u2028 é#€x1.%<&>«»—") | st.characters(exclude_categories=["Cs", "Cc"]),
    max_size=60,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    short=TEXTS, other=TEXTS, unit=TEXTS, paragraphs=st.lists(TEXTS, max_size=4), way=st.sampled_from(["csv", "xlsx"])
)
def test_any_profile_comes_back_unchanged(profile, short, other, unit, paragraphs, way):
    profile.short_name, profile.other_name = short, other
    profile.description = "".join(f"<p>{text}<br/><b>x</b></p>" for text in paragraphs)
    profile.cofacilitation_items = [ClsmCofacilitation(hospital=unit or "CH", unit=unit)]
    profile.save_revision()
    (result,) = imported(WAYS[way]())
    assert (result.outcome, result.notes) == (Outcome.UNCHANGED, [])
    (result,) = imported(WAYS[f"{way} saved again"]())
    assert result.outcome is Outcome.UNCHANGED
