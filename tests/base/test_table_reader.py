"""Tables as people's tools write them: the same rows whatever the encoding, the line ends and the separators."""

import csv
from datetime import date
from io import BytesIO, StringIO
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from portal.base.tables.lines import Names, Table, heading_key, read_headings, read_lines, repetitions
from portal.base.tables.reader import FileRefusedError, read_records

COLUMNS = ("identifiant", "nom", "date_creation", "cls")
NAMES = Names({heading_key(name): name for name in COLUMNS}, {"titre": "nom"}, ("identifiant", "nom"))
ROWS = [["identifiant", "nom", "date_creation", "cls"], ["A", "CLSM de l’Étang salé", "2019-03-12", "oui"]]
TEXT = "identifiant;nom;date_creation;cls\nA;CLSM de l’Étang salé;2019-03-12;oui\n"


def read(raw: bytes | str) -> Table:
    return read_lines(raw.encode() if isinstance(raw, str) else raw, NAMES)


def cells(raw: bytes | str) -> list[dict[str, str]]:
    return [line.cells for line in read(raw).items]


def said(raw: bytes | str) -> list[str]:
    return list(read(raw).messages())


def workbook(rows: list[list[object]], *others: str) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for title in others:
        book.create_sheet(title).append(["autre chose"])
    target = BytesIO()
    book.save(target)
    return target.getvalue()


EXPECTED = [dict(zip(ROWS[0], ROWS[1], strict=True))]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp1252", "Windows-1252"), ("mac_roman", "Macintosh"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16LE")],
)
def test_another_encoding_is_read_and_said_with_the_line_to_check(encoding, name):
    raw = TEXT.encode(encoding)
    assert cells(raw) == EXPECTED
    (notice,) = read(raw).notices
    assert f"il est lu en {name} : vérifiez les lettres accentuées" in notice.message
    assert (notice.line, notice.text) == (2, "A;CLSM de l’Étang salé;2019-03-12;oui")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_needs_no_word(encoding):
    assert cells(TEXT.encode(encoding)) == EXPECTED
    assert said(TEXT.encode(encoding)) == []


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace(";", "\t"),
        TEXT.replace(";", ","),
        f"sep=;\n{TEXT}",
        f"SEP=;\r\n{TEXT}",
        TEXT.replace("\n", ";;;\n"),
        f"{TEXT};;;\n;;;\n",
        f"\n\n{TEXT}",
        TEXT.replace("identifiant", " Identifiant\u00a0").replace("date_creation", "Date création *"),
    ],
    ids=["CRLF", "CR", "tabs", "commas", "sep", "SEP", "empty columns", "empty rows", "blank above", "headings"],
)
def test_the_same_rows_are_read_without_a_word(text):
    assert cells(text) == EXPECTED
    assert said(text) == []


def test_commas_inside_quoted_cells_do_not_hide_the_semicolons():
    names = ", ".join("abcdefghijkl")
    assert cells(f'identifiant;nom\rA;"CLSM, {names}"\rB;"CLSM, {names}"\r')[1]["nom"] == f"CLSM, {names}"


def test_lines_above_the_headings_are_passed_over_and_said():
    raw = f"Recensement 2025;;;\nExporté le 3 mars;;;\n{TEXT}"
    assert cells(raw) == EXPECTED
    assert [(notice.line, notice.text) for notice in read(raw).notices] == [
        (1, "Recensement 2025"),
        (2, "Exporté le 3 mars"),
    ]


def test_a_heading_nearly_right_is_guessed_and_one_unknown_is_ignored_both_said():
    reading = read("identifiant;nom;date_creatio;Ville\nA;B;2019;Lille\n")
    assert reading.items[0].cells == {"identifiant": "A", "nom": "B", "date_creation": "2019"}
    assert [str(notice) for notice in reading.notices] == [
        "Date_creatio : cette colonne est lue comme « date_creation »",
        "Ville : cette colonne est inconnue : elle est ignorée",
    ]


def test_a_synonym_gives_way_to_the_name_itself():
    reading = read("identifiant;titre;nom\nA;Un;Deux\n")
    assert reading.items[0].cells == {"identifiant": "A", "nom": "Deux"}
    assert [str(notice) for notice in reading.notices] == ["Titre : cette colonne est inconnue : elle est ignorée"]
    assert read("identifiant;titre\nA;Un\n").items[0].cells["nom"] == "Un"


def test_the_columns_that_somebody_chose_are_taken_whatever_the_headings():
    raw = b"Nom;Nom;Ville\nA;Un;Lille\n"
    shown = [
        (heading.letter, heading.column, heading.is_certain, heading.sample) for heading in read_headings(raw, NAMES)
    ]
    assert shown == [("A", "nom", False, ("A",)), ("B", "nom", False, ("Un",)), ("C", "", False, ("Lille",))]
    table = read_lines(raw, NAMES, {0: "identifiant", 1: "nom"})
    assert table.items[0].cells == {"identifiant": "A", "nom": "Un"}
    assert [str(notice) for notice in table.notices] == ["Ville : cette colonne est ignorée"]


def test_lines_of_one_identifier_refuse_each_other():
    lines = read("identifiant;nom\nA;Un\nB;Deux\nA;Trois\n").items
    assert {number: (remark.cell, remark.text) for number, remark in repetitions(lines).items()} == {
        2: ("identifiant", "A"),
        4: ("identifiant", "A"),
    }


def test_a_heading_given_twice_is_refused_with_its_columns():
    with pytest.raises(FileRefusedError, match=r"colonne « nom » donnée 2 fois \(B, D\)"):
        read("identifiant;nom;cls;Nom\nA;B;;C\n")


def test_identifiers_that_differ_by_case_are_two_and_said():
    reading = read("identifiant;nom\na1;Un\nA1;Autre\n")
    assert [line.problem for line in reading.items] == ["", ""]
    assert "« a1 » (ligne 2), « A1 » (ligne 3)" in str(reading.notices[0])


def test_a_quote_inside_a_cell_is_text():
    assert cells('identifiant;nom\nA;CLSM "Cœur" de ville\n')[0]["nom"] == 'CLSM "Cœur" de ville'


@pytest.mark.parametrize("end", ["D;quatre", 'D;"quatre\nlignes"'])
def test_a_quote_never_closed_loses_its_line_alone(end):
    lines = read(f'identifiant;nom\nA;un\nB;"deux\nC;trois\n{end}\n').items
    (refused,) = [line for line in lines if line.problem]
    assert [(line.number, line.key) for line in lines if not line.problem] == [(2, "A"), (4, "C"), (5, "D")]
    assert refused.number == 3
    assert "un guillemet est mal placé" in refused.problem and refused.text == 'B;"deux'


def test_a_workbook_gives_what_was_typed():
    raw = workbook([ROWS[0], ["A", 34150, date(2019, 3, 12), True], ["B", 2.5, "#REF!", None]])
    assert cells(raw)[0] == {"identifiant": "A", "nom": "34150", "date_creation": "2019-03-12", "cls": "oui"}
    assert cells(raw)[1]["nom"] == "2.5"
    assert cells(raw)[1]["date_creation"] == "#REF!"


def test_the_other_sheets_are_named():
    assert said(workbook(ROWS, "Notes", "Codes")) == [
        "Seule la feuille « Sheet » est lue ; le classeur a aussi : « Notes », « Codes »."
    ]


@pytest.mark.parametrize(
    ("row", "name", "cls"),
    [("A;un ; deux;;oui", "un ; deux", "oui"), ("A;=CONCATENER(A1;B1);;oui", "=CONCATENER(A1;B1)", "oui")],
)
def test_a_separator_inside_a_cell_is_told_by_the_cells_in_excess(row, name, cls):
    table = read(f"identifiant;nom;date_creation;cls\n{row}\nB;x;;non\n")
    assert (table.items[0].cells["nom"], table.items[0].cells["cls"]) == (name, cls)
    assert [(remark.line, remark.cell, remark.text) for remark in table.notices] == [(2, "nom", name)]


def test_a_line_with_more_separators_than_headings_is_said_to_be_perhaps_shifted():
    table = read("identifiant;nom;date_creation;cls\nA;un;deux;;;\nB;x;;non\n")
    assert [str(remark) for remark in table.notices] == [
        "Ligne 2 : plus de séparateurs que de titres : vérifiez qu’aucune cellule n’est décalée (« A un deux »)"
    ]


def test_a_null_character_is_no_table():
    with pytest.raises(FileRefusedError, match="n’est pas un tableau"):
        read(b"identifiant;nom\nA;B\x00C\n")


@pytest.mark.parametrize(
    ("heading", "key"),
    [("Date de création *", "date de creation"), ("date_de_creation", "date de creation"), ("N° INSEE", "n insee")],
)
def test_headings_are_compared_by_their_words(heading, key):
    assert heading_key(heading) == key


WORDS = st.text(
    st.characters(codec="cp1252", exclude_categories=("C", "Z"), exclude_characters="«»°") | st.just(" "), min_size=1
).filter(lambda text: text.strip() == text and "  " not in text)


@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5),
    st.sampled_from(list(product(";,\t", ["\n", "\r\n", "\r"], ["utf-8", "utf-8-sig", "utf-16"]))),
)
def test_one_table_reads_the_same_however_it_is_written(rows, way):
    delimiter, end, encoding = way
    target = StringIO()
    writer = csv.writer(target, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([("identifiant", "nom"), *rows])
    records = read_records(target.getvalue().encode(encoding)).items
    assert [tuple(record) for _, record in records] == [("identifiant", "nom"), *rows]


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"identifiant;nom\n"]),
)
def test_any_bytes_are_read_or_refused(content, start):
    try:
        reading = read(start + content)
    except FileRefusedError as refusal:
        assert str(refusal)
    else:
        assert reading.items
