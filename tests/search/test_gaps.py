"""The report of gaps, as the Centre reads it, and its counts against a recount by hand."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage, SheetClsm, SheetCommune
from network.models import ClsmPage
from network.territories.models import Department
from portal.site_setup.roles import EDITING, setup_roles
from portal.taxonomies.models import Term, Theme, Vocabulary
from portal.users.models import User
from search.engines.base import SearchEngine
from search.gaps import AXES, gaps
from search.outbox import rebuild
from search.queries import SearchQuery
from search.results import find
from tests.factories.network import make_clsm, make_commune, make_department, make_term, make_theme
from tests.factories.replay import replayed
from tests.factories.sheets import build_sheet, make_sheet, make_sheets_index
from tests.factories.site import make_private, make_site

pytestmark = pytest.mark.django_db
URL = "/admin/recherche/manques/"
THEMES = ("logement", "deuil", "travail")
PUBLICS = ("jeunes", "aidants")
OCCITANIE, AUVERGNE = ("76", "Occitanie"), ("84", "Auvergne-Rhône-Alpes")


def make_vocabularies() -> None:
    for order, slug in enumerate(THEMES):
        make_theme(slug, order=order)
    for order, slug in enumerate(PUBLICS):
        Term.objects.get_or_create(
            vocabulary=Vocabulary.AUDIENCE, slug=slug, defaults={"label": slug.capitalize(), "order": order}
        )


def clsm_of(*departments: Department) -> ClsmPage:
    clsm = make_clsm(themes=[make_theme("logement")])
    clsm.departments.set(departments)
    return clsm


@replayed
def make_editor() -> User:
    make_site()
    make_sheets_index()
    setup_roles()
    user = User.objects.create_user("edition@clsm.example")
    user.groups.add(Group.objects.get(name=EDITING))
    return user


@pytest.fixture
def editor(client: Client, db: None) -> Client:
    """Somebody of the Centre, signed in."""
    client.force_login(make_editor())
    return client


@replayed
def make_sheets() -> list[CapsSheetPage]:
    make_vocabularies()
    south = clsm_of(make_department("34", "Hérault", OCCITANIE))
    north = clsm_of(make_department("63", "Puy-de-Dôme", AUVERGNE))
    jeunes, aidants = (make_term(Vocabulary.AUDIENCE, slug) for slug in PUBLICS)
    logement, deuil = make_theme("logement"), make_theme("deuil")
    return [
        make_sheet(themes=[logement, deuil], audiences=[jeunes], clsms=[south]),
        make_sheet(themes=[logement], audiences=[jeunes, aidants], clsms=[south, north]),
        make_sheet(themes=[deuil], audiences=[aidants], clsms=[north]),
        make_sheet(title="Brouillon", themes=[deuil], audiences=[aidants], clsms=[north], live=False),
    ]


@pytest.fixture
def sheets(editor: Client) -> list[CapsSheetPage]:
    return make_sheets()


def html(client: Client, **params: str) -> str:
    response = client.get(URL, params)
    assert response.status_code == 200
    return response.content.decode()


def table(client: Client, **params: str) -> dict[tuple[str, str], str]:
    """(row, column) → cell of the CSV file; the last row and the last column are the totals."""
    response = client.get(URL, {**params, "export": "csv"})
    lines = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig")), delimiter=";"))
    return {(line[0], column): cell for line in lines[1:] for column, cell in zip(lines[0][1:], line[1:], strict=True)}


def test_each_crossing_is_counted_and_totals_count_a_sheet_once(editor: Client, sheets: list) -> None:
    assert table(editor) == {
        ("Logement", "Jeunes"): "2",
        ("Logement", "Aidants"): "1",
        ("Logement", "Fiches"): "2",
        ("Deuil", "Jeunes"): "1",
        ("Deuil", "Aidants"): "1",
        ("Deuil", "Fiches"): "2",
        ("Travail", "Jeunes"): "0",
        ("Travail", "Aidants"): "0",
        ("Travail", "Fiches"): "0",
        ("Fiches", "Jeunes"): "2",
        ("Fiches", "Aidants"): "2",
        ("Fiches", "Fiches"): "3",
    }


def test_the_third_axis_narrows(editor: Client, sheets: list) -> None:
    found = table(editor, lignes="region", colonnes="theme", public="aidants")
    assert found["Auvergne-Rhône-Alpes", "Logement"] == "1"
    assert found["Occitanie", "Deuil"] == "0"
    assert found["Fiches", "Fiches"] == "2"
    assert table(editor, lignes="theme", colonnes="public", region="region-76")["Fiches", "Fiches"] == "2"


def test_the_communes_of_an_action_say_where_it_took_place(editor: Client, sheets: list) -> None:
    SheetCommune.objects.create(
        page=sheets[0], commune=make_commune("63001", "Aigueperse", department=make_department("63"))
    )
    found = table(editor, lignes="region", colonnes="theme")
    assert (found["Occitanie", "Deuil"], found["Auvergne-Rhône-Alpes", "Deuil"]) == ("0", "2")


def test_a_sheet_without_a_region_is_told_beside_the_table(editor: Client, sheets: list) -> None:
    make_sheet(themes=[make_theme("deuil")], clsms=[clsm_of()])
    page = html(editor, lignes="region", colonnes="theme")
    assert "1 fiche sans région connue, absente du tableau" in page
    assert table(editor, lignes="region", colonnes="theme")["Fiches", "Fiches"] == "4"


def test_an_empty_crossing_stands_out_in_words_and_a_full_one_leads_to_its_sheets(editor: Client, sheets: list) -> None:
    page = html(editor)
    assert page.count('class="gaps__empty"') == page.count("aucune fiche</span>") == 2
    assert "2 croisements sans aucune fiche" in page
    assert 'href="/recherche/?type=fiches&amp;theme=logement&amp;public=jeunes"' in page
    assert escape("2 fiches : Logement, Jeunes") in page
    narrowed = html(editor, region="region-84")
    assert 'href="/recherche/?type=fiches&amp;theme=deuil&amp;public=aidants&amp;region=region-84"' in narrowed
    assert "theme=deuil&amp;public=jeunes" not in narrowed


def test_the_order_is_the_official_one(editor: Client, sheets: list) -> None:
    Theme.objects.filter(slug="travail").update(order=0)
    Theme.objects.filter(slug="logement").update(order=9)
    page = html(editor)
    rows = re.findall(r'<th scope="row">([^<]+)</th>', page[page.index('<table class="gaps">') :])
    assert rows == ["Travail", "Deuil", "Logement", "Fiches"]


def test_a_value_that_is_no_longer_proposed_stays_while_a_sheet_bears_it(editor: Client, sheets: list) -> None:
    Theme.objects.filter(slug__in=["logement", "travail"]).update(is_active=False)
    rows = {row for row, _ in table(editor)}
    assert "Logement" in rows
    assert "Travail" not in rows


def test_private_and_withdrawn_sheets_do_not_count(editor: Client, sheets: list) -> None:
    make_private(sheets[0])
    Page.objects.filter(pk=sheets[1].pk).update(live=False)
    assert table(editor)["Fiches", "Fiches"] == "1"


@pytest.mark.parametrize(
    "params",
    [
        {"lignes": "x", "colonnes": ""},
        {"lignes": "public", "colonnes": "public"},
        {"lignes": "theme", "colonnes": "theme", "region": "nulle-part"},
        {"lignes": "'", "region": "\x00", "export": "exe"},
        {"colonnes": "theme"},
    ],
)
def test_forged_parameters_are_ignored(editor: Client, sheets: list, params: dict[str, str]) -> None:
    assert "3 fiches publiées" in html(editor, **params)


def test_xlsx_says_what_it_crosses(editor: Client, sheets: list) -> None:
    response = editor.get(URL, {"export": "xlsx", "region": "region-76"})
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    rows = list(book["Résultats"].iter_rows(values_only=True))
    assert rows[0] == ("Thème", "Jeunes", "Aidants", "Fiches")
    assert rows[1] == ("Logement", 2, 1, 2)
    about = dict(book["À propos"].iter_rows(values_only=True))
    assert about["Tableau"] == "Thèmes × Publics, Occitanie seulement"
    assert about["Fiches publiées"] == 2


def test_without_vocabularies_nothing_breaks(editor: Client) -> None:
    Term.objects.filter(vocabulary=Vocabulary.AUDIENCE).delete()
    Theme.objects.all().delete()
    assert "rien à croiser" in html(editor)


def test_the_report_is_in_the_menu_of_those_who_may_read_it(editor: Client, sheets: list) -> None:
    assert URL in editor.get("/admin/").content.decode()


def test_the_counts_cost_one_query_whatever_the_size(editor: Client, sheets: list) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            html(editor, lignes="theme", colonnes="region", public="jeunes")
        return len([query for query in captured if "caps_sheets" in query["sql"]])

    assert cost() == 1
    for _ in range(3):
        make_sheet(themes=[make_theme("travail")])
    assert cost() == 1


@pytest.mark.parametrize("kept", ["", "region-76"])
def test_a_cell_counts_what_the_search_it_leads_to_finds(
    editor: Client, sheets: list, built: SearchEngine, kept: str
) -> None:
    rebuild()
    table = gaps(AXES["theme"], AXES["public"], {"region": kept} if kept else {})
    assert table.cells
    for line in table.row_lines:
        for column in table.column_lines:
            filters = {"type": ("fiches",), "theme": (line.value,), "public": (column.value,)}
            query = SearchQuery(filters=filters | ({"region": (kept,)} if kept else {}))
            assert find(query).total == table.cells.get((line.value, column.value), 0)


@pytest.fixture(scope="module")
def places(django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, object]]:
    """CLSMs of one, two and no région, one of them withdrawn, and two communes: made once, used by every example."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_vocabularies()
        south, north = make_department("34", "Hérault", OCCITANIE), make_department("63", "Puy-de-Dôme", AUVERGNE)
        clsms = [clsm_of(south), clsm_of(south, north), clsm_of(), clsm_of(north)]
        Page.objects.filter(pk=clsms[3].pk).update(live=False)
        communes = [make_commune(), make_commune("63001", "Aigueperse", department=north)]
        yield {"clsms": clsms, "communes": communes, "index": make_sheets_index()}
        transaction.set_rollback(True)


def some(size: int) -> st.SearchStrategy[set[int]]:
    return st.sets(st.integers(0, size - 1))


SHEETS = st.lists(st.tuples(some(3), some(2), some(4), some(2), st.booleans()), max_size=6)
REGIONS_OF_CLSM = ({"region-76"}, {"region-76", "region-84"}, set(), set())
REGIONS_OF_COMMUNE = ("region-76", "region-84")


@pytest.mark.slow
@given(SHEETS, st.permutations(sorted(AXES)), st.booleans())
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_counts_equal_a_recount_by_hand(
    places: dict, db: None, drawn: list, axes: list[str], is_narrowed: bool
) -> None:
    with transaction.atomic():
        bear = [made for one in drawn if (made := make(one, places))]
        kept = next(iter(sorted(bear[0][axes[2]])), "") if bear and is_narrowed else ""
        table = gaps(AXES[axes[0]], AXES[axes[1]], {axes[2]: kept} if kept else {})
        transaction.set_rollback(True)
    bear = [values for values in bear if not kept or kept in values[axes[2]]]
    expected: dict[tuple[str, str], int] = {}
    for values in bear:
        for crossing in ((row, column) for row in values[axes[0]] for column in values[axes[1]]):
            expected[crossing] = expected.get(crossing, 0) + 1
    assert table.cells == expected
    assert table.total == len(bear)
    for axis, lines in ((axes[0], table.row_lines), (axes[1], table.column_lines)):
        for line in lines:
            assert line.sheets == sum(line.value in values[axis] for values in bear)
        assert table.without[axis] == sum(not values[axis] for values in bear)


def make(drawn: tuple, places: dict) -> dict[str, set[str]] | None:
    """One sheet as it was drawn and what it bears, axis by axis; None when it is not public."""
    themes, publics, clsms, communes, is_live = drawn
    sheet = build_sheet(
        themes=[make_theme(THEMES[number]) for number in themes],
        audiences=[make_term(Vocabulary.AUDIENCE, PUBLICS[number]) for number in publics],
        clsms=[],
        live=False,
    )
    Page.objects.get(pk=places["index"].pk).add_child(instance=sheet)
    Page.objects.filter(pk=sheet.pk).update(live=is_live)  # incomplete on purpose: only the counts matter here
    SheetClsm.objects.bulk_create(SheetClsm(page=sheet, clsm=places["clsms"][number]) for number in clsms)
    SheetCommune.objects.bulk_create(
        SheetCommune(page=sheet, commune=places["communes"][number]) for number in communes
    )
    regions = {REGIONS_OF_COMMUNE[number] for number in communes} or set().union(*(REGIONS_OF_CLSM[n] for n in clsms))
    found = {"theme": {THEMES[n] for n in themes}, "public": {PUBLICS[n] for n in publics}, "region": regions}
    return found if is_live else None
