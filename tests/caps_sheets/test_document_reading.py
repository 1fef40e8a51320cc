"""Documents of a text processor: nothing lost, the same by styles, bold lines or LibreOffice; what is refused."""

import io
import json
import random
from collections import Counter
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pypandoc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from caps_sheets.document_import.content import Content
from caps_sheets.document_import.formats import archive
from caps_sheets.document_import.formats.archive import DocumentRefusedError
from caps_sheets.document_import.formats.document import AsideKind, kept_words, words
from caps_sheets.document_import.formats.reader import read_document
from caps_sheets.document_import.headings import match_of
from caps_sheets.document_import.outline import outline_of
from caps_sheets.document_import.readings import Understanding, content_texts, understand
from caps_sheets.sections import SECTIONS
from tests.cases import FOLDER, names, read_file
from tests.factories import documents
from tests.timing import assert_proportional

pytestmark = pytest.mark.django_db
BY_LIBREOFFICE = (
    "libreoffice_notes.odt",
    "libreoffice_tracked_changes.odt",
    "libreoffice_tables_and_pictures.odt",
    "libreoffice_lists_and_marks.odt",
    "libreoffice_headers_and_comments.odt",
    "libreoffice_odd_pictures.odt",
    "libreoffice_identity_card.odt",
    "libreoffice_notes.docx",
    "libreoffice_odt.docx",
    "libreoffice_tracked_changes.docx",
    "libreoffice_text_boxes.docx",
)
ALL = (*documents.MADE, *BY_LIBREOFFICE)


def raw(name: str) -> bytes:
    return documents.MADE[name]() if name in documents.MADE else (FOLDER / "documents" / name).read_bytes()


def read(name: str) -> tuple[Understanding, Content]:
    found = understand(raw(name))
    return found, found.content({id(picture): rank for rank, picture in enumerate(found.document.pictures(), start=1)})


# Nothing lost, by the word of pandoc

SPACED = {"Para", "Plain", "Header", "LineBlock", "Note", "Cell", "Space", "SoftBreak", "LineBreak"}


def by_pandoc(name: str, path: Any) -> tuple[Counter[str], int]:
    """The words and the number of pictures of a document, tracked changes and comments included."""
    path.write_bytes(raw(name))
    tree = json.loads(pypandoc.convert_file(str(path), "json", extra_args=["--track-changes=all"]))
    texts: list[str] = []
    pictures = 0

    def walk(node: Any) -> None:
        nonlocal pictures
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            kind, content = node.get("t"), node.get("c")
            pictures += kind == "Image"
            is_comment = kind == "Span" and "comment-start" in content[0][1]
            texts.extend([" "] if kind in SPACED or is_comment else [])
            if kind == "Str":
                texts.append(content)
            elif kind == "Math":
                texts.append(f" {content[1].replace('^', ' ')} ")
            elif kind != "Image":
                walk(content if kind else list(node.values()))
            texts.extend([" "] if kind in SPACED or is_comment else [])

    walk(tree["blocks"])
    return Counter(words("".join(texts))), pictures


def in_and_beside(found: Understanding, content: Content) -> Counter[str]:
    lines = [f"{item.line.label} {item.line.value}" for item in found.identity.lines]
    titles = [found.outline.title, *(part.heading for part in found.outline.parts)]
    return Counter(word for text in (*titles, *lines, *content_texts(content)) for word in words(text))


def pictures_in(content: Content) -> int:
    blocks = [block for section in content.sections.values() for block in section]
    return sum(block["type"] == "illustration" for block in blocks) + len(content.pictures_beside)


@pytest.mark.parametrize("name", ALL)
def test_each_word_and_picture_of_a_document_is_placed_or_listed(name, tmp_path):
    held, pictures = by_pandoc(name, tmp_path / name)
    found, content = read(name)
    assert held and held - in_and_beside(found, content) == Counter()
    assert pictures_in(content) >= pictures


def test_every_kept_document_is_read():
    assert len(ALL) >= 20 and names("documents") == set(BY_LIBREOFFICE)


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_lost_either_when_no_part_has_a_place(name):
    found = understand(raw(name))
    found.choose(dict.fromkeys(range(len(found.outline.parts)), ""))
    content = found.content({})
    assert kept_words(found.document) - in_and_beside(found, content) == Counter() and not content.sections
    assert len(content.pictures_beside) == len(found.document.pictures())


# What becomes of each thing


def kinds(content: Content) -> set[AsideKind]:
    return {aside.kind for aside in content.asides}


@pytest.mark.parametrize("name", ["tracked_changes.docx", "libreoffice_tracked_changes.odt"])
def test_the_final_text_is_placed_and_each_change_is_listed(name):
    _, content = read(name)
    assert "Une nouvelle tournure dans la phrase." in str(content.sections["contexte"])
    assert "ancienne" not in str(content.sections)
    listed = [(aside.kind, aside.text) for aside in content.asides]
    assert (AsideKind.DELETED, "ancienne tournure") in listed and (AsideKind.INSERTED, "nouvelle tournure") in listed


@pytest.mark.parametrize("name", ["notes.docx", "libreoffice_notes.odt", "libreoffice_notes.docx"])
def test_a_note_stands_at_the_end_of_the_part_that_calls_it(name):
    _, content = read(name)
    assert "[1] a été menée[2]" in content.sections["resultats"][0]["value"]
    assert "<p>[1] Rapport annuel du CLSM</p><p>[2] Enquête de fin</p>" in content.sections["resultats"][0]["value"]
    assert "<p>[3] Décision du comité</p>" in content.sections["perspectives"][0]["value"]


def test_a_text_box_is_placed_once():
    _, content = read("text_boxes.docx")
    assert content.sections["moyens"][0]["value"].count("Chiffre dans une zone de texte") == 1
    assert "Ancienne zone de texte" in content.sections["moyens"][0]["value"] and AsideKind.HIDDEN in kinds(content)


def test_links_are_kept_if_they_are_of_the_web():
    _, content = read("fields_and_equations.docx")
    html = content.sections["ressources"][0]["value"]
    assert '<a href="https://example.org/guide">le guide</a>' in html and "file:" not in html
    assert {AsideKind.LINK, AsideKind.EQUATION, AsideKind.CONTENTS, AsideKind.HIDDEN} <= kinds(content)


@pytest.mark.parametrize("name", ["hidden_and_struck.docx", "odt_hidden_and_struck.odt"])
def test_what_a_document_hides_or_strikes_out_never_enters_the_draft(name):
    _, content = read(name)
    draft, listed = str(content.sections), {(aside.kind, aside.text) for aside in content.asides}
    assert {(AsideKind.HIDDEN, "confidence"), (AsideKind.HIDDEN, "Nom d’un patient")} <= listed
    assert (AsideKind.STRUCK, "vieux") in listed and AsideKind.LEFT not in kinds(content)
    for text in ("confidence", "patient", "vieux", "ancien", "double", "masquée"):
        assert text not in draft and (name.endswith(".odt") or text in str(listed))
    assert "Avant  après." in draft and "neuf" in draft and "gardé" in draft
    assert "10³ et H₂O, le 1er mai" in draft


def test_a_cropped_picture_is_listed_and_not_imported_whole():
    _, content = read("cropped_picture.docx")
    assert [block["type"] for block in content.sections["contexte"]].count("illustration") == 2
    assert [picture.is_cropped for picture in content.pictures_beside] == [True]


def test_boxes_of_libreoffice_keep_their_state():
    _, content = read("odt_boxes.odt")
    lines = ("☒ oui ☐ non", "☑ salle ☐ repas", "☒ Accord", "Choix : Urbain")
    assert content.sections["moyens"][0]["value"] == "".join(f"<p>{line}</p>" for line in lines)


def test_a_name_between_quotation_marks_is_no_quotation():
    content = understand(documents.word_styles({"Contexte": "« Je vais mieux »"})).content({})
    assert content.sections["contexte"][0]["type"] == "verbatim"
    lines = ("« Ensemble », un dispositif porté par la ville.", "« On a appris à se parler », dit une habitante.")
    content = understand(documents.word_styles({"Contexte": lines[0], "Leviers": lines[1]})).content({})
    assert [block["type"] for block in content.sections["contexte"]] == ["paragraph"]
    assert content.sections["leviers"][0]["value"]["role"] == "dit une habitante"


def test_boxes_keep_their_state_and_cells_their_column():
    _, content = read("boxes.docx")
    text, table = content.sections["moyens"]
    assert text["value"] == "<p>☒ oui ☐ non</p><p>☑ salle ☐ repas ☑ transport •</p><p>Choix : Urbain</p>"
    assert table["value"]["rows"] == [{"values": ["", "<p>temps</p>", "<p>dix</p>"]}]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Dates : 01/09/2020", {"start_date": "2020-09-01"}),
        ("Dates : 01/09/2020 - 30/06/2021", {"start_date": "2020-09-01", "end_date": "2021-06-30"}),
        ("Dates : du 1er septembre 2020 au 30 juin 2021", {"start_date": "2020-09-01", "end_date": "2021-06-30"}),
        ("Dates : 2019-2021", {"start_date": "2019-01-01", "end_date": "2021-12-31"}),
        ("Dates : 2019/2021", {"start_date": "2019-01-01", "end_date": "2021-12-31"}),
        ("Dates : Depuis 2019", {"start_date": "2019-01-01", "is_ongoing": "True"}),
        ("Dates : de janvier à mars 2020", {}),
        ("QPV : ☐ Oui ☒ Non", {"in_qpv": "False"}),
        ("QPV : ☑ Oui ☐ Non", {"in_qpv": "True"}),
        ("QPV : ☐ Oui ☐ Non", {}),
        ("Budget : 1.5 k€", {"budget": "1000-5000"}),
        ("Budget : 12 000", {"budget": "5000-20000"}),
        ("Budget : 1.500,50 euros", {"budget": "1000-5000"}),
        ("Budget : Financement ARS 2021", {}),
        ("Budget : 3 000 € en 2021 et 4 000 € en 2022", {}),
    ],
)
def test_dates_and_amounts_are_read_as_people_write_them(line, expected):
    body = documents.title("Carte d’identité") + documents.paragraph(documents.run(line))
    identity = understand(documents.raw_docx(body)).identity
    assert {name: str(value) for name, value in identity.values.items()} == expected
    assert bool(identity.lines[0].problem) == (not expected)


@pytest.mark.parametrize(
    ("code", "url"),
    [
        ('HYPERLINK "https://example.org/a" \\l "b"', "https://example.org/a#b"),
        ('HYPERLINK \\l "b"', "#b"),
        ("HYPERLINK https://example.org/a", "https://example.org/a"),
    ],
)
def test_a_link_by_a_field_keeps_its_anchor(code, url):
    field = f'<w:fldSimple w:instr="{code.replace(chr(34), "&quot;")}">{documents.run("lien")}</w:fldSimple>'
    found = understand(documents.raw_docx(documents.title("Contexte") + documents.paragraph(field)))
    assert found.outline.parts[0].blocks[0].spans[0].url == url
    assert found.content({}).asides == []


def test_the_second_part_of_a_section_keeps_its_heading():
    texts = {"Moyens": "Des salles.", "Le budget participatif": "Dix mille euros."}
    content = understand(documents.word_styles(texts)).content({})
    html = "".join(block["value"] for block in content.sections["moyens"])
    assert html == "<p>Des salles.</p><p><b>Le budget participatif</b></p><p>Dix mille euros.</p>"


def test_the_address_of_each_link_is_in_the_draft_or_listed():
    _, content = read("linked_everywhere.docx")
    assert "Voir lien source (https://example.org/source), p. 3" in content.other_sources
    assert "lien case (https://example.org/case) | texte" in content.summary and content.key_points == ["lien point"]
    listed = {(aside.kind, aside.text) for aside in content.asides}
    assert {(AsideKind.ADDRESS, f"https://example.org/{key}") for key in ("point", "fiche")} <= listed
    assert (AsideKind.UNPLACED, "lien mot (https://example.org/mot).") in listed
    assert "file:" not in content.other_sources and (AsideKind.LINK, "file:///C:/secret") in listed


def test_a_field_given_twice_keeps_its_first_text_and_lists_the_second():
    _, content = read("linked_everywhere.docx")
    seconds = {aside.text: aside.place for aside in content.asides if aside.kind is AsideKind.SECOND}
    assert content.hook == "Une accroche de carte"
    assert seconds == {"Une accroche de partie": "Accroche", "Le titre du document": "Titre du document"}


@pytest.mark.parametrize(
    "write",
    [
        lambda length: "«" + " " * length,
        lambda length: "« a »" + " " * length + "x" * 300,
        lambda length: '"' * length,
        lambda length: " " * length + "libellé" + " " * length,
        lambda length: "a" + " " * length + ": b",
        lambda length: "Période : 2019" + " " * length + "x",
        lambda length: "Territoire : Paris" + " " * length + "x",
        lambda length: "Budget : " + "1 " * (length // 2),
    ],
)
def test_a_line_of_any_make_is_read_in_proportion_to_its_length(write):
    def whole(raw: bytes) -> None:
        understand(raw).content({})

    def document(length: int) -> bytes:
        lines = documents.paragraph(documents.run(write(length)))
        return documents.raw_docx(lines + documents.title("Contexte") + lines)

    assert_proportional(whole, document)


@pytest.mark.parametrize("name", ["lists_and_marks.docx", "libreoffice_lists_and_marks.odt"])
def test_lists_marks_and_quotations_are_kept(name):
    _, content = read(name)
    blocks = content.sections["deroulement"]
    assert [block["type"] for block in blocks] == ["paragraph", "verbatim", "verbatim"]
    assert "<ol><li>Premier jour</li><li>Second jour</li></ol>" in blocks[0]["value"]
    assert "Du <b>gras</b> et de l’<i>italique</i> &lt;b&gt;pas du HTML&lt;/b&gt; &amp;" in blocks[0]["value"]
    assert blocks[1]["value"] == {"quote": "On a mis un visage sur un numéro.", "role": "", "has_consent": False}
    assert blocks[2]["value"]["role"] == "infirmière de CMP"


@pytest.mark.parametrize("name", ["tables_and_pictures.docx", "libreoffice_tables_and_pictures.odt"])
def test_a_table_stays_a_table_and_a_picture_in_its_place(name):
    _, content = read(name)
    blocks = content.sections["pilotage"]
    assert [block["type"] for block in blocks[:2]] == ["table", "illustration"]
    assert [column["heading"] for column in blocks[0]["value"]["columns"]] == ["Qui", "Rôle", "Apport"]
    assert len({len(row["values"]) for row in blocks[0]["value"]["rows"]}) == 1
    assert sum(block["type"] == "illustration" for block in blocks) == 3


def test_comments_and_headers_are_listed_with_their_picture():
    _, content = read("headers_and_comments.docx")
    listed = {aside.kind: aside.text for aside in content.asides}
    assert listed[AsideKind.COMMENT] == "Relectrice : À vérifier avec la mairie"
    assert AsideKind.HEADER in listed and len(content.pictures_beside) == 1


def test_the_identity_card_is_read_or_left_to_be_completed():
    found, _ = read("identity_card.docx")
    values, lines = found.identity.values, {item.line.label: item for item in found.identity.lines}
    assert (values["title"], str(values["start_date"]), values["is_ongoing"]) == (
        "Des stages croisés",
        "2021-03-01",
        True,
    )
    assert (values["budget"], values["recurrence"], values["reach"]) == ("5000-20000", "ponctuelle", 48)
    assert lines["Chef de projet"].problem == "ce libellé n’est pas connu"
    assert lines["Budget"].remarks == ["tranche choisie d’après « 12 000 € »"]


@pytest.mark.parametrize(
    ("heading", "target"),
    [
        *((section.heading, section.key) for section in SECTIONS),
        *((f"{rank}. {section.heading.upper()}", section.key) for rank, section in enumerate(SECTIONS, start=1)),
        ("III – Le contexte de l'action", "contexte"),
        ("Bilan et évaluation", "resultats"),
        ("Les freins rencontrés", "difficultes"),
        ("Mise en oeuvre", "deroulement"),
        ("Partenaires", "pilotage"),
        ("Carte d'identité", "identite"),
        ("A. Résumé", "resume"),
        ("Contextte", "contexte"),
    ],
)
def test_a_heading_is_matched_by_its_meaning(heading, target):
    match = match_of(heading)
    assert match is not None and match.target == target


@pytest.mark.parametrize("heading", ["Le mot de l’élue", "Remerciements", "", "1.", "…"])
def test_an_unknown_heading_is_left_to_place(heading):
    assert match_of(heading) is None


def test_the_command_prints_what_is_understood(tmp_path):
    path = tmp_path / "fiche.docx"
    path.write_bytes(documents.word_styles())
    printed = read_file("sheet", path)
    assert printed["errors"] == [] and printed["items"][0]["valeur"] == "Des stages croisés entre métiers"
    assert [item["section"] for item in printed["items"][1:]] == [
        "contexte",
        "objectifs",
        "publics",
        "difficultes",
        "leviers",
    ]
    path.write_bytes(b"%PDF-1.7")
    assert "est un PDF" in read_file("sheet", path)["errors"][0]["message"]


# The same content, written in three ways

WORD = st.text("abcdefgéèàçùœ’", min_size=2, max_size=9).filter(lambda text: words(text) != [])
SENTENCE = st.lists(WORD, min_size=2, max_size=12).map(lambda parts: " ".join(parts) + ".")
HEADINGS = st.lists(st.sampled_from([section.heading for section in SECTIONS]), min_size=1, max_size=6, unique=True)


def parts_of(content: bytes) -> list[tuple[str, str, list[str]]]:
    found = outline_of(read_document(content))
    texts = [[block.text for block in part.blocks if block.text] for part in found.parts]  # type: ignore[union-attr]
    return [(part.heading, part.target, text) for part, text in zip(found.parts, texts, strict=True)]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_styles_bold_lines_and_libreoffice_read_the_same(data):
    texts = {heading: data.draw(SENTENCE) for heading in data.draw(HEADINGS)}
    expected = [(heading, match_of(heading).target, [text]) for heading, text in texts.items()]  # type: ignore[union-attr]
    for write in (documents.word_styles, documents.bold_lines, documents.odt):
        assert parts_of(write(texts)) == expected, write.__name__


# What is refused, and what never breaks


def with_part(name: str, content: str | bytes) -> bytes:
    return documents.raw_docx(documents.title("Contexte"), {name: content})


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
BODY = f"<w:document {documents.NAMESPACES}><w:body><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:body></w:document>"
REFUSED: dict[str, tuple[Any, str]] = {
    "empty": (b"", "est vide"),
    "old_word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "ancien document Word (.doc)"),
    "encrypted": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mot de passe"),
    "pdf": (b"%PDF-1.7", "est un PDF"),
    "rtf": (b"{\\rtf1 texte}", "texte RTF"),
    "html": (b"<!DOCTYPE html><p>texte</p>", "page web"),
    "text": (b"Contexte et objectifs", "n’est pas un document Word"),
    "broken_zip": (documents.word_styles()[:2000], "abîmé"),
    "workbook": (documents.zipped({"xl/workbook.xml": "<x/>"}), "est un classeur"),
    "presentation": (documents.zipped({"ppt/presentation.xml": "<x/>"}), "est une présentation"),
    "pages": (documents.zipped({"Index/Document.iwa": b"x"}), "vient de Pages"),
    "other_archive": (documents.zipped({"a.txt": b"x"}), "traitement de texte"),
    "macros": (lambda: with_part("word/vbaProject.bin", b"x"), "macros"),
    "entities": (lambda: with_part("word/document.xml", BOMB + BODY), "abîmé"),
    "external_entity": (lambda: with_part("word/document.xml", EXTERNAL + BODY), "abîmé"),
    "no_body": (lambda: with_part("word/document.xml", "<x/>"), "abîmé"),
    "not_xml": (lambda: with_part("word/document.xml", "<w:document"), "abîmé"),
    "deep": (lambda: with_part("word/document.xml", "<a>" * 500 + "</a>" * 500), "trop grand"),
    "many_elements": (lambda: with_part("word/document.xml", f"<a>{'<b/>' * 400_001}</a>"), "trop grand"),
    "zip_bomb": (lambda: with_part("word/document.xml", b" " * (archive.MAX_XML_BYTES + 1)), "trop grand"),
    "blank": (lambda: documents.raw_docx(""), "vide"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_document_is_refused_with_what_to_do(kind):
    content, reason = REFUSED[kind]
    with pytest.raises(DocumentRefusedError, match=reason.replace("(", r"\(").replace(")", r"\)")):
        read_document(content() if callable(content) else content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]))
def test_random_bytes_are_refused_in_french(content, start):
    with pytest.raises(DocumentRefusedError, match=r"\."):
        read_document(start + content)


DAMAGED = ("tracked_changes.docx", "notes.docx", "fields_and_equations.docx", "odd_pictures.docx",
           "libreoffice_odd_pictures.odt", "libreoffice_notes.odt")  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_a_document_with_elements_missing_is_read_or_refused(name):
    """Elements and attributes dropped or renamed at random: whatever a program forgets to write."""
    chance = random.Random(name)
    with ZipFile(io.BytesIO(raw(name))) as opened:
        parts = {item: opened.read(item) for item in opened.namelist()}
    main = next(item for item in parts if item.endswith(("word/document.xml", "content.xml")))
    text = parts[main].decode()
    for _ in range(60):
        pieces = text.split("<")
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(1, len(pieces))
            pieces[place] = chance.choice(["w:p/>", "w:r/>", pieces[place].replace("=", "x=", 1), "!-- a -->"])
        target = io.BytesIO()
        with ZipFile(target, "w", ZIP_DEFLATED) as written:
            for item, content in (parts | {main: "<".join(pieces).encode()}).items():
                written.writestr(item, content)
        try:
            understand(target.getvalue()).content({})
        except DocumentRefusedError as refusal:
            assert str(refusal)
