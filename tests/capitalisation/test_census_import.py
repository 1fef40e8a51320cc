"""Earlier answers from a CSV: by the command and by the back office, again and again, whatever the file."""

import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmRecord
from portal.imports.models import TableImport
from portal.moderation.models import Notice
from portal.site_setup.roles import EDITING
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_commune, make_term, make_theme

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/recensement/importer/"
EXAMPLE = Path(__file__).parents[2] / "docs/exemples/import-recensement.csv"
HEADER = "identifiant;clsm;intitule"


@pytest.fixture
def clsm():
    page = make_clsm(title="CLSM des Trois Rivières", slug="clsm-trois-rivieres")
    ClsmRecord.objects.update_or_create(clsm_id=page.pk, defaults={"import_key": "EX-001"})
    return page


@pytest.fixture
def terms():
    make_commune()
    make_commune("34142", "Lodève")
    make_theme("acces-aux-soins", name="Accès aux soins")
    make_term(Vocabulary.AUDIENCE, "aidants-et-proches", "Aidants et proches")


def run(path: Path, **options: object) -> str:
    out = io.StringIO()
    call_command("import_census", path, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def write(tmp_path):
    def write(*lines: str, header: str = HEADER) -> Path:
        path = tmp_path / "actions.csv"
        path.write_text("\n".join([header, *lines]), encoding="utf-8")
        return path

    return write


def test_the_example_of_the_documentation(clsm, terms):
    report = run(EXAMPLE)
    assert "créée : 2" in report
    first, second = CensusAnswer.objects.order_by("edition")
    assert (first.edition, first.clsm_id, first.state) == (2023, clsm.pk, CensusState.RECORDED)
    assert second.previous == first
    assert {commune.name for commune in second.communes.all()} == {"Clermont-l’Hérault", "Lodève"}
    assert second.reach == 70
    assert first.is_public
    assert first.changes.get().after == CensusState.RECORDED
    assert ModelLogEntry.objects.filter(action="capitalisation.census_imported").count() == 2
    assert not Notice.objects.exists()


def test_the_same_file_again_changes_nothing(clsm, terms):
    run(EXAMPLE)
    before = list(CensusAnswer.objects.order_by("pk").values())
    assert "inchangée : 2" in run(EXAMPLE)
    assert list(CensusAnswer.objects.order_by("pk").values()) == before


def test_a_dry_run_writes_nothing_and_says_the_same(clsm, terms):
    report = run(EXAMPLE, dry_run=True)
    assert "créée : 2" in report
    assert "rien n’a été écrit" in report
    assert not CensusAnswer.objects.exists()


def test_an_update_touches_what_changed(clsm, write):
    run(write("A1;EX-001;Café;Un lieu;30", header=f"{HEADER};description;personnes"))
    report = run(write("A1;EX-001;Café;(vide);", header=f"{HEADER};description;personnes"))
    assert "Champs modifiés : Description." in report
    answer = CensusAnswer.objects.get()
    assert (answer.description, answer.reach, answer.revision) == ("", 30, 1)
    assert answer.field_revisions == {"description": 1}


@pytest.mark.parametrize(
    "name", ["EX-001", "clsm-trois-rivieres", "CLSM des Trois Rivières", "clsm des trois rivieres"]
)
def test_a_clsm_is_named_in_several_ways(clsm, write, name):
    run(write(f"A1;{name};Café"))
    assert CensusAnswer.objects.get().clsm_id == clsm.pk


def test_a_refused_line_leaves_the_others(clsm, write):
    header = f"{HEADER};avancement;debut;fin;personnes;theme_principal;lien;etat"
    path = write(
        "A1;EX-001;Bonne;en cours;2024;;;;;",
        "A2;inconnu;Mauvaise;peut-être;hier;;beaucoup;inconnu;pas-un-lien;brouillon",
        "A3;EX-001;Dates;;2024-05-01;2024-01-01;;;;",
        "A4;EX-001;;;;;;;;",
        ";EX-001;Sans clé;;;;;;;",
        "A6;EX-001;État;;;;;;;brouillon",
        header=header,
    )
    with pytest.raises(CommandError, match=r"5 ligne\(s\) refusée"):
        run(path)
    assert [answer.title for answer in CensusAnswer.objects.all()] == ["Bonne"]


def check_file(client, raw: bytes):
    """The report of the dry run."""
    client.force_login(make_member_once())
    return client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", raw)}, follow=True)


def test_every_problem_of_a_line_is_told_at_its_number(client, clsm):
    text = f"{HEADER};personnes;lien\nA1;EX-001;Bonne;;\nA2;inconnu;Mauvaise;beaucoup;x"
    page = check_file(client, text.encode())
    [refused] = BeautifulSoup(page.content, "html.parser").select("fieldset")
    assert refused["id"] == "ligne-3"
    labels = [label.contents[0] for label in refused.select(".table-import__cell label")]
    assert labels == ["CLSM", "Lien vers une page ou un document", "Nombre de personnes touchées"]
    assert "rien n’est encore écrit" in page.text
    assert not CensusAnswer.objects.exists()


def test_the_back_office_imports_for_good(client, clsm):
    good = f"{HEADER}\nA1;EX-001;Café".encode()
    tried = check_file(client, good)
    assert "Importer 1 ligne" in tried.text and not CensusAnswer.objects.exists()
    table = TableImport.objects.get()
    done = client.post(f"{UPLOAD}{table.pk}/importer/", {"seen": table.version}, follow=True)
    assert "Import terminé" in done.text
    assert CensusAnswer.objects.get().changes.get().by == table.owner
    assert "Il n’y a rien à importer" in check_file(client, good).text


def test_how_the_file_was_read_is_shown_with_the_line_that_is_refused(client, clsm):
    raw = 'Export;;\nidentifiant;clsm;intitule;\nA1;EX-001;Été\nA2;"x'.encode("cp1252")
    page = check_file(client, raw).text
    assert "il est lu en Windows-1252" in page
    assert "Ligne 1 : cette ligne, au-dessus des titres, n’est pas lue (« Export »)" in page
    assert "Un guillemet est mal placé, ou n’est pas fermé" in page
    assert "Importer 1 ligne" in page
    assert not CensusAnswer.objects.exists()


def test_what_a_clsm_is_completing_is_left_to_it(clsm, write):
    run(write("A1;EX-001;Café"))
    CensusAnswer.objects.update(state=CensusState.INCOMPLETE)
    with pytest.raises(CommandError):
        run(write("A1;EX-001;Autre titre"))
    assert CensusAnswer.objects.get().title == "Café"


def test_an_action_is_not_its_own_previous_edition(clsm, write):
    run(write("A1;EX-001;Café"))
    with pytest.raises(CommandError):
        run(write("A1;EX-001;Café;A1", header=f"{HEADER};edition_precedente"))


def test_an_answer_keeps_the_day_on_which_it_was_given_and_its_year(clsm, write):
    report = run(write("A1;EX-001;Café;12/03/2024 14:05", "A2;EX-001;Marche;", header=f"{HEADER};Horodateur"))
    first, second = CensusAnswer.objects.order_by("pk")
    assert (f"{timezone.localtime(first.submitted_at):%Y-%m-%d %H:%M}", first.edition) == ("2024-03-12 14:05", 2024)
    assert second.edition == timezone.localdate().year
    assert (
        "repondu_le : sans « Année du recensement », c’est celle de la réponse : 2024 (« 12/03/2024 14:05 »)" in report
    )
    assert "repondu_le : sans date de réponse, c’est celle de l’import" in report


def test_without_the_day_of_the_answers_the_report_says_it_once(clsm, write):
    report = run(write("A1;EX-001;Café", "A2;EX-001;Marche"))
    assert report.count("Sans colonne « Date de réponse », les actions nouvelles porteront la date de leur import") == 1


def test_the_zone_of_a_heading_is_that_of_its_hours(clsm, write):
    report = run(write("A1;EX-001;Café;2024-03-12 23:30", header=f"{HEADER};Submit Date (UTC)"))
    assert f"{timezone.localtime(CensusAnswer.objects.get().submitted_at):%Y-%m-%d %H:%M}" == "2024-03-13 00:30"
    assert "Submit Date (UTC) : les heures de cette colonne sont lues comme celles d’UTC" in report


def test_one_date_with_its_month_first_makes_the_others_of_its_column_doubtful(clsm, write):
    path = write("A1;EX-001;Café;3/12/2024", "A2;EX-001;Marche;3/25/2024", header=f"{HEADER};debut")
    reading = AnswerImporter().understand_file(path)
    assert reading.items == []
    assert [(remark.line, remark.cell, remark.text) for remark in reading.errors] == [
        (2, "debut", "3/12/2024"),
        (3, "debut", "3/25/2024"),
    ]
    assert "une autre ligne de cette colonne met le mois d’abord" in reading.errors[0].message


def test_a_probable_duplicate_is_announced_by_name_and_line(clsm, write):
    run(write("A1;EX-001;Café des aidants"))
    reading = AnswerImporter().understand_file(
        write("B1;EX-001;Le café des aidants", "B2;EX-001;Marche du soir", "B3;EX-001;Marche du soir !")
    )
    said = [(remark.line, remark.cell, remark.text, remark.message) for remark in reading.notices if remark.line]
    year = timezone.localdate().year
    ask = "un doublon ? Si c’est une autre édition, remplissez « Édition précédente »"
    assert said == [
        (2, "intitule", "Le café des aidants", f"ressemble à « Café des aidants », déjà recensée ({year}) : {ask}"),
        (4, "intitule", "Marche du soir !", f"ressemble à « Marche du soir », ligne 3 : {ask}"),
    ]
    assert len(reading.items) == 3


def test_a_text_longer_than_its_field_is_refused(clsm, write):
    path = write(f"A1;EX-001;Café;{'x' * 801}", header=f"{HEADER};description")
    (error,) = AnswerImporter().understand_file(path).errors
    assert (error.line, error.cell) == (2, "description") and "800" in error.message


def test_a_line_is_read_as_its_columns_understood(clsm, terms, write):
    path = write(
        "A1;EX-001;Café;Lodève;mars 2024;1 500;Aidants et proches;X",
        "A2;EX-001;Thé;34150;jadis;beaucoup;Aidant;peut-être",
        header="identifiant;clsm;Intitulé de l’action;communes;Date de début;personnes;publics;fiche_publique",
    )
    reading = AnswerImporter().understand_file(path)
    assert reading.items == [
        {
            "identifiant": "A1",
            "clsm": "CLSM des Trois Rivières",
            "intitule": "Café",
            "publics": ["Aidants et proches"],
            "communes": [{"code": "34142", "name": "Lodève (34)"}],
            "debut": "2024-03-01",
            "personnes": 1500,
            "fiche_publique": True,
        }
    ]
    assert [(remark.line, remark.cell, remark.text) for remark in reading.notices if remark.line] == [
        (2, "Date de début", "mars 2024"),
        (2, "fiche_publique", "X"),
    ]
    assert [(remark.line, remark.cell, remark.text) for remark in reading.errors] == [
        (3, "publics", "Aidant"),
        (3, "communes", "34150"),
        (3, "Date de début", "jadis"),
        (3, "personnes", "beaucoup"),
        (3, "fiche_publique", "peut-être"),
    ]
    assert not CensusAnswer.objects.exists()


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["oui", "non", "(vide)", "2024", "2024-13", "34079", "|", "9" * 30, "=1+1", "²", "EX-001", "recensée", "٣"]
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    row=st.dictionaries(st.sampled_from(AnswerImporter().export_headings), CELLS),
    junk=st.binary(max_size=60),
    is_junk=st.booleans(),
)
def test_no_file_makes_an_error_page(client, clsm, row, junk, is_junk):
    row = {"identifiant": "A1", "clsm": "EX-001", "intitule": "Café"} | row
    cells = ['"' + cell.replace('"', '""').replace("\x00", "") + '"' for cell in row.values()]
    content = junk if is_junk else f"{';'.join(row)}\n{';'.join(cells)}".encode()
    assert check_file(client, content or b" ").status_code == 200
    if table := TableImport.objects.first():
        typed = {f"cellule-2-{name}": cell for name, cell in row.items()}
        for name, sent in (("corriger", typed), ("importer", {}), ("titres", {"colonne-0": "clsm"})):
            table.refresh_from_db()
            response = client.post(f"{UPLOAD}{table.pk}/{name}/", {"seen": table.version} | sent, follow=True)
            assert response.status_code == 200
        table.delete()


def make_member_once():
    """One account for all the examples of one test."""
    return ModelLogEntry.user.field.related_model.objects.filter(email__startswith="equipe").first() or make_member(
        EDITING
    )
