"""The lines of a Word document: a paragraph is a line, a row of a table too. What is not said aloud is named and left.

``mammoth`` makes HTML of a document, for its look; here only the words of the paragraphs count, and what is dropped.
"""

import io
import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.base.readings import Remark

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAIN = "word/document.xml"
LARGEST = 30_000_000  # bytes of one part, once unpacked
TIME_CELL = re.compile(r"[\[(]?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d+)?[\])]?", re.ASCII)
#: Elements whose words are not those of the document as it reads → what is said of them.
LEFT = {
    f"{W}del": "les mots supprimés (suivi des modifications) ne sont pas lus.",
    f"{W}moveFrom": "les mots déplacés ne sont lus qu’à leur nouvelle place.",
    f"{W}txbxContent": "les zones de texte ne sont pas lues.",
}
#: Parts of the archive that hold words apart.
APART = {
    "word/comments": "les commentaires ne sont pas lus.",
    "word/footnotes": "les notes de bas de page ne sont pas lues.",
    "word/endnotes": "les notes de fin ne sont pas lues.",
    "word/header": "les en-têtes et pieds de page ne sont pas lus.",
    "word/footer": "les en-têtes et pieds de page ne sont pas lus.",
}


def docx_text(content: bytes) -> tuple[str, list[Remark]] | None:
    """The text, a line per paragraph, and what was left; None if ``content`` is no readable Word document."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            body = fromstring(_part(archive, MAIN))
            apart = {said for name in archive.namelist() for said in _said_apart(archive, name)}
    except (BadZipFile, KeyError, NotImplementedError, ValueError, ParseError, DefusedXmlException, EOFError, OSError):
        return None
    left = {LEFT[element.tag] for element in body.iter() if element.tag in LEFT and _has_words(element)}
    return "\n".join(_lines(body)), [Remark(said) for said in sorted(left | apart)]


def _part(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        data = part.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("part too large")
    return data


def _said_apart(archive: ZipFile, name: str) -> Iterator[str]:
    for start, said in APART.items():
        if name.startswith(start) and name.endswith(".xml") and _has_words(fromstring(_part(archive, name))):
            yield said


def _has_words(element: Element) -> bool:
    return any((word.text or "").strip() for word in element.iter() if word.tag in (f"{W}t", f"{W}delText"))


def _lines(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}p":
            yield _words(child)
        elif child.tag == f"{W}tr":
            yield _row([" ".join(" ".join(_lines(cell)).split()) for cell in child.iter(f"{W}tc")])
        elif child.tag not in LEFT:
            yield from _lines(child)


def _row(cells: list[str]) -> str:
    """A table of a transcript has its times and its voices in the first columns."""
    filled = [cell for cell in cells if cell]
    if len(filled) > 2 and TIME_CELL.fullmatch(filled[0]):
        return f"{filled[0]} {filled[1]} : {' '.join(filled[2:])}"
    if len(filled) > 2 and TIME_CELL.fullmatch(filled[1]):
        return f"{filled[1]} {filled[0]} : {' '.join(filled[2:])}"
    return (" " if filled and TIME_CELL.fullmatch(filled[0]) else " : ").join(filled)


def _words(element: Element) -> str:
    said = []
    for child in element:
        if child.tag in (f"{W}t",):
            said.append(child.text or "")
        elif child.tag == f"{W}tab":
            said.append("\t")
        elif child.tag in (f"{W}br", f"{W}cr"):
            said.append("\n")
        elif child.tag not in LEFT and child.tag != f"{W}pPr":
            said.append(_words(child))
    return "".join(said)
