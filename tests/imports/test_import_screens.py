"""The screens of an import: who opens them, headings told once, corrections in place, two tabs, what is downloaded."""

import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.models import CensusAnswer
from network.models import ClsmPage, ClsmRecord
from portal.imports import services
from portal.imports.models import ImportLine, ImportStep, KnownHeading, LineState, TableImport
from portal.imports.services import GONE, KEPT, STALE
from portal.imports.viewsets import ImportViewSet
from portal.medialib.models import private_storage
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.taxonomies.models import Term, Vocabulary
from tests.factories.capitalisation import make_answer, make_member
from tests.factories.network import make_clsm, make_term
from tests.refusals import NO_RIGHT, SIGN_IN, assert_refused, summary, told

pytestmark = pytest.mark.django_db
HEADER = "identifiant;clsm;intitule"
GOOD = f"{HEADER}\nA1;EX-001;Café\nA2;EX-001;Marche"
WRONG = f"{HEADER};personnes\nA1;EX-001;Café;30\nA2;ailleurs;Marche;beaucoup"


@pytest.fixture(autouse=True)
def clsm() -> ClsmPage:
    page = make_clsm(title="CLSM des Trois Rivières")
    ClsmRecord.objects.update_or_create(clsm_id=page.pk, defaults={"import_key": "EX-001"})
    return page


@pytest.fixture
def editor(client):
    user = make_member(EDITING)
    client.force_login(user)
    return user


def address(name: str, *args: object, kind: str = "census") -> str:
    return reverse(f"{kind}_import:{name}", args=args)


def send(client: Client, text: str | bytes = GOOD, name: str = "actions.csv", kind: str = "census"):
    raw = text.encode() if isinstance(text, str) else text
    return client.post(address("index", kind=kind), {"file": SimpleUploadedFile(name, raw)})


def sent(client: Client, text: str | bytes = GOOD, **kwargs: str) -> TableImport:
    send(client, text, **kwargs)
    return TableImport.objects.latest("pk")


def report(client: Client, table: TableImport, **query: object):
    return client.get(address("table", table.pk), query)


def soup(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def begin(client: Client, table: TableImport, **options: object):
    table.refresh_from_db()
    return client.post(address("begin", table.pk), {"seen": table.version} | options)


def correct(client: Client, table: TableImport, cells: dict[str, str], **options: object):
    table.refresh_from_db()
    return client.post(address("correct", table.pk), {"seen": table.version, **cells, **options})


# Rights


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        ("census", role, role in (ADMINISTRATION, MODERATION, EDITING))
        for role in (ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION)
    ]
    + [
        ("clsm", role, role in (ADMINISTRATION, EDITING))
        for role in (ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION)
    ],
)
def test_who_imports_what(client, kind, role, may):
    client.force_login(make_member(role))
    responses = [
        client.get(address("index", kind=kind)),
        client.get(address("blank", "csv", kind=kind)),
        client.get(address("export", "csv", kind=kind)),
        client.get(address("export", "xlsx", kind=kind)),
        send(client, kind=kind),
    ]
    assert TableImport.objects.exists() is may
    for response in responses:
        if may:
            assert response.status_code in (200, 302) and NO_RIGHT not in told(response)
        else:
            assert_refused(response, NO_RIGHT)


def test_the_menu_shows_to_who_may(client):
    for role, may in ((EDITING, True), (COACHING, False)):
        client.force_login(make_member(role))
        assert (address("index", kind="clsm") in client.get(reverse("wagtailadmin_home")).text) is may


STEPS = ("table", "headings", "advance", "correct", "begin", "discard")


def every_request(client: Client, table: TableImport):
    forged = {"seen": table.version, "cellule-2-intitule": "Forgé", "ligne": "2", "ecarter-2": "1"}
    for name in STEPS:
        yield client.get(address(name, table.pk))
        yield client.post(address(name, table.pk), forged)
    yield client.get(address("line", table.pk, 2))
    yield client.get(address("download", table.pk, "compte-rendu"))


def test_an_import_belongs_to_who_sent_it(client, editor):
    table = sent(client, WRONG)
    other = Client()
    other.force_login(make_member(EDITING))
    for response in every_request(other, table):
        assert_refused(response, GONE, to=address("index"))
    assert "actions.csv" not in other.get(address("index")).text
    table.refresh_from_db()
    assert table.step == ImportStep.REPORT and not table.lines.exclude(corrected={}).exists()


def test_a_right_that_is_lost_closes_the_import(client, editor):
    table = sent(client)
    editor.groups.set(make_member(COACHING).groups.all())
    for response in every_request(client, table):
        assert_refused(response, NO_RIGHT)
    assert TableImport.objects.exists() and not CensusAnswer.objects.exists()


def test_nobody_without_an_account(client, editor):
    table = sent(client)
    for response in every_request(Client(), table):
        assert_refused(response, SIGN_IN)


def test_an_import_of_one_kind_is_none_of_another(client, editor):
    table = sent(client)
    assert_refused(client.get(address("table", table.pk, kind="clsm")), GONE, to=address("index", kind="clsm"))


# The file


@pytest.mark.parametrize("raw", [None, b"", b"\x00", b"\xff\xfe", b"PK\x03\x04", b"identifiant;clsm;intitule\n"])
def test_a_broken_file_is_explained_beside_its_field(client, editor, raw):
    response = client.post(address("index"), {} if raw is None else {"file": SimpleUploadedFile("a.csv", raw)})
    assert response.status_code == 200
    assert "Fichier à importer" in summary(response)
    assert soup(response).find(id="id_file")["aria-invalid"] == "true"
    assert not TableImport.objects.exists()


def test_too_long_a_file_says_how_many_lines(client, editor, monkeypatch):
    monkeypatch.setattr(services, "MOST_LINES", 1)
    assert "plus de 1 lignes" in send(client).text
    assert not TableImport.objects.exists()


def test_old_imports_are_forgotten_with_their_files(client, editor):
    table = sent(client)
    path = table.file.name
    soon, later = table.created_at + KEPT - timedelta(minutes=1), table.created_at + KEPT
    assert services.forget_old(soon) == 0 and private_storage().exists(path)
    assert services.forget_old(later) == 1
    assert not ImportLine.objects.exists()


def test_the_file_goes_with_its_row(client, editor, django_capture_on_commit_callbacks):
    table = sent(client)
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(address("discard", table.pk), follow=True)
    assert "L’import est supprimé" in told(response)
    assert not private_storage().exists(table.file.name) and not TableImport.objects.exists()


def test_an_import_whose_days_are_over_says_so(client, editor):
    table = sent(client)
    TableImport.objects.update(created_at=timezone.now() - KEPT)
    for response in (client.get(address("table", table.pk)), begin(client, table)):
        assert_refused(response, GONE, to=address("index"))
    assert not CensusAnswer.objects.exists()


# Headings


def test_unknown_headings_are_asked_and_remembered(client, editor):
    text = "N°;clsm;Action menée;Ville\nA1;EX-001;Café;Lodève"
    table = sent(client, text)
    assert table.step == ImportStep.HEADINGS
    page = soup(client.get(address("table", table.pk), follow=True))
    asked = page.find("ul", {"aria-labelledby": "a-reconnaitre"})
    assert [label.text for label in asked.find_all("label")] == ["N°", "Action menée", "Ville"]
    assert "Lodève" in asked.text
    wrong = client.post(
        address("headings", table.pk),
        {"seen": table.version, "colonne-1": "clsm", "colonne-2": "intitule", "colonne-3": "intitule"},
    )
    assert "« Identifiant », qui est obligatoire" in summary(wrong)
    assert "« Intitulé de l’action » est aussi choisi pour la colonne D" in summary(wrong)
    choices = {"colonne-0": "identifiant", "colonne-1": "clsm", "colonne-2": "intitule", "colonne-3": ""}
    client.post(address("headings", table.pk), {"seen": table.version} | choices)
    page = report(client, table).text
    assert "1 ligne vérifiée" in page and "Ville : cette colonne est ignorée" in page
    again = sent(client, text)
    assert again.step == ImportStep.REPORT
    assert "retenu" in client.get(address("headings", again.pk)).text
    heading = KnownHeading.objects.get(shown="N°")
    assert "« N° » est lu comme" in " ".join(soup(client.get(address("index"))).text.split())
    client.post(address("forget_heading", heading.pk))
    assert sent(client, text).step == ImportStep.HEADINGS


def test_a_file_without_identifiers_has_its_lines_numbered(client, editor):
    text = "Export du formulaire;\nclsm;intitule\nEX-001;Café\nEX-001;Marche"
    table = sent(client, text, name="Réponses 2024.csv")
    page = client.get(address("headings", table.pk)).text
    assert "Aucun titre n’est reconnu comme <strong>Identifiant</strong>" in page
    assert "cette ligne, au-dessus des titres, n’est pas lue (« Export du formulaire »)" in page
    choices = {"seen": table.version, "colonne-0": "clsm", "colonne-1": "intitule"}
    assert "cochez « Numéroter les lignes »" in summary(client.post(address("headings", table.pk), choices))
    client.post(address("headings", table.pk), choices | {"numbered": "on"})
    assert list(table.lines.values_list("key", flat=True)) == ["reponses-2024-3", "reponses-2024-4"]
    assert "ses lignes s’appellent « reponses-2024-2 »" in report(client, table).text
    begin(client, table)
    again = sent(client, text, name="Réponses 2024.csv")
    client.post(address("headings", again.pk), choices | {"seen": again.version, "numbered": "on"})
    assert set(again.lines.values_list("state", flat=True)) == {LineState.UNCHANGED}


def test_two_columns_of_one_heading_are_told_apart_and_not_remembered(client, editor):
    table = sent(client, "identifiant;clsm;intitule;Note;Note\nA1;EX-001;Café;un;deux")
    choices = ["identifiant", "clsm", "intitule", "description", "partenaires"]
    client.post(
        address("headings", table.pk),
        {"seen": table.version} | {f"colonne-{place}": name for place, name in enumerate(choices)},
    )
    cells = table.lines.get().cells
    assert (cells["description"], cells["partenaires"]) == ("un", "deux")
    assert not KnownHeading.objects.exists()


def test_headings_can_be_changed_after_the_check(client, editor):
    table = sent(client, WRONG)
    assert "corrections déjà faites" not in client.get(address("headings", table.pk)).text
    correct(client, table, {"cellule-3-clsm": "EX-001"})
    assert "corrections déjà faites" in client.get(address("headings", table.pk)).text
    table.refresh_from_db()
    choices = {"colonne-0": "identifiant", "colonne-1": "clsm", "colonne-2": "intitule", "colonne-3": ""}
    client.post(address("headings", table.pk), {"seen": table.version} | choices)
    assert not table.lines.exclude(corrected={}).exists()
    assert "personnes" not in table.lines.first().cells


# Corrections


def test_a_refused_cell_is_corrected_in_place(client, editor):
    table = sent(client, WRONG)
    page = report(client, table)
    assert "1 ligne refusée sur 2." in summary(page)
    line = soup(page).find(id="ligne-3")
    field = line.find(id="cellule-3-personnes")
    assert field["value"] == "beaucoup"
    assert "nombre" in line.find(id=field["aria-describedby"]).text
    again = correct(client, table, {"cellule-3-personnes": "12", "cellule-3-clsm": "ailleurs", "ligne": "3"})
    page = soup(client.get(again.url))
    assert page.find(id="cellule-3-personnes") is None
    assert page.find(id="cellule-3-clsm")["value"] == "ailleurs"
    done = client.get(correct(client, table, {"cellule-3-clsm": "EX-001", "ligne": "3"}).url)
    assert "Importer 2 lignes de « actions.csv »" in " ".join(soup(done).text.split())
    begin(client, table)
    assert CensusAnswer.objects.get(import_key="A2").reach == 12


def test_a_line_is_left_out_and_taken_back(client, editor):
    table = sent(client, GOOD)
    correct(client, table, {"ligne": "2", "ecarter-2": "1"})
    assert table.lines.get(number=2).state == LineState.LEFT_OUT
    assert "Importer 1 ligne de" in report(client, table).text
    assert soup(client.get(address("line", table.pk, 2))).find("input", {"name": "ecarter-2"}).has_attr("checked")
    correct(client, table, {"ligne": "2"})
    assert table.lines.get(number=2).state == LineState.CREATED


def test_a_repeated_identifier_is_mended_on_one_of_its_lines(client, editor):
    table = sent(client, f"{HEADER}\nA1;EX-001;Café\nA1;EX-001;Marche\nA3;EX-001;Potager")
    assert table.lines.filter(state=LineState.REFUSED).count() == 2
    correct(client, table, {"cellule-3-identifiant": "A2"})
    assert set(table.lines.values_list("key", "state")) == {(key, "created") for key in ("A1", "A2", "A3")}
    correct(client, table, {"cellule-2-identifiant": "A3"})
    assert set(table.lines.filter(state=LineState.REFUSED).values_list("number", flat=True)) == {2, 4}


def test_a_line_refused_for_another_is_checked_again_with_it(client, editor):
    header = f"{HEADER};edition_precedente"
    table = sent(client, f"{header}\nA1;ailleurs;Café;\nA2;EX-001;Café;A1")
    assert table.lines.filter(state=LineState.REFUSED).count() == 2
    correct(client, table, {"cellule-2-clsm": "EX-001"})
    assert not table.lines.filter(state=LineState.REFUSED).exists()
    begin(client, table)
    assert CensusAnswer.objects.get(import_key="A2").previous.import_key == "A1"


def test_a_line_that_names_one_left_out_is_checked_again_with_it(client, editor):
    table = sent(client, f"{HEADER};edition_precedente\nA1;EX-001;Café;\nA2;EX-001;Café;A1\nA3;EX-001;Potager;")
    assert not table.lines.filter(state=LineState.REFUSED).exists()
    correct(client, table, {"ligne": "2", "ecarter-2": "1"})
    assert list(table.lines.order_by("number").values_list("state", flat=True)) == ["left_out", "refused", "created"]
    assert "Importer 1 ligne de" in report(client, table).text


def test_corrections_typed_before_the_import_are_checked_first_and_nothing_is_lost(client, editor):
    table = sent(client, WRONG)
    corrections = soup(report(client, table)).find(id="cellule-3-clsm").find_parent("form")
    first, last = corrections.find_all("button", type="submit")
    assert first.text == "Vérifier de nouveau"  # what the key Enter presses in a cell
    assert (last.text, last["formaction"]) == ("Importer 1 ligne de « actions.csv »", address("begin", table.pk))
    told_back = begin(client, table, **{"cellule-3-clsm": "EX-001", "cellule-3-personnes": "12", "ligne": "3"})
    assert "1 ligne corrigée sur cette page : vérifiez le résultat, puis importez. Rien n’est encore écrit." in (
        client.get(told_back.url).text
    )
    assert not CensusAnswer.objects.exists()
    begin(client, table)
    assert CensusAnswer.objects.get(import_key="A2").reach == 12


def test_the_lines_of_which_something_was_guessed_are_listed_apart(client, editor):
    table = sent(client, f"{HEADER};debut\nA1;EX-001;Café;12/03/2024\nA2;EX-001;Marche;mars-23\nA3;EX-001;Potager;hier")
    page = soup(report(client, table, resultat="remarques"))
    (chosen,) = page.select("nav [aria-current=page]")[-1:]
    assert " ".join(chosen.text.split()) == "1 acceptée avec remarques"
    (row,) = page.select("table.listing tbody tr")
    assert "A2" in row.text and "année lue comme 2023" in row.text


def test_deleting_an_import_is_asked_twice(client, editor):
    table = sent(client, WRONG)
    details = (
        soup(client.get(address("index"))).find("form", action=address("discard", table.pk)).find_parent("details")
    )
    assert not details.has_attr("open") and "les corrections déjà tapées seront perdus" in details.text


def test_a_line_of_too_many_cells_is_told_cell_by_cell(client, editor):
    table = sent(client, f"{HEADER}\nA1;EX-001;Café;surplus")
    assert table.lines.get().state == LineState.REFUSED
    assert "Toutes ses cellules" in report(client, table).text
    cells = {"cellule-2-identifiant": "A1", "cellule-2-clsm": "EX-001", "cellule-2-intitule": "Café"}
    correct(client, table, cells)
    assert table.lines.get().state == LineState.CREATED


def test_nothing_typed_is_told(client, editor):
    table = sent(client, WRONG)
    response = correct(client, table, {"ligne": "3", "cellule-3-clsm": "ailleurs"})
    assert "Rien n’a changé" in told(response)


def test_forged_cells_change_nothing(client, editor):
    table = sent(client, WRONG)
    correct(
        client, table, {"cellule-999999999-clsm": "x", "cellule-2-inconnue": "x", "ligne": "x", "cellule-٣-clsm": "x"}
    )
    assert not table.lines.exclude(corrected={}).exists()


# Tabs, clicks


def test_another_tab_has_moved_on(client, editor):
    table = sent(client, WRONG)
    seen = table.version
    correct(client, table, {"cellule-3-clsm": "EX-001"})
    for name, typed in (
        ("correct", {"cellule-3-personnes": "1"}),
        ("begin", {}),
        ("headings", {f"colonne-{place}": name for place, name in enumerate((*HEADER.split(";"), "personnes"))}),
    ):
        assert_refused(
            client.post(address(name, table.pk), {"seen": seen} | typed), STALE, to=address("table", table.pk)
        )
    assert not CensusAnswer.objects.exists()


def test_the_same_click_twice_imports_once(client, editor):
    table = sent(client)
    first, second = begin(client, table), client.post(address("begin", table.pk), {"seen": table.version})
    assert first.url == address("table", table.pk)
    assert_refused(second, STALE)
    assert CensusAnswer.objects.count() == 2


def test_an_import_deleted_in_another_tab_stops_between_two_lines(client, editor, monkeypatch):
    table = sent(client)
    TableImport.objects.update(step=ImportStep.CHECK)
    table.lines.update(state=LineState.WAITING)
    is_time = iter([False, True])

    def clock() -> float:
        if next(is_time, False):
            TableImport.objects.all().delete()
        return 0.0

    monkeypatch.setattr(ImportViewSet, "clock", staticmethod(clock))
    response = client.post(address("advance", table.pk), headers={"Accept": "application/json"}, follow=True)
    assert GONE in response.text


def test_nothing_to_import_is_refused(client, editor):
    table = sent(client, f"{HEADER}\nA1;ailleurs;Café")
    assert_refused(begin(client, table), services.NOTHING_TO_IMPORT)
    assert "Il n’y a rien à importer tant que les lignes refusées ne sont pas corrigées." in report(client, table).text


def test_a_line_that_breaks_stops_no_other(client, editor, monkeypatch, caplog):
    real = AnswerImporter.import_line

    def import_line(self, line, *args, **kwargs):
        if line.key == "A1":
            raise RuntimeError("broken")
        return real(self, line, *args, **kwargs)

    monkeypatch.setattr(AnswerImporter, "import_line", import_line)
    table = sent(client)
    assert services.BROKEN in report(client, table).text
    assert table.lines.get(key="A2").state == LineState.CREATED
    assert "A line of an import of kind census failed" in caplog.text


# The end


def test_the_import_and_its_report(client, editor):
    table = sent(client, WRONG)
    page = " ".join(soup(report(client, table)).text.split())
    assert "« actions.csv » : 1 à créer. 1 autre ligne, refusée ou laissée de côté, ne sera pas importée." in page
    begin(client, table)
    assert CensusAnswer.objects.get().changes.get().by == editor
    page = soup(report(client, table, resultat="toutes"))
    assert "Import terminé" in page.title.text
    assert [" ".join(item.text.split()) for item in page.select(".table-import__totals a")] == [
        "1 refusée", "1 créée", "0 modifiée", "0 inchangée", "0 laissée de côté", "2 lignes",
        "0 acceptée avec remarques",
    ]  # fmt: skip
    assert table.lines.get(key="A1").cells == {}
    assert not page.select("input[name^=cellule]")


def test_an_update_and_an_unchanged_line_are_counted_apart(client, editor):
    begin(client, sent(client))
    table = sent(client, GOOD.replace("Marche", "Marche douce"))
    page = " ".join(soup(report(client, table)).text.split())
    assert "1 à modifier, 1 sans changement" in page
    begin(client, table)
    assert "Champs modifiés : Intitulé de l’action." in report(client, table).text
    again = sent(client, GOOD.replace("Marche", "Marche douce"))
    assert "Il n’y a rien à importer : le portail a déjà tout ce que le fichier contient." in report(client, again).text


def test_the_refused_lines_are_downloaded_corrected_and_imported_again(client, editor):
    table = sent(client, f"{WRONG}\n=1+1;EX-001;+ de lien;")
    begin(client, table)
    response = client.get(address("download", table.pk, "lignes-a-corriger"))
    text = response.getvalue().decode()
    assert (
        text.splitlines()[0].lstrip("\ufeff") == "identifiant;clsm;intitule;personnes;ligne du fichier;motif du refus"
    )
    assert ";3;" in text.splitlines()[1] and "'=1+1" in text
    again = sent(client, text.replace("ailleurs", "EX-001").replace("beaucoup", "12"), name="lignes-a-corriger.csv")
    assert again.step == ImportStep.REPORT
    assert again.lines.get(key="A2").state == LineState.CREATED
    whole = client.get(address("download", table.pk, "compte-rendu")).getvalue().decode()
    assert "2;A1;Café;créée;" in whole and "3;A2;Marche;refusée;" in whole


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
@pytest.mark.parametrize("kind", ["census", "clsm"])
def test_what_is_exported_comes_back_without_a_change(client, editor, kind, extension):
    make_answer()
    raw = client.get(address("export", extension, kind=kind)).getvalue()
    table = sent(client, raw, name=f"export.{extension}", kind=kind)
    assert table.step == ImportStep.REPORT
    assert (
        "rien à importer : le portail a déjà tout ce que le fichier contient."
        in client.get(address("table", table.pk, kind=kind)).text
    )


@pytest.mark.parametrize("kind", ["census", "clsm"])
def test_the_table_to_fill_in_is_read_as_it_is(client, kind):
    client.force_login(make_member(ADMINISTRATION))
    for extension in ("csv", "xlsx"):
        raw = client.get(address("blank", extension, kind=kind)).getvalue()
        table = sent(client, raw, name=f"modele.{extension}", kind=kind)
        assert table.step == ImportStep.REPORT, extension
        line = table.lines.get()
        assert (line.key, line.state) == ("exemple fictif", LineState.LEFT_OUT)
    book = load_workbook(io.BytesIO(raw))
    assert book.sheetnames == ["À remplir", "Colonnes"]
    explained = [row[0].value for row in book["Colonnes"].iter_rows(min_row=2)]
    assert explained == [cell.value for cell in book["À remplir"][1]]


def make_statuses() -> None:
    """One proposed, one withdrawn."""
    make_term(Vocabulary.CLSM_STATUS, "en-sommeil", "En sommeil")
    make_term(Vocabulary.CLSM_STATUS, "statut-retire", "Statut retiré")
    make_term(Vocabulary.AREA_TYPE, "rural", "Rural")
    Term.objects.filter(slug="statut-retire").update(is_active=False)


def test_the_values_of_each_list_are_in_the_table_to_fill_in_and_on_the_screen(client):
    client.force_login(make_member(ADMINISTRATION))
    make_statuses()
    raw = client.get(address("blank", "xlsx", kind="clsm")).getvalue()
    rows = {row[0]: row for row in load_workbook(io.BytesIO(raw))["Colonnes"].iter_rows(min_row=2, values_only=True)}
    statuses = rows["statut"][-1].split(" | ")
    assert "En sommeil" in statuses and "Statut retiré" not in statuses
    assert rows["statut"][1] == "Statut" and rows["poste_vacant"][-1] == "oui | non" and not rows["nom"][-1]
    index = soup(client.get(address("index", kind="clsm")))
    explained = next(item for item in index.select(".table-import__columns div") if item.code.text == "statut")
    assert "En sommeil" in explained.text


def test_a_refused_cell_shows_its_name_its_heading_and_the_values_of_its_list(client):
    client.force_login(make_member(ADMINISTRATION))
    make_statuses()
    table = sent(client, "identifiant;nom;statut;autres_liens;cls\nC1;CLSM A;Dissous;x;peut-être", kind="clsm")
    page = soup(client.get(address("line", table.pk, 2, kind="clsm")))
    cells = {
        cell.find(["input", "textarea"])["name"]: " ".join(cell.text.split())
        for cell in page.select(".table-import__cell")
    }
    assert "En sommeil" in cells["cellule-2-statut"] and "Statut retiré" not in cells["cellule-2-statut"]
    assert "« autres_liens » dans le fichier" in cells["cellule-2-autres_liens"]
    assert "oui, non, en projet" in cells["cellule-2-cls"] and "possibles" not in cells["cellule-2-cls"], "said once"
    assert "possibles" not in cells["cellule-2-typologie"], "nothing is wrong there"
    said = client.get(address("table", table.pk, kind="clsm"), {"resultat": "toutes"})
    assert "Contrat local de santé (CLS) (« cls ») : « peut-être » n’est pas" in said.text
    assert "(« peut-être »)" not in said.text, "the message quotes it already"


@pytest.mark.parametrize("text", ["https://exa mple", "https://ville", "http://.fr/a"])
def test_a_malformed_address_is_refused_with_what_to_write(client, editor, text):
    table = sent(client, f"{HEADER};lien\nA1;EX-001;Café;{text}")
    page = report(client, table).text
    assert f"« {text} » n’est pas l’adresse d’une page : écrivez-la en entier, sans espace ni accent" in page
    assert "URL valide" not in page


@pytest.mark.parametrize("kind", ["census", "clsm"])
def test_the_example_of_the_table_to_fill_in_would_be_taken(client, kind):
    """Its values are of the right kind: only what they name may be unknown here."""
    client.force_login(make_member(ADMINISTRATION))
    raw = client.get(address("blank", "csv", kind=kind)).getvalue().decode().replace("exemple fictif", "EX-9")
    line = sent(client, raw, kind=kind).lines.get()
    assert not [remark["cell"] for remark in line.remarks if "vide" in remark["message"]]


def test_profiles_are_imported_as_drafts(client):
    client.force_login(make_member(EDITING))
    table = sent(client, "identifiant;nom\nC1;CLSM du Haut-Lac", kind="clsm")
    assert not ClsmPage.objects.filter(title="CLSM du Haut-Lac").exists()
    table.refresh_from_db()
    client.post(address("begin", table.pk, kind="clsm"), {"seen": table.version})
    page = ClsmPage.objects.get(title="CLSM du Haut-Lac")
    assert not page.live and page.record.import_key == "C1"
    assert "créé" in client.get(address("table", table.pk, kind="clsm"), {"resultat": "toutes"}).text


# Cost


@pytest.mark.parametrize("lines", [2, 2_000])
def test_a_screen_costs_the_same_whatever_the_size(client, editor, lines, django_assert_max_num_queries):
    cells = dict.fromkeys(HEADER.split(";"), "x")
    table = TableImport.objects.create(kind="census", owner=editor, name="a.csv", step=ImportStep.REPORT)
    rows = [
        ImportLine(table=table, number=number, key=f"A{number}", cells=cells, state=state,
                   remarks=[{"message": "Corrigez.", "line": number, "cell": "clsm", "text": "x"}])
        for number, state in zip(range(2, lines + 2), [LineState.REFUSED, LineState.CREATED] * lines, strict=False)
    ]  # fmt: skip
    ImportLine.objects.bulk_create(rows)
    for query in ({}, {"resultat": "toutes", "p": 2}):
        report(client, table, **query)
        with django_assert_max_num_queries(20):
            page = soup(report(client, table, **query))
        assert len(page.select("fieldset, tbody tr")) <= 100
    for name in ("index", "line"):
        args = [table.pk, 2] if name == "line" else []
        with django_assert_max_num_queries(20):
            assert client.get(address(name, *args)).status_code == 200


def test_the_clock_bounds_a_slice(client, editor):
    table = sent(client)
    TableImport.objects.update(step=ImportStep.CHECK)
    table.lines.update(state=LineState.WAITING)
    table.refresh_from_db()
    times = iter([0.0, services.SLICE])
    table = services.advance(table, AnswerImporter(), by=editor, clock=lambda: next(times))
    assert (table.step, services.progress(table)) == (ImportStep.CHECK, (1, 2))
    page = soup(client.get(address("table", table.pk)))
    bar = page.find("progress")
    assert (bar["value"], bar["max"]) == ("1", "2")
    assert "Continuer la vérification" in page.text
    assert client.post(address("advance", table.pk)).url == address("table", table.pk)
    assert "2 lignes vérifiées" in report(client, table).text


def test_a_slice_reads_again_none_of_the_lines_that_another_read(client, editor, monkeypatch):
    text = f"{HEADER};debut\nA1;EX-001;Café;03/25/2024\nA2;EX-001;Marche;03/12/2024\nA2;EX-001;Bal;"
    table = sent(client, text)
    assert "répété" in table.lines.get(number=3).told[0].message
    correct(client, table, {"cellule-2-debut": "2024-03-25", "cellule-4-identifiant": "A3"})
    assert set(table.lines.values_list("state", flat=True)) == {LineState.CREATED}, "read again after the correction"
    monkeypatch.setattr(services, "repeated_keys", None)
    begin(client, table)
    assert CensusAnswer.objects.count() == 3, "what the check read is kept for the import"


def test_an_identifier_taken_meanwhile_is_said_on_its_line(client, editor):
    first, second = sent(client), sent(client, GOOD.replace("Marche", "Marche douce"))
    begin(client, first)
    begin(client, second)
    assert set(second.lines.values_list("state", flat=True)) == {LineState.REFUSED}
    assert "« A2 » vient d’être importé par ailleurs, rien n’en est changé" in report(client, second).text
    assert not CensusAnswer.objects.filter(title="Marche douce").exists()


def test_two_identical_identifiers_at_the_same_moment_are_no_error(client, editor, monkeypatch):
    """The other import commits between the look for the identifier and the writing."""
    table = sent(client)
    make_answer(import_key="A1")
    found = AnswerImporter.find
    late = iter([None])
    monkeypatch.setattr(AnswerImporter, "find", lambda self, key: next(late, found(self, key)))
    begin(client, table)
    refused = table.lines.get(key="A1")
    assert refused.state == LineState.REFUSED and "vient d’être importé par ailleurs" in refused.told[0].message
    assert table.lines.get(key="A2").is_imported
