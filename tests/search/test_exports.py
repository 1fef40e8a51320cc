"""The results of a search in a file, opened as a spreadsheet or a program would."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from wagtail.models import Page

from caps_sheets.models import CapsSheetPage, SheetCommune
from portal.base.tables.writer import csv_lines, one_line_rows
from portal.taxonomies.models import Vocabulary
from search.engines.base import SearchEngine
from search.outbox import rebuild
from search.outputs import export_views
from tests.factories.network import make_clsm, make_commune, make_department, make_term, make_theme
from tests.factories.podcasts import make_episode
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet
from tests.factories.site import make_private

pytestmark = pytest.mark.django_db
CSV, XLSX, JSON = (f"/recherche/export.{kind}" for kind in ("csv", "xlsx", "json"))
HEADINGS = [
    "Titre", "Type", "Adresse", "Thèmes", "Publics", "Milieux de vie", "CLSM", "Département", "Région", "Année",
    "Épisode", "Date de publication", "Résumé", "Licence",
]  # fmt: skip
EVIL = ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1", "＝1", '=HYPERLINK("x")']


@replayed
def make_sheets() -> list[CapsSheetPage]:
    clsm = make_clsm(title="CLSM du Vallon")
    clsm.departments.set([make_department()])
    made = [
        make_sheet(
            title="Prévenir l’isolement ; et l’oubli",
            hook="Une accroche.",
            clsms=[clsm],
            themes=[make_theme("deuil", name="Deuil"), make_theme("logement", name="Logement")],
            audiences=[make_term(Vocabulary.AUDIENCE, "jeunes", "Jeunes")],
            settings=[make_term(Vocabulary.SETTING, "rural", "Milieu rural")],
            licence=make_term(Vocabulary.LICENCE, "etalab", "Licence Ouverte"),
        ),
        make_sheet(title="Loger autrement", clsms=[clsm], themes=[make_theme("logement")], licence=None, live=False),
    ]
    CapsSheetPage.objects.filter(pk=made[1].pk).update(live=True)
    return made


@pytest.fixture
def sheets(engine: SearchEngine, db: None, indexed: Callable) -> list[CapsSheetPage]:
    made = make_sheets()
    indexed(make_sheets)
    return made


def body(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content) if response.streaming else response.content


def table(client: Client, **params: object) -> list[dict[str, str]]:
    text = body(client.get(CSV, params)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def workbook(client: Client, **params: object) -> Workbook:
    return load_workbook(io.BytesIO(body(client.get(XLSX, params))))


def data(client: Client, **params: object) -> dict:
    return json.loads(body(client.get(JSON, params)))


def told(client: Client, **params: object) -> list[str]:
    """The titles of the three files, which hold the same."""
    found = [row["Titre"] for row in table(client, **params)]
    assert [row[0] for row in workbook(client, **params)["Résultats"].iter_rows(min_row=2, values_only=True)] == found
    assert [result["titre"] for result in data(client, **params)["resultats"]] == found
    return found


def test_csv_opens_in_a_french_spreadsheet(client: Client, sheets: list) -> None:
    response = client.get(CSV, {"q": "isolement"})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    today = timezone.localdate().isoformat()
    assert response["Content-Disposition"] == f'attachment; filename="recherche-clsm-{today}.csv"'
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Total-Count"] == "1"
    assert "X-Export-Limit" not in response
    assert body(response).startswith(b"\xef\xbb\xbfTitre;Type;Adresse;")
    (row,) = table(client, q="isolement", theme="deuil")
    assert row == {
        "Titre": "Prévenir l’isolement ; et l’oubli",
        "Type": "Fiche CAPS",
        "Adresse": sheets[0].full_url,
        "Thèmes": "Deuil | Logement",
        "Publics": "Jeunes",
        "Milieux de vie": "Milieu rural",
        "CLSM": "CLSM du Vallon",
        "Département": "Hérault (34)",
        "Région": "Occitanie",
        "Année": "2022",
        "Épisode": "non",
        "Date de publication": timezone.localdate(sheets[0].first_published_at).isoformat(),
        "Résumé": "Une accroche.",
        "Licence": "Licence Ouverte",
        "Extrait le": today,
        "Recherche": "Recherche : isolement · Thème : Deuil (1 résultat)",
    }


def test_a_content_without_a_licence_has_that_of_the_portal(client: Client, sheets: list) -> None:
    assert [row["Licence"] for row in table(client, q="autrement")] == ["CC BY-SA 4.0"]


def test_xlsx_has_typed_cells_and_says_where_it_comes_from(client: Client, sheets: list) -> None:
    book = workbook(client, q="isolement")
    assert book.sheetnames == ["Résultats", "À propos"]
    headings, row = book["Résultats"].iter_rows(values_only=True)
    assert list(headings) == HEADINGS
    assert book["Résultats"].freeze_panes == "A2"
    assert row[9] == 2022
    assert row[11].date() == timezone.localdate(sheets[0].first_published_at)
    about = dict(book["À propos"].iter_rows(min_row=2, values_only=True))
    assert about["Recherche"] == "Recherche : isolement"
    assert about["Adresse de la recherche"] == "http://testserver/recherche/?q=isolement"
    assert about["Extrait le"].date() == timezone.localdate()
    assert about["Licence des textes"] == "CC BY-SA 4.0"
    assert about["Adresse de la licence"].startswith("https://creativecommons.org/")


def test_json_has_the_documented_shape(client: Client, sheets: list) -> None:
    found = data(client, q="isolement", theme="logement")
    assert found.pop("source")
    assert datetime.fromisoformat(found.pop("extrait_le")).utcoffset() is not None
    (result,) = found.pop("resultats")
    assert found == {
        "schema": "recherche-clsm/1",
        "recherche": {
            "libelle": "isolement · Thème : Logement",
            "parametres": [{"nom": "q", "valeur": "isolement"}, {"nom": "theme", "valeur": "logement"}],
            "url": "http://testserver/recherche/?q=isolement&theme=logement",
            "mots_en_partie": False,
        },
        "licence": {"libelle": "CC BY-SA 4.0", "url": "https://creativecommons.org/licenses/by-sa/4.0/deed.fr"},
        "total": 1,
        "limite": 2000,
        "est_tronque": False,
    }
    assert date.fromisoformat(result.pop("date_publication")) <= timezone.localdate()
    assert datetime.fromisoformat(result.pop("date_modification"))
    assert result == {
        "id": f"sheet:{sheets[0].pk}",
        "type": {"valeur": "fiches", "libelle": "Fiche CAPS"},
        "titre": "Prévenir l’isolement ; et l’oubli",
        "url": sheets[0].full_url,
        "resume": "Une accroche.",
        "theme": [{"valeur": "deuil", "libelle": "Deuil"}, {"valeur": "logement", "libelle": "Logement"}],
        "public": [{"valeur": "jeunes", "libelle": "Jeunes"}],
        "milieu": [{"valeur": "rural", "libelle": "Milieu rural"}],
        "strategie": [{"valeur": "reorienter-les-services", "libelle": "Reorienter les services"}],
        "action": [{"valeur": "stage-croise", "libelle": "Stage croise"}],
        "clsm": [{"valeur": sheets[0].clsm_items.get().clsm.slug, "libelle": "CLSM du Vallon"}],
        "departement": [{"valeur": "departement-34", "libelle": "Hérault (34)"}],
        "region": [{"valeur": "region-76", "libelle": "Occitanie"}],
        "annee": 2022,
        "episode": False,
        "licence": "Licence Ouverte",
    }


def test_the_communes_of_the_action_come_before_the_territory_of_the_clsm(client: Client, sheets: list) -> None:
    elsewhere = make_department("63", "Puy-de-Dôme", ("84", "Auvergne-Rhône-Alpes"))
    SheetCommune.objects.create(page=sheets[0], commune=make_commune("63001", "Aigueperse", department=elsewhere))
    (row,) = table(client, q="isolement")
    assert (row["Département"], row["Région"]) == ("Puy-de-Dôme (63)", "Auvergne-Rhône-Alpes")


def test_an_episode_tells_what_its_sheets_and_clsms_are_about(client: Client, sheets: list) -> None:
    make_episode(title="On en parle", sheets=sheets[:1], clsms=[], date=date(2025, 2, 3))
    rebuild()
    (row,) = table(client, type="episodes")
    names = ("Type", "Publics", "CLSM", "Département", "Année", "Épisode", "Date de publication")
    assert [row[name] for name in names] == [
        "Épisode", "Jeunes", "CLSM du Vallon", "Hérault (34)", "2025", "oui", "2025-02-03",
    ]  # fmt: skip
    assert [row["Épisode"] for row in table(client, q="oubli", type="fiches")] == ["oui"]


@pytest.mark.parametrize("evil", EVIL)
def test_nothing_is_ever_a_formula(client: Client, built: SearchEngine, evil: str) -> None:
    make_sheet(title=f"{evil} piège", hook=evil)
    rebuild()
    (row,) = table(client, type="fiches", q="piège")
    assert row["Titre"][0] == row["Résumé"][0] == "'"
    (cells,) = workbook(client, type="fiches", q="piège")["Résultats"].iter_rows(min_row=2)
    assert [cells[0].data_type, cells[12].data_type] == ["s", "s"]
    assert cells[0].value == f"{evil.strip()} piège"


@given(st.text(), st.text())
@example("=", "a;b")
@hypothesis_settings(max_examples=200, deadline=None)
def test_any_text_stays_in_its_cell(first: str, second: str) -> None:
    lines = "".join(csv_lines(["Un", "Deux"], one_line_rows([[first, second], ["fin", 1]])))
    rows = list(csv.reader(io.StringIO(lines), delimiter=";"))
    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[2] == ["fin", "1"]
    assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@"))]


def test_a_long_export_is_cut_and_says_so(client: Client, sheets: list, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_views, "EXPORT_LIMIT", 1)
    response = client.get(CSV, {"q": "vallon", "type": "fiches"})
    assert (response["X-Total-Count"], response["X-Export-Limit"]) == ("2", "1")
    assert response["Content-Disposition"].endswith('-1-premiers.csv"')
    (row,) = table(client, q="vallon", type="fiches")
    assert row["Recherche"].endswith("(1 premier résultat sur 2)")
    found = data(client, q="vallon", type="fiches")
    assert (found["total"], found["est_tronque"], len(found["resultats"])) == (2, True, 1)


def test_the_page_of_the_file_does_not_matter(client: Client, sheets: list) -> None:
    assert len(told(client, q="vallon", type="fiches", page=3)) == 2


def test_what_is_private_withdrawn_or_moved_is_right_at_once(client: Client, sheets: list) -> None:
    """The engine is not told: what it believes does not matter."""
    make_sheet(title="Brouillon au vallon", live=False)
    index = sheets[0].get_parent()
    index.slug = "capitalisations"
    index.save()
    Page.objects.filter(pk=sheets[1].pk).update(live=False)
    assert told(client, q="vallon", type="fiches") == ["Prévenir l’isolement ; et l’oubli"]
    assert "/capitalisations/" in table(client, q="vallon", type="fiches")[0]["Adresse"]
    make_private(sheets[0].clsm_items.get().clsm)
    (row,) = table(client, q="isolement")
    assert (row["CLSM"], row["Département"]) == ("", "")
    make_private(sheets[0])
    assert told(client, q="vallon", type="fiches") == []


def test_words_that_never_meet_are_said(client: Client, sheets: list) -> None:
    assert data(client, q="isolement xylophone")["recherche"]["mots_en_partie"] is True
    about = dict(workbook(client, q="isolement xylophone")["À propos"].iter_rows(values_only=True))
    assert "une partie" in about["Attention"]


@pytest.mark.parametrize("url", [CSV, XLSX, JSON])
def test_without_an_engine_no_empty_file_is_given(client: Client, engine: SearchEngine, url: str) -> None:
    make_sheet(title="Prévenir l’isolement")
    response = client.get(url)
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "momentanément indisponible" in response.content.decode()


def test_other_formats_and_methods_are_refused(client: Client, sheets: list) -> None:
    assert client.get("/recherche/export.pdf").status_code == 404
    assert client.post(CSV).status_code == 405


@given(st.dictionaries(st.sampled_from(["q", "type", "theme", "lieu", "rayon", "page", "tri"]), st.text(max_size=80)))
@hypothesis_settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_parameters_give_files(client: Client, sheets: list, params: dict[str, str]) -> None:
    told(client, **{name: value.encode(errors="replace") for name, value in params.items()})


def test_an_export_costs_the_same_queries_whatever_its_size(client: Client, sheets: list) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            body(client.get(CSV, {"type": ["fiches", "clsm", "episodes"]}))
        return len(captured)

    make_episode(sheets=sheets)
    rebuild()
    cost()
    few = cost()
    for _ in range(3):
        make_episode(sheets=[make_sheet()])
    rebuild()
    cost()
    assert cost() == few <= 10


def test_the_results_page_leads_to_the_files(client: Client, sheets: list) -> None:
    page = client.get("/recherche/", {"q": "vallon", "page": "2"}).content.decode()
    assert all(f'href="/recherche/export.{kind}?q=vallon"' in page for kind in ("csv", "xlsx", "json"))
