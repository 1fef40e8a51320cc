"""Earlier answers from a CSV: by the command and by the back office, again and again, whatever the file."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.census.answer_import import AnswerImporter
from caps_sheets.capitalisation.census.csv_import_views import FOLDER, GONE, LIFE, forget_old
from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from caps_sheets.capitalisation.models.census import private_storage
from network.models import ClsmRecord
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, EDITING
from portal.taxonomies.models import Vocabulary
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_commune, make_term, make_theme

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/recensement/importer/"
EXAMPLE = Path(__file__).parents[2] / "docs/exemples/import-recensement.csv"
HEADER = "identifiant;clsm;intitule"


@pytest.fixture(autouse=True)
def no_kept_file():
    """The private folder outlives the database of a test."""
    forget_old(timezone.now() + LIFE * 2)


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
    assert "Champs modifiés : description." in report
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


def test_every_problem_of_a_line_is_told_at_its_number(client, clsm):
    client.force_login(make_member(EDITING))
    text = f"{HEADER};personnes;lien\nA1;EX-001;Bonne;;\nA2;inconnu;Mauvaise;beaucoup;x"
    response = client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", text.encode())})
    (refused,) = [row for row in response.context["rows"] if row["is_refused"]]
    assert refused["number"] == 3
    told = " ".join(refused["notes"])
    for name in ("clsm :", "personnes :", "lien :"):
        assert name in told
    assert "Essai à blanc" in response.content.decode()
    assert not CensusAnswer.objects.exists()


def test_the_back_office_imports_for_good(client, clsm):
    user = make_member(EDITING)
    client.force_login(user)
    tried = check_file(client)
    assert "Importer 1 action" in tried.content.decode() and not CensusAnswer.objects.exists()
    done = client.post(UPLOAD, {"confirme": tried.context["to_confirm"].digest}).content.decode()
    assert "Import terminé" in done
    assert CensusAnswer.objects.get().changes.get().by == user
    assert kept_files() == []
    assert "Il n’y a rien à importer." in check_file(client).content.decode()


def check_file(client, row: str = "A1;EX-001;Café"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", f"{HEADER}\n{row}".encode())})


def kept_files() -> list[str]:
    storage = private_storage()
    return storage.listdir(FOLDER)[1] if storage.exists(FOLDER) else []


def test_only_the_session_that_checked_a_file_confirms_it(client, clsm):
    client.force_login(make_member(EDITING))
    digest = check_file(client).context["to_confirm"].digest
    other = Client()
    other.force_login(make_member(EDITING))
    assert GONE in other.post(UPLOAD, {"confirme": digest}).content.decode()
    visitor = Client().post(UPLOAD, {"confirme": digest})
    assert visitor.status_code == 302
    client.force_login(make_member(COACHING))  # the same browser, somebody without the right
    client.post(UPLOAD, {"confirme": digest})
    assert not CensusAnswer.objects.exists()


def test_another_tab_checked_another_file(client, clsm):
    client.force_login(make_member(EDITING))
    first = check_file(client).context["to_confirm"].digest
    check_file(client, "A2;EX-001;Marche")
    assert GONE in client.post(UPLOAD, {"confirme": first}).content.decode()
    assert not CensusAnswer.objects.exists()
    assert len(kept_files()) == 1


def test_a_file_that_nobody_confirms_is_deleted(client, clsm):
    client.force_login(make_member(EDITING))
    digest = check_file(client).context["to_confirm"].digest
    assert forget_old(timezone.now() + LIFE - timedelta(minutes=1)) == 0
    assert forget_old(timezone.now() + LIFE + timedelta(seconds=5)) == 1
    assert kept_files() == []
    assert GONE in client.post(UPLOAD, {"confirme": digest}).content.decode()


@pytest.mark.parametrize("file", [None, b"", b"\x00", b"\xff\xfe", b"a;b\n1;2", b"PK\x03\x04"])
def test_a_broken_file_is_explained(client, file):
    client.force_login(make_member(EDITING))
    response = client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", file)} if file is not None else {})
    assert response.status_code == 200
    assert response.context["form"].errors["file"]


def test_how_the_file_was_read_is_shown_with_the_line_that_is_refused(client, clsm):
    client.force_login(make_member(EDITING))
    raw = 'Export;;\nidentifiant;clsm;intitule;Ville\nA1;EX-001;Été;Lille\nA2;"x'.encode("cp1252")
    page = client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", raw)}).text
    assert "il est lu en Windows-1252" in page
    assert "Ligne 1 : cette ligne, au-dessus des titres, n’est pas lue (« Export »)" in page
    assert "Ville : cette colonne est inconnue : elle est ignorée" in page
    assert "un guillemet est mal placé, ou n’est pas fermé" in page
    assert "Importer 1 action" in page
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
    client.force_login(make_member_once())
    row = {"identifiant": "A1", "clsm": "EX-001", "intitule": "Café"} | row
    cells = ['"' + cell.replace('"', '""').replace("\x00", "") + '"' for cell in row.values()]
    content = junk if is_junk else f"{';'.join(row)}\n{';'.join(cells)}".encode()
    tried = client.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", content or b" ")})
    assert tried.status_code == 200
    kept = tried.context["to_confirm"]
    assert client.post(UPLOAD, {"confirme": kept.digest if kept else "aucun"}).status_code == 200


def make_member_once():
    """One account for all the examples of one test."""
    return ModelLogEntry.user.field.related_model.objects.filter(email__startswith="equipe").first() or make_member(
        EDITING
    )
