"""Tables as people's tools write them: the same rows whatever the encoding, the line ends and the separators."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from itertools import product
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

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


def test_a_key_on_every_line_names_ten_of_them():
    lines = read("identifiant;nom\n" + "A;Un\n" * 4_000).items
    repeated = repetitions(lines)
    assert len(repeated) == 4_000
    assert str(repeated[2]).startswith(
        "Ligne 2, identifiant : « A » est répété (lignes 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 et 3990 autres)"
    )


def test_a_text_in_a_column_without_heading_is_said_with_its_place():
    raw = "identifiant;nom;cls;\nA;Un;oui;\nB;Deux;non;perdu\nC;Trois;non;aussi\n"
    (notice,) = read(raw).notices
    assert (notice.line, notice.cell, notice.text) == (3, "colonne D", "perdu")
    assert notice.message == (
        "cette colonne n’a pas de titre, elle n’est pas lue : vérifiez qu’il n’y manque rien, et qu’aucune cellule "
        "n’est décalée (et 1 autre ligne)"
    )
    assert said("identifiant;nom;;cls\nA;Un;perdu;oui\n")[0].startswith("Ligne 2, colonne C : cette colonne n’a pas")


def test_a_note_beside_a_table_of_a_workbook_refuses_no_line():
    rows = [["identifiant", "nom", "cls"], ["A", "Un", "oui", *[None] * 22, "à vérifier"]]
    table = read(workbook(rows))
    assert [(line.problem, line.cells) for line in table.items] == [
        ("", {"identifiant": "A", "nom": "Un", "cls": "oui"})
    ]
    assert [(notice.line, notice.cell, notice.text) for notice in table.notices] == [(2, "colonne Z", "à vérifier")]


@pytest.mark.parametrize("mark", [";", ",", "\t"])
def test_lines_that_are_each_one_quoted_cell_are_opened_and_said(mark):
    rows = [mark.join(["identifiant", "nom", "cls"]), mark.join(["A", "Un dit deux", "oui"])]
    raw = "".join('"' + row.replace('"', '""') + '"\r\n' for row in rows)
    assert cells(raw) == [{"identifiant": "A", "nom": "Un dit deux", "cls": "oui"}]
    assert said(raw) == ["Chaque ligne est entre guillemets : ils sont retirés."]


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


def saved(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def with_sheet_xml(raw: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook with the XML of its first sheet changed, as another program writes it."""
    target = BytesIO()
    with ZipFile(BytesIO(raw)) as old, ZipFile(target, "w") as new:
        for part in old.namelist():
            xml = old.read(part)
            new.writestr(part, change(xml.decode()) if part == "xl/worksheets/sheet1.xml" else xml)
    return target.getvalue()


def test_a_false_size_written_in_a_workbook_hides_no_row_and_no_column():
    raw = workbook([*ROWS, ["B", "Un", "2020", "non"]])
    cut = with_sheet_xml(raw, lambda xml: xml.replace('ref="A1:D3"', 'ref="A1:B2"'))
    assert cut != raw
    assert cells(cut) == [*EXPECTED, {"identifiant": "B", "nom": "Un", "date_creation": "2020", "cls": "non"}]
    assert said(cut) == []


def test_a_formula_that_no_program_computed_is_shown_as_such():
    raw = workbook([*ROWS, ["B", '="CLSM "&A2', "=YEAR(TODAY())", ""]])
    assert cells(raw)[1] == {"identifiant": "B", "nom": '="CLSM "&A2', "date_creation": "=YEAR(TODAY())"}
    empty = with_sheet_xml(raw, lambda xml: xml.replace('<c r="C3">', '<c r="C3" t="str">'))
    assert "date_creation" not in cells(empty)[1]  # what Excel writes for a formula that gives an empty text


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (date(2019, 3, 1), "mmm-yy", "2019-03"),
        (date(2019, 3, 1), "[$-40C]mmmm\\ yyyy;@", "2019-03"),
        (date(2019, 1, 1), "yyyy", "2019"),
        (date(2019, 3, 14), "mmm-yy", "2019-03-14"),
        (date(2019, 3, 1), "dd/mm/yyyy", "2019-03-01"),
        (7, "000", "007"),
        (1004, "00000", "01004"),
        (612345678, '0#" "##" "##" "##" "##', "0612345678"),
        (34120, "0", "34120"),
        (1250, "#,##0", "1250"),
        (1.5, "0.00", "1.5"),
        ("a_x000D_b_x005F_c", "General", "a\rb_c"),
    ],
)
def test_a_workbook_gives_what_its_formats_show(value, number_format, shown):
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["nom", "valeur"])
    sheet.append(["CLSM", value])
    sheet.cell(2, 2).number_format = number_format
    assert [row for _, row in read_records(saved(book)).items][1] == ["CLSM", shown]


def test_merged_cells_give_their_value_to_each_of_their_lines_and_it_is_said():
    book = Workbook()
    for row in (
        ["identifiant", "nom", "cls"],
        ["A", "Un", "oui"],
        ["B", "Deux", None],
        [None] * 3,
        ["C", "Trois", None],
    ):
        book.active.append(row)
    book.active.merge_cells("C2:C5")
    book.active.merge_cells("A8:B9")
    assert [line["cls"] for line in cells(saved(book))] == ["oui", "oui", "oui"]
    (notice,) = read(saved(book)).notices
    assert (notice.line, notice.cell, notice.text) == (2, "C2:C5", "oui")
    assert notice.message == "cellules fusionnées : leur valeur est lue sur chacune de leurs lignes"


def test_what_a_workbook_hides_is_said():
    book = Workbook()
    for row in (*ROWS, ["B", "Deux", "2020", "non"]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    book.create_sheet("Listes").append(["autre chose"])
    book["Listes"].sheet_state = "hidden"
    assert len(cells(saved(book))) == 2
    assert said(saved(book)) == [
        "Seule la feuille « Sheet » est lue ; masquée : « Listes ».",
        "Les lignes masquées sont lues comme les autres : 3.",
        "Les colonnes masquées sont lues comme les autres : D.",
    ]


def test_comments_and_struck_cells_of_a_workbook_are_said():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["identifiant", "nom"])
    sheet.append(["A", "CLSM"])
    sheet["B2"].font = Font(strike=True)
    sheet["A3"].font = Font(strike=True)  # of an empty cell
    sheet["A2"].comment = Comment("à vérifier", "exemple")
    assert [str(notice) for notice in read_records(saved(book)).notices] == [
        "Les cellules barrées sont lues comme les autres : B2.",
        "Les commentaires ne sont pas lus : A2.",
    ]


def test_the_sheet_that_holds_the_headings_is_read_behind_a_cover():
    book = Workbook()
    book.active.title = "Présentation"
    for row in (["Recensement des CLSM", "a", "b", "c", "d"], ["Mode d’emploi", "nom"]):
        book.active.append(row)
    data = book.create_sheet("Données")
    for row in ROWS:
        data.append(row)
    assert cells(saved(book)) == EXPECTED
    assert said(saved(book)) == ["Seule la feuille « Données » est lue ; le classeur a aussi : « Présentation »."]


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:automatic-styles>'
    '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>{}</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def ods_cell(text: str, attributes: str = "") -> str:
    kind = "" if "office:value-type" in attributes else 'office:value-type="string" '
    return f"<table:table-cell {kind}{attributes}><text:p>{text}</text:p></table:table-cell>"


def ods(*tables: str) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format("".join(tables)))
    return target.getvalue()


def ods_table(*rows: str, name: str = "Feuille1", style: str = "ta1", repeated: int = 1) -> str:
    start = f'<table:table-row table:number-rows-repeated="{repeated}">'
    lines = "".join(f"{start}{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="{name}" table:style-name="{style}">{lines}</table:table>'


def test_an_ods_keeps_its_errors_its_merged_cells_and_what_it_hides():
    headings = "".join(map(ods_cell, ROWS[0]))
    error = 'office:string-value="" calcext:value-type="error"'
    raw = ods(
        ods_table(ods_cell("identifiant"), name="Cachée", style="ta2"),
        ods_table(
            headings,
            ods_cell("A") + ods_cell("Un", 'table:number-rows-spanned="2"') + ods_cell("#DIV/0 !", error),
            ods_cell("B") + "<table:covered-table-cell/>" + ods_cell("2020"),
        ),
    )
    assert [(line["nom"], line["date_creation"]) for line in cells(raw)] == [("Un", "#DIV/0 !"), ("Un", "2020")]
    assert said(raw) == [
        "Seule la feuille « Feuille1 » est lue ; masquée : « Cachée ».",
        "Ligne 2, B2:B3 : cellules fusionnées : leur valeur est lue sur chacune de leurs lignes (« Un »)",
    ]


@pytest.mark.parametrize(
    ("attributes", "shown", "read"),
    [
        ('office:value-type="float" office:value="1004"', "01004", "01004"),
        ('office:value-type="float" office:value="1004"', "1 004,00", "1004"),
        ('office:value-type="date" office:date-value="2019-03-01"', "mars 2019", "mars 2019"),
        ('office:value-type="date" office:date-value="2019-01-01"', "2019", "2019"),
        ('office:value-type="date" office:date-value="2019-03-14"', "mars 2019", "2019-03-14"),
        ('office:value-type="date" office:date-value="2019-03-01"', "01/03/19", "2019-03-01"),
    ],
)
def test_an_ods_gives_what_its_formats_show(attributes, shown, read):
    raw = ods(ods_table(ods_cell("nom") + ods_cell("valeur"), ods_cell("CLSM") + ods_cell(shown, attributes)))
    assert [row for _, row in read_records(raw).items][1] == ["CLSM", read]


def test_tabs_and_line_breaks_of_an_ods_glue_no_words():
    name = ods_cell('Un<text:tab/>deux<text:line-break/>trois<text:s text:c="2"/>')
    comment = "<office:annotation><text:p>Une<text:tab/>note</text:p></office:annotation>"
    row = ods_cell("A") + name.replace("<text:p>", f"{comment}<text:p>", 1)
    raw = ods(ods_table("".join(map(ods_cell, ROWS[0])), row))
    assert cells(raw)[0]["nom"] == "Un\tdeux\ntrois"


def test_a_small_workbook_that_opens_on_millions_of_cells_is_refused_at_once():
    for raw in (
        ods(ods_table(ods_cell("x", 'table:number-columns-repeated="1001"'), repeated=60_000)),
        ods(ods_table(ods_cell("x"), repeated=2_000_000)),
    ):
        with pytest.raises(FileRefusedError, match="trop grand"):
            read(raw)


def test_a_stray_cell_far_away_costs_nothing_and_refuses_nothing():
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active["XFD4"] = "x"
    book.active["A60000"] = "x"
    assert [line.number for line in read(saved(book)).items] == [2, 4, 60_000]


def test_thousands_of_bad_quotes_are_refused_together():
    with pytest.raises(FileRefusedError, match=r"Plus de 1000 lignes sont mal écrites\. Ligne 2 : un guillemet"):
        read("identifiant;nom\n" + 'A;"Un"x\n' * 1_500)


def test_a_quote_never_closed_swallows_no_record_up_to_another_quote():
    raw = 'identifiant;nom;date_creation;cls\nA;"Un;2019;oui\nB;Deux;2020;non\nC;5";2021;oui\nD;Quatre;2022;non\n'
    reading = read(raw)
    assert [(line.number, line.key) for line in reading.items if not line.problem] == [(3, "B"), (4, "C"), (5, "D")]
    (refused,) = (line for line in reading.items if line.problem)
    assert (refused.number, refused.text) == (2, 'A;"Un;2019;oui')
    assert refused.problem.startswith("un guillemet est mal placé, ou n’est pas fermé : cette ligne n’est pas lue.")
    several = 'identifiant;nom;date_creation;cls\nA;"Un ; deux\ntrois ; quatre ; cinq ; six";2019;oui\n'
    assert cells(several)[0]["nom"] == "Un ; deux\ntrois ; quatre ; cinq ; six"


def test_a_separator_line_that_lies_is_not_believed():
    assert cells("sep=,\n" + TEXT.replace(";", "\t")) == EXPECTED


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"%PDF-1.7", "un PDF : demandez le tableau lui-même"),
        (b"\xef\xbb\xbf<html><table><tr><td>identifiant", "une page web ou du XML"),
        (b'\n<?xml version="1.0"?><Workbook>', "une page web ou du XML"),
        (b"{\\rtf1", "un texte RTF"),
        ("word/document.xml", "un document Word"),
        ("Index/Document.iwa", "un classeur Numbers : choisissez Fichier › Exporter vers › Excel"),
    ],
)
def test_a_file_that_is_no_table_is_named_with_what_to_do(start, what):
    if isinstance(start, str):
        target = BytesIO()
        with ZipFile(target, "w") as archive:
            archive.writestr(start, "x")
        start = target.getvalue()
    with pytest.raises(FileRefusedError, match=what) as refusal:
        read(start)
    assert str(refusal.value).endswith("puis enregistrez-le en XLSX ou en « CSV UTF-8 ».")


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
    st.lists(st.text('a"";;,\t =|é\'', max_size=12), min_size=1, max_size=8),
    st.sampled_from("\n\r"),
    st.booleans(),
)
def test_no_line_of_a_badly_written_table_is_lost_in_silence(texts, end, has_titles_above):
    """The mark of each line is in a line read, in one refused, or in what is said; or the whole file is refused."""
    marks = [f"m{number}m" for number in range(len(texts))]
    lines = [f"{mark}{text}{mark}" for mark, text in zip(marks, texts, strict=True)]
    raw = end.join([*(["Titre"] if has_titles_above else []), "identifiant;nom;date_creation;cls", *lines])
    try:
        table = read(raw)
    except FileRefusedError as refusal:
        assert "L’en-tête n’est pas celui attendu" in str(refusal)
        return
    read_texts = [text for line in table.items for text in (*line.cells.values(), line.problem, line.text)]
    told = "\n".join([*read_texts, *(remark.text for remark in (*table.notices, *table.errors))])
    assert [mark for mark in marks if mark not in told] == []


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
