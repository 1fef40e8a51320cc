"""Tables of CLSMs: the columns understood of each line; what is said or refused, by line, heading and text."""

import pytest

from network.territories.services import load
from tests.cases import FOLDER, names, places, read_file

DEPARTMENTS = ("01", "11", "13", "2B", "34", "69", "74", "75", "93", "974")

ONE = {"identifiant": "A", "nom": "CLSM essai A"}
PAYS = "CLSM, pays, a, b, c, d, e, f, g, h, i, j, k, l, m, n"
TWO_EMAILS = (2, "email_generique", "clsm@exemple.fr ; autre@exemple.fr")


def communes(**named: str) -> dict[str, object]:
    """``name`` by INSEE code, without its first letter."""
    return {"communes": [{"code": code[1:], "name": name} for code, name in named.items()]}


#: File → what each of its lines has besides its identifier and name, (line, heading, original text) of each notice.
READ: dict[str, tuple[list[dict[str, object]], list[tuple[int | None, str, str]]]] = {
    "arrdt.csv": (
        [
            communes(
                _69383="Lyon 3e Arrondissement (69)",
                _13213="Marseille 13e Arrondissement (13)",
                _75112="Paris 12e Arrondissement (75)",
            )
        ],
        [],
    ),
    "bom.csv": ([{}], []),
    "cls_Oui.csv": ([{"cls": "oui"}], []),
    "cls_x.csv": ([{"cls": "oui"}], [(2, "cls", "x")]),
    "commune_deleguee.csv": ([communes(_74010="Annecy (74)")], [(2, "communes", "Cran-Gevrier")]),
    "commune_name_dep.csv": (
        [communes(_11339="Saint-Denis (11)", _93066="Saint-Denis (93)", _97411="Saint-Denis (974)")],
        [],
    ),
    "communes_comma_sep.csv": ([communes(_34079="Clermont-l’Hérault (34)", _34142="Lodève (34)")], []),
    "communes_newline.csv": ([communes(_34114="Gignac (34)", _34142="Lodève (34)")], []),
    "corse_2b_low.csv": ([communes(_2B033="Bastia (2B)")], []),
    "cp1252.csv": ([{"nom": "CLSM de l’Étang salé"}], [(2, "", "A;CLSM de l’Étang salé;;;;;;;;;")]),
    "date_d-m.csv": ([{"date_creation": "2019-03-01"}], []),
    "epci_ok.csv": ([{"epci": [{"code": "243400355", "name": "CC du Clermontais"}]}], []),
    "header_nbsp.csv": ([{}], []),
    "header_upper_accent.csv": ([{}], []),
    "insee_ok_zero.csv": ([communes(_01004="Ambérieu-en-Bugey (01)")], []),
    "key_case.csv": (
        [{"identifiant": "a1", "nom": "CLSM essai a1"}, {"identifiant": "A1", "nom": "CLSM autre"}],
        [(None, "", "")],
    ),
    "mac_cr.csv": ([{}, {"identifiant": "B", "nom": "CLSM essai B"}], []),
    "mac_cr_commas.csv": (
        [{"identifiant": f"A{number}", "nom": PAYS} for number in range(5)],
        [(line, "nom", PAYS) for line in range(3, 7)],
    ),
    "mail_mailto.csv": ([{"email_generique": "clsm@exemple.fr"}], [TWO_EMAILS, TWO_EMAILS]),
    "mail_upper.csv": ([{"email_generique": "clsm@exemple.fr"}], []),
    "name_dup_spaces.csv": ([{"nom": "CLSM du Pays test"}], [(2, "nom", "CLSM  du   Pays\u00a0test")]),
    "quote_inside.csv": ([{"nom": 'CLSM "Cœur" de ville'}], []),
    "trailing_cols.csv": ([{}], []),
    "trailing_rows.csv": ([{}], []),
    "utf16.csv": ([{}], [(None, "", "")]),
    "utf8.csv": ([{}], []),
    "web_nohttp.csv": ([{"site_web": "https://www.exemple.fr"}], [(2, "site_web", "www.exemple.fr")]),
}

#: File → (line, heading, original text) of its refusal, and what this says.
REFUSED = {
    "corse_excel_sci.csv": ((2, "communes", "2,00E+04"), "code probable « 20000 »"),
    "dup_header.csv": ((None, "", ""), "colonne « nom » donnée 2 fois (B, L)"),
    "formula.csv": ((2, "nom", "=CONCATENER(A1;B1)"), "est une formule : collez sa valeur à la place"),
    "insee_lost_zero.csv": ((2, "communes", "1004"), "code probable « 01004 »"),
    "postcode_as_commune.csv": ((2, "communes", "34150"), "le code postal de 9 communes. C’est aussi le code INSEE de"),
    "postcode_as_commune2.csv": ((2, "communes", "34700"), "Ajoutez le nom, par exemple « 34700 Lodève »"),
}


@pytest.fixture
def territories(db: None) -> None:
    load(DEPARTMENTS)


def test_every_file_is_here():
    assert names("csv") == READ.keys() | REFUSED.keys()


@pytest.mark.usefixtures("territories")
def test_each_line_is_read_and_each_guess_said():
    for name, (lines, notices) in READ.items():
        reading = read_file("clsm", FOLDER / "csv" / name)
        assert (name, reading["items"]) == (name, [ONE | line for line in lines])
        assert (name, places(reading["notices"])) == (name, notices)
        assert (name, reading["errors"]) == (name, [])


@pytest.mark.usefixtures("territories")
def test_each_refusal_names_its_cell_and_says_what_to_do():
    for name, (place, message) in REFUSED.items():
        reading = read_file("clsm", FOLDER / "csv" / name)
        assert (name, reading["items"], places(reading["errors"])) == (name, [], [place])
        assert message in reading["errors"][0]["message"]
