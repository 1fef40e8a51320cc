"""A text is read in the encoding of the program that wrote it, and one that is not UTF-8 is said with a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.base.encodings import decode

TEXT = "Titre\nÉté à l’hôpital, cœur\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_has_no_notice(encoding):
    assert decode(TEXT.encode(encoding)) == (TEXT, None)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Macintosh"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_another_encoding_is_said_with_its_first_accented_line(encoding, name):
    text, notice = decode(TEXT.encode(encoding))
    assert text == TEXT
    assert notice is not None and (notice.line, notice.text) == (2, "Été à l’hôpital, cœur")
    assert name in notice.message


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("text", ["Café à l'été", "ÉCOLE, élèves", "Élus où naïf", "Ça, garçon, forêt"])
def test_short_texts_of_old_programs_keep_their_letters(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    "text",
    [
        "CLSM… œuvre – “x”\nBudget 100 €",
        "Budget 100 €",
        "L’Haÿ",
        "• ‘Un’ — “deux”…",
        "Le CLSM… puis – enfin – l’œuvre",
        "12 – 14 h",
    ],
)
def test_the_signs_of_windows_without_an_accent_are_not_those_of_ms_dos(text):
    decoded, notice = decode(text.encode("cp1252"))
    assert decoded == text
    assert notice is not None and "il est lu en Windows-1252" in notice.message


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_lines_of_another_file_glued_to_this_one_are_read_and_named(end):
    lines = ["L’été à Saint-Étienne"] * 20
    raw = end.join(lines).encode("cp1252") + f"{end}Présenté à l’hôpital{end}".encode()
    text, notice = decode(raw)
    assert text == end.join([*lines, "Présenté à l’hôpital", ""])
    assert notice is not None and notice.message.endswith("collé à la ligne 21, lue en UTF-8")
    more = decode(raw + f"été{end}".encode() * 12)[1]
    assert more is not None and "21, 22, 23, 24, 25, 26, 27, 28, 29, 30 et 3 autres, lues en UTF-8" in more.message


def test_one_bad_byte_does_not_change_the_encoding_of_the_others():
    text, notice = decode("Été\nl’hôpital, c".encode() + b"\x9cur\n")
    assert text == "Été\nl’hôpital, c\ufffdur\n"
    assert notice is not None and (notice.line, notice.text) == (2, "l’hôpital, c\ufffdur")
    assert notice.message == "un caractère est illisible, lu « \ufffd » : corrigez la ligne"
    _, cut = decode("Étés à l’hôpital, é".encode()[:-1])
    assert cut is not None and cut.message.startswith("un caractère est illisible")


@pytest.mark.parametrize("separator", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_only_line_ends_count_as_lines(separator):
    _, notice = decode(f"un{separator}deux\r\ntrois\r\rété".encode("utf-16"))
    assert notice is not None and notice.line == (1 if separator > "\x7f" else 4)


@given(st.binary())
def test_any_bytes_are_a_text(raw):
    text, _ = decode(raw)
    text.encode("utf-8", "surrogatepass")
