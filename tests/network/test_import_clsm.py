"""The import of CLSM profiles from a file, through the command."""

from contextlib import suppress
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import Revision

from network.clsm_import.importer import ClsmImporter
from network.models import ClsmPage, ClsmRecord, DirectoryPage, Organisation
from network.models.clsm import DatePrecision
from network.territories.models import Epci
from portal.base.tables.reader import FileRefusedError
from portal.taxonomies.models import Vocabulary
from tests.factories.network import make_clsm, make_directory, make_term, make_theme
from tests.factories.replay import replayed
from tests.factories.territories import load_small_territories

SAMPLE = Path(__file__).parents[2] / "docs" / "exemples" / "import-clsm.csv"


TERMS = {
    Vocabulary.CLSM_STATUS: {"operationnel": "Opérationnel (actif)", "en-projet": "En projet"},
    Vocabulary.SCALE: {"pluricommunale": "Pluricommunale", "intercommunale": "Intercommunale"},
    Vocabulary.AREA_TYPE: {"rural": "Rural"},
    Vocabulary.ORGANISATION_TYPE: {"commune": "Commune", "association": "Association"},
    Vocabulary.BODY_TYPE: {
        "comite-de-pilotage": "Comité de pilotage (COPIL)",
        "assemblee-pleniere": "Assemblée plénière",
    },
    Vocabulary.AUDIENCE: {"adultes": "Adultes", "aidants-et-proches": "Aidants et proches"},
}


@replayed
def make_ground() -> DirectoryPage:
    """A directory, four départements and just the terms used here: loading every vocabulary takes seconds."""
    for vocabulary, labels in TERMS.items():
        for slug, label in labels.items():
            make_term(vocabulary, slug, label)
    make_theme("prevention-du-suicide", objective="prevention", name="Prévention du suicide")
    make_theme("stages-croises", objective="parcours")
    load_small_territories()
    return make_directory()


@pytest.fixture
def ground(db: None) -> DirectoryPage:
    return make_ground()


@pytest.fixture
def csv_file(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "import.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def run(path: Path, *options: str) -> str:
    """The report, ending with the message of the error if there is one."""
    out = StringIO()
    try:
        call_command("import_clsm", str(path), *options, stdout=out)
    except CommandError as error:
        out.write(f"ERREUR {error}")
    return out.getvalue()


def page_of(key: str) -> ClsmPage:
    return ClsmPage.objects.get(record__import_key=key).get_latest_revision_as_object()


@pytest.mark.django_db
def test_the_sample_suits_the_real_vocabularies() -> None:
    call_command("load_taxonomies", stdout=StringIO())
    load_small_territories()
    make_directory()
    assert "créé : 2" in run(SAMPLE, "--dry-run")


@pytest.mark.usefixtures("ground")
class TestSample:
    def test_creates_drafts_with_every_column(self) -> None:
        report = run(SAMPLE)
        assert "Ligne 2 – EX-001 CLSM des Trois Rivières (exemple fictif) : créé en brouillon" in report
        assert "2 lignes (créé : 2, modifié : 0, inchangé : 0, refusé : 0, publié : 0)." in report
        page = page_of("EX-001")
        assert not page.live
        assert page.status.slug == "operationnel"
        assert (page.created_on, page.created_precision) == (date(2019, 11, 1), DatePrecision.MONTH)
        assert {item.commune_id for item in page.commune_items.all()} == {"34079", "34142", "34114"}
        assert page.carrier.kind.slug == "commune"
        assert [item.unit for item in page.cofacilitation_items.all()] == ["Pôle de psychiatrie adulte"]
        assert [item.label for item in page.body_items.all()] == ["COPIL du CLSM", ""]
        assert {theme.slug for theme in page.themes.all()} == {"prevention-du-suicide", "stages-croises"}
        assert {term.slug for term in page.objectives.all()} == {"parcours", "prevention"}
        assert page.carer_representation == "construction"
        assert page.is_vacant
        assert page.record.source == ClsmRecord.Source.IMPORT
        assert [item.epci_id for item in page_of("EX-002").epci_items.all()] == ["200057867"]

    def test_publishes_only_what_is_complete(self) -> None:
        report = run(SAMPLE, "--publish")
        assert "EX-001 CLSM des Trois Rivières (exemple fictif) : créé, publié" in report
        assert "EX-002 CLSM du Val d’Exemple (exemple fictif) : créé en brouillon" in report
        assert "À compléter avant publication – structure porteuse :" in report
        published = ClsmPage.objects.live().get()
        assert published.computed_population > 0
        assert [str(department) for department in published.departments.all()] == ["Hérault (34)"]

    @pytest.mark.parametrize("options", [(), ("--publish",)])
    def test_a_second_import_changes_nothing(self, options: tuple[str, ...]) -> None:
        run(SAMPLE, *options)
        before = list(Revision.objects.values_list())
        pages = list(ClsmPage.objects.values_list())
        assert "(créé : 0, modifié : 0, inchangé : 2, refusé : 0, publié : 0)" in run(SAMPLE, *options)
        assert list(Revision.objects.values_list()) == before
        assert list(ClsmPage.objects.values_list()) == pages

    def test_drafts_imported_first_may_be_published_later(self) -> None:
        run(SAMPLE)
        assert "inchangé, publié" in run(SAMPLE, "--publish")
        assert ClsmPage.objects.live().count() == 1

    @pytest.mark.parametrize("options", [("--dry-run",), ("--dry-run", "--publish")])
    def test_a_rehearsal_tells_the_same_and_writes_nothing(self, options: tuple[str, ...]) -> None:
        counts = [model.objects.count() for model in (ClsmPage, ClsmRecord, Revision, Organisation)]
        report = run(SAMPLE, *options)
        assert "créé : 2" in report
        assert "Essai à blanc : rien n’a été écrit." in report
        assert counts == [model.objects.count() for model in (ClsmPage, ClsmRecord, Revision, Organisation)]
        assert report.replace("Essai à blanc : rien n’a été écrit.\n", "") == run(SAMPLE, *options[1:])


@pytest.mark.usefixtures("ground")
class TestUpdate:
    def test_only_what_changes_is_written_and_named(self, csv_file) -> None:
        run(SAMPLE)
        report = run(csv_file("identifiant,nom,sigle,communes\nEX-001,Nouveau nom,CLSM 3R,34079|34172\n"))
        assert "modifié\n    Champs modifiés : Nom du CLSM, Communes couvertes." in report
        page = page_of("EX-001")
        assert page.title == "Nouveau nom"
        assert {item.commune_id for item in page.commune_items.all()} == {"34079", "34172"}
        assert page.carrier is not None

    def test_an_empty_cell_keeps_and_the_word_empties(self, csv_file) -> None:
        run(SAMPLE)
        run(csv_file("identifiant;nom;sigle;site_web;themes;date_creation\nEX-001;;;(vide);(vide);(vide)\n"))
        page = page_of("EX-001")
        assert (page.title, page.short_name) == ("CLSM des Trois Rivières (exemple fictif)", "CLSM 3R")
        assert (page.website, list(page.themes.all()), page.created_on) == ("", [], None)

    def test_a_public_profile_waits_for_publication(self, csv_file) -> None:
        run(SAMPLE, "--publish")
        path = csv_file("identifiant;nom;presentation_courte\nEX-001;Autre nom;Texte relu.\n")
        run(path)
        assert ClsmPage.objects.live().get().short_description.startswith("Exemple fictif")
        assert page_of("EX-001").short_description == "Texte relu."

    def test_the_draft_of_somebody_else_is_not_published(self, csv_file) -> None:
        run(SAMPLE, "--publish")
        draft = page_of("EX-001")
        draft.short_description = "Brouillon de la coordination."
        draft.save_revision()
        report = run(csv_file("identifiant;nom;sigle\nEX-001;CLSM des Trois Rivières;C3R\n"), "--publish")
        assert "Un brouillon attend" in report
        assert ClsmPage.objects.live().get().short_description.startswith("Exemple fictif")

    def test_a_locked_profile_is_left_alone(self, csv_file) -> None:
        run(SAMPLE)
        ClsmPage.objects.filter(record__import_key="EX-001").update(locked=True)
        assert "Le profil est verrouillé" in run(csv_file("identifiant;nom\nEX-001;Autre nom\n"))
        assert page_of("EX-001").title != "Autre nom"

    def test_past_communes_and_entered_dates_stay(self, csv_file) -> None:
        run(SAMPLE)
        page = page_of("EX-001")
        first, second, _ = page.commune_items.all()
        first.since, second.until = date(2019, 1, 1), date(2022, 12, 31)
        page.save_revision()
        run(csv_file(f"identifiant;nom;communes\nEX-001;;{first.commune_id}|34172\n"))
        items = {item.commune_id: (item.since, item.until) for item in page_of("EX-001").commune_items.all()}
        assert items == {
            first.commune_id: (date(2019, 1, 1), None),
            second.commune_id: (None, date(2022, 12, 31)),
            "34172": (None, None),
        }


@pytest.mark.usefixtures("ground")
class TestPlaces:
    @pytest.mark.parametrize(
        ("cell", "codes", "said"),
        [
            ("Saint-Denis (974)|Saint-Denis 93", {"97411", "93066"}, ""),
            ("Lodève, Clermont-l'Hérault", {"34142", "34079"}, ""),
            ("34150 Gignac", {"34114"}, ""),
            ("34150 Marseillan", {"34150"}, ""),
            ("Paris 12|75013 Paris", {"75112", "75113"}, ""),
            ("34000", {"34172"}, "communes : « 34000 » est lu comme un code postal : Montpellier (34)."),
            ("castelnau le lès", {"34057"}, "communes : « castelnau le lès » est lu comme Castelnau-le-Lez (34)."),
        ],
    )
    def test_a_cell_is_read_as_people_write_it(self, csv_file, cell: str, codes: set[str], said: str) -> None:
        report = run(csv_file(f"identifiant;nom;communes\nA1;CLSM d’exemple;{cell}\n"))
        assert {item.commune_id for item in page_of("A1").commune_items.all()} == codes
        assert said in report
        assert "est lu comme" in report if said else "est lu comme" not in report

    def test_an_epci_is_named_in_full(self, csv_file) -> None:
        run(csv_file("identifiant;nom;epci\nA1;CLSM d’exemple;Communauté de communes du Clermontais\n"))
        assert [item.epci.name for item in page_of("A1").epci_items.all()] == ["CC du Clermontais"]

    def test_what_was_guessed_is_said_on_its_line_only(self, csv_file) -> None:
        report = run(csv_file("identifiant;nom;communes\nA1;Un;castelnau le lès\nA2;Deux;Lodève\n"))
        first, second = report.split("Ligne 3")
        assert "est lu comme Castelnau-le-Lez (34)" in first and "est lu comme" not in second


@pytest.mark.usefixtures("ground")
class TestRefusedLines:
    HEADER = (
        "identifiant;nom;statut;date_statut;date_creation;communes;epci;site_web;email_generique;"
        "presentation_courte;population;poste_vacant;structure_porteuse;co_animation;themes;cls\n"
    )

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"statut": "endormi"}, "statut : « endormi » ne figure pas dans la liste « statuts d’un CLSM »."),
            (
                {"date_statut": "2020"},
                "date_statut : « 2020 » n’est pas une date complète (AAAA-MM-JJ) : ajoutez le jour.",
            ),
            ({"date_creation": "jadis"}, "date_creation : « jadis » n’est pas une date"),
            ({"communes": "34079|Nulle-Part"}, "communes : « Nulle-Part » ne désigne aucun lieu connu"),
            (
                {"communes": "Saint-Denis"},
                "« Saint-Denis » désigne plusieurs lieux. Vouliez-vous dire : Saint-Denis (974)",
            ),
            (
                {"communes": "34150"},
                "« 34150 » est le code postal de 9 communes. C’est aussi le code INSEE de : Marseillan (34)",
            ),
            ({"communes": "34700"}, "« 34700 » est le code postal de 17 communes. Vouliez-vous dire : Lodève (34)"),
            (
                {"communes": "1004"},
                "communes : « 1004 » a sans doute perdu son premier zéro : code probable « 01004 ».",
            ),
            ({"communes": "2,00E+04"}, "« 2,00E+04 » est un code abrégé par le tableur : code probable « 20000 »."),
            ({"communes": "La Réunion"}, "communes : « La Réunion » désigne plusieurs lieux."),
            (
                {"communes": "Hérault"},
                "« Hérault » n’est pas le nom d’une commune mais d’une autre sorte de lieu (département)",
            ),
            ({"communes": "Lodève|Annecy"}, "communes : « Annecy » : ce territoire n’est pas chargé dans ce portail."),
            (
                {"epci": "123456789"},
                "epci : « 123456789 » ne désigne aucun lieu connu : écrivez son nom avec son SIREN",
            ),
            ({"site_web": "javascript:alert(1)"}, "site_web : "),
            ({"email_generique": "clsm"}, "email_generique : "),
            ({"presentation_courte": "x" * 301}, "presentation_courte : "),
            ({"population": "-3"}, "population : "),
            ({"population": "beaucoup"}, "population : "),
            ({"poste_vacant": "peut-être"}, "poste_vacant : « peut-être » n’est ni « oui » ni « non »."),
            ({"poste_vacant": "(vide)"}, "poste_vacant : cette colonne ne peut pas être vidée."),
            ({"structure_porteuse": "Inconnue"}, "indiquez son type dans « Type de la structure porteuse »."),
            ({"co_animation": "a/b/c/d"}, "co_animation : « a/b/c/d » ne suit pas le modèle"),
            ({"themes": "un|deux"}, "« un » ne figure pas dans la liste « thèmes » ; « deux » ne figure pas"),
            ({"cls": "bientôt"}, "cls : « bientôt » n’est pas l’une de ces valeurs : oui, non, en projet."),
            ({"identifiant": ""}, "identifiant : cellule vide."),
            ({"nom": ""}, "nom : cellule vide."),
            ({"nom": "x" * 256}, "nom : "),
            ({"identifiant": "exemple fictif"}, "c’est la ligne d’exemple du modèle : elle n’est jamais importée."),
        ],
    )
    def test_the_reason_names_the_column(self, csv_file, cells: dict[str, str], reason: str) -> None:
        values = {"identifiant": "A1", "nom": "CLSM d’exemple"} | cells
        row = ";".join(values.get(name, "") for name in self.HEADER.strip().split(";"))
        report = run(csv_file(f"{self.HEADER}{row}\n"))
        assert reason in report
        assert "refusé : 1" in report
        assert "ERREUR 1 ligne(s) refusée(s)" in report
        assert not ClsmPage.objects.exists()

    def test_a_refusal_stops_neither_the_lines_before_nor_after(self, csv_file) -> None:
        report = run(csv_file("identifiant,nom,statut\nA,CLSM A,\nB,CLSM B,faux\nC,CLSM C,en-projet\n"))
        assert "créé : 2" in report
        assert sorted(ClsmPage.objects.values_list("title", flat=True)) == ["CLSM A", "CLSM C"]

    def test_a_dry_run_line_by_line_refuses_the_second_of_one_name_as_the_import_does(self) -> None:
        importer = ClsmImporter()
        lines = importer.read(b"identifiant;nom\nA;CLSM du Pays\nB;CLSM du pays\n").items
        reference = importer.reference()
        tried = [importer.import_line(line, reference, dry_run=True) for line in lines]
        done = importer.import_lines(lines)
        assert (
            [result.outcome.value for result in tried]
            == [result.outcome.value for result in done]
            == ["créé", "refusé"]
        )
        assert tried[1].notes == ["nom : « CLSM du pays » est aussi le nom de la ligne 2 : gardez une seule des deux."]

    def test_nothing_is_half_written(self, csv_file) -> None:
        """The organisation is new and right, but the profile bears a name already taken."""
        make_clsm(title="CLSM pris")
        count = Organisation.objects.count()
        path = csv_file(
            "identifiant,nom,structure_porteuse,type_structure\nA,CLSM pris,Nouvelle association,Association\n"
        )
        assert "« CLSM pris » est déjà dans l’annuaire." in run(path)
        assert Organisation.objects.count() == count

    def test_one_organisation_for_every_spelling_of_its_name(self, csv_file) -> None:
        count = Organisation.objects.count()
        rows = ["Ville d’Étampes", "VILLE D'ETAMPES", "Ville d’É\u200btampes", "Ville d’Etampe"]
        lines = [f"K{rank},CLSM numéro {chr(65 + rank) * 4},{name},Commune" for rank, name in enumerate(rows)]
        report = run(csv_file("identifiant,nom,structure_porteuse,type_structure\n" + "\n".join(lines) + "\n"))
        assert Organisation.objects.count() == count + 2
        assert "nouvelle organisation (Commune)" in report
        assert report.count("lu comme « Ville d’Étampes », déjà connue sous cette écriture") == 1
        assert "qui ressemble à « Ville d’Étampes » : si c’est la même, écrivez ce nom" in report

    def test_an_identifier_with_invisible_characters_is_the_same_one(self, csv_file) -> None:
        report = run(csv_file("identifiant,nom\nZ\u200b2,CLSM zéro\u200blarge\n"))
        assert "les caractères invisibles sont retirés : lu comme « Z2 »" in report
        run(csv_file("identifiant,nom\nZ2,CLSM zérolarge\n"))
        assert list(ClsmPage.objects.values_list("title", flat=True)) == ["CLSM zérolarge"]

    def test_a_value_in_doubt_is_said(self, csv_file) -> None:
        report = run(csv_file("identifiant,nom,communes,cls\nA,CLSM de qui ?,Lodève ?,oui\n"))
        assert report.count("le point d’interrogation n’est pas gardé : vérifiez cette valeur") == 1

    def test_unknown_themes_are_named_once_and_ten_at_most(self, csv_file) -> None:
        themes = "|".join(["x"] * 3_000 + [f"inconnu {rank}" for rank in range(30)])
        report = run(csv_file(f"identifiant,nom,themes\nA,CLSM A,{themes}\n"))
        assert report.count("ne figure pas dans la liste « thèmes »") == 10 and "et 21 autres" in report

    def test_a_known_organisation_keeps_its_type(self, csv_file) -> None:
        run(SAMPLE)
        path = csv_file(
            "identifiant,nom,structure_porteuse,type_structure\nZ,CLSM Z,commune D’EXEMPLE (fictive),Association\n"
        )
        assert "existe déjà avec le type « Commune »" in run(path)

    def test_a_line_with_shifted_cells_is_refused(self, csv_file) -> None:
        report = run(csv_file("identifiant,nom,sigle\nA,CLSM A,x,y\nB,CLSM B\nC,CLSM C,c\n"))
        assert "4 cellules au lieu de 3 : un guillemet ou un séparateur est mal placé." in report
        assert "Ligne 3 : 2 cellules au lieu de 3, les dernières sont lues comme vides (« B CLSM B »)" in report
        assert sorted(ClsmPage.objects.values_list("title", flat=True)) == ["CLSM B", "CLSM C"]

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            ("identifiant;nom\nA;x\nB;CLSM B\nA;z\n", "« A » est répété (lignes 2, 4) : aucune de ces lignes"),
            ('identifiant;nom\nA;"x\nB;CLSM B\n', "un guillemet est mal placé, ou n’est pas fermé"),
            (f"identifiant;nom\nA;{'x' * 140_000}\nB;CLSM B\n", "une cellule dépasse 131072 caractères"),
            ("identifiant;nom;cls\nA;CLSM A;#REF!\nB;CLSM B;\n", "cls : « #REF! » est une erreur du tableur"),
            ("identifiant;nom\nA;=CONCAT(A1:B1)\nB;CLSM B\n", "nom : « =CONCAT(A1:B1) » est une formule"),
            ("identifiant;nom\n=A1;CLSM A\nB;CLSM B\n", "identifiant : « =A1 » est une formule"),
        ],
    )
    def test_a_line_that_cannot_be_read_is_refused_alone(self, csv_file, content: str, reason: str) -> None:
        assert reason in run(csv_file(content))
        assert ClsmPage.objects.get().title == "CLSM B"

    def test_text_is_never_taken_for_markup(self, csv_file) -> None:
        run(csv_file('identifiant,nom,presentation\nA,CLSM A,"<script>alert(1)</script>\nSuite & fin"\n'))
        expected = "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>Suite &amp; fin</p>"
        assert page_of("A").description == expected

    def test_an_epci_is_found_by_its_name(self, csv_file) -> None:
        run(csv_file("identifiant,nom,epci\nA,CLSM A,plaine commune\n"))
        assert page_of("A").epci_items.get().epci == Epci.objects.get(siren="200057867")


class TestRefusedFiles:
    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "Le fichier est vide."),
            (b"\n\n", "Le fichier est vide."),
            (b"identifiant;nom\n", "ne contient que son en-tête"),
            (b"identifiant;nom\nA;B\x00C\n", "caractères nuls"),
            ("identifiant;nom".encode("utf-16"), "ne contient que son en-tête"),
            (b"nom;ville\nCLSM;Lille\n", "colonne manquante : identifiant). Titres inconnus : « ville »."),
            (b"identifiant;nom;nom\nA;B;C\n", "colonne « nom » donnée 2 fois (B, C)"),
            (
                b"PK\x03\x04 is no workbook",
                "Ce classeur est incomplet ou illisible : enregistrez-le de nouveau, en XLSX.",
            ),
        ],
    )
    def test_whole_file_refused_and_nothing_written(self, db: None, csv_file, content: bytes, reason: str) -> None:
        make_directory()
        report = run(csv_file(content))
        assert "Fichier refusé, rien n’a été écrit." in report
        assert reason in report
        assert not ClsmPage.objects.exists()

    def test_a_missing_file_and_a_missing_directory_are_said(self, before_first_day: None, tmp_path: Path) -> None:
        assert "lancez d’abord « setup_site »" in run(tmp_path / "rien.csv")
        make_directory()
        assert "Le fichier ne peut pas être lu" in run(tmp_path / "rien.csv")

    @pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"])
    @pytest.mark.parametrize("delimiter", [",", ";"])
    def test_both_delimiters_with_or_without_a_mark(self, prefix: bytes, delimiter: str) -> None:
        text = f'Identifiant{delimiter}NOM\r\n\r\n A {delimiter}"CLSM\nà deux lignes"\r\nB{delimiter}x\r\n'
        lines = ClsmImporter().read(prefix + text.encode()).items
        assert [(line.number, line.key) for line in lines] == [(3, "A"), (5, "B")]
        assert lines[0].cells["nom"] == "CLSM\nà deux lignes"

    @settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.binary(max_size=200))
    def test_no_file_breaks_the_reader(self, csv_file, content: bytes) -> None:
        with suppress(FileRefusedError):
            ClsmImporter().read(b"identifiant,nom\n" + content)
