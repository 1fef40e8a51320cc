"""The parts of an office file, within bounds; every other file is refused with what to do instead."""

import io
import re
import zlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, LargeZipFile, ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MAX_BYTES = 30 * 1024 * 1024
#: Once decompressed: pictures are hardly compressed, XML is by ten or twenty.
MAX_OPENED_BYTES = 120 * 1024 * 1024
MAX_XML_BYTES = 25 * 1024 * 1024
MOST_PARTS = 3_000
#: More than three hundred pages need; every element is kept in memory.
MOST_ELEMENTS = 400_000
DEEPEST = 120

AS_DOCX = "Ouvrez-le dans Word ou LibreOffice, puis « Enregistrer sous » au format « Document Word (.docx) »."
TOO_LARGE = "Ce document est trop grand : enregistrez-en une copie en deux ou trois parties, ou réduisez ses images."
DAMAGED = f"Ce document est incomplet ou abîmé. {AS_DOCX}"
ZIP_MARK, OLE_MARK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: What a file is that is no document, by its first bytes.
OTHER_FILES = (
    (re.compile(rb"%PDF"), "Ce fichier est un PDF : demandez le document Word dont il est tiré."),
    (re.compile(rb"\{\\rtf"), f"Ce fichier est un texte RTF, quel que soit son nom. {AS_DOCX}"),
    (re.compile(rb"<(?:\?xml|!doctype|html)", re.IGNORECASE),
     f"Ce fichier est une page web ou du XML, quel que soit son nom. {AS_DOCX}"),
)  # fmt: skip
#: The same for an archive, by the names of its parts.
OTHER_ARCHIVES = (
    (re.compile(r"xl/"), "Ce fichier est un classeur : collez son texte dans un document Word."),
    (re.compile(r"ppt/"), "Ce fichier est une présentation : collez son texte dans un document Word."),
    (re.compile(r".*\.iwa$"), "Ce fichier vient de Pages : choisissez « Fichier › Exporter vers › Word »."),
)
MACROS = re.compile(r"word/vbaProject\.bin|Basic/.+\.xml")
#: What damaged archives and XML raise.
BROKEN = (BadZipFile, LargeZipFile, NotImplementedError, ParseError, zlib.error, ValueError, LookupError, EOFError,
          OSError, RuntimeError, DefusedXmlException)  # fmt: skip


class DocumentRefusedError(Exception):
    """The file cannot be read; the message says why, and what to do, in French."""


@dataclass
class Archive:
    """Each part is parsed once."""

    raw: bytes
    names: tuple[str, ...]
    parsed: dict[str, tuple[Element, int] | None] = field(default_factory=dict)

    @property
    def is_docx(self) -> bool:
        return any(name.startswith("word/") for name in self.names)

    @cached_property
    def zip(self) -> ZipFile:
        return ZipFile(io.BytesIO(self.raw))

    def read(self, name: str) -> bytes:
        return self.zip.read(name) if name in self.names else b""

    def xml(self, name: str) -> Element | None:
        """The root of one part; None if the archive has no such part."""
        found = self.parse(name)
        return found[0] if found else None

    def parse(self, name: str) -> tuple[Element, int] | None:
        """Its root, and the number of its elements."""
        if name not in self.parsed:
            content = self.read(name)
            self.parsed[name] = _parsed(content, is_dtd_refused=self.is_docx) if content.strip() else None
        return self.parsed[name]


def open_archive(raw: bytes) -> Archive:
    """Raises ``DocumentRefusedError`` for what is no readable document."""
    if len(raw) > MAX_BYTES:
        raise DocumentRefusedError(f"Ce document dépasse {MAX_BYTES // 1024**2} Mo : réduisez ses images.")
    _refuse_other_files(raw)
    try:
        archive = _opened(raw)
        _check_xml(archive)
    except DocumentRefusedError:
        raise
    except BROKEN as error:
        raise DocumentRefusedError(DAMAGED) from error
    return archive


def _refuse_other_files(raw: bytes) -> None:
    if not raw.strip():
        raise DocumentRefusedError("Ce fichier est vide.")
    if raw.startswith(OLE_MARK):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise DocumentRefusedError(
                "Ce document est protégé par un mot de passe : ouvrez-le, retirez le mot de passe (« Fichier › "
                "Informations › Protéger le document »), puis enregistrez-en une copie."
            )
        raise DocumentRefusedError(f"Ce fichier est un ancien document Word (.doc). {AS_DOCX}")
    start = raw[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    for mark, said in OTHER_FILES:
        if mark.match(start):
            raise DocumentRefusedError(said)
    if not raw.startswith(ZIP_MARK):
        raise DocumentRefusedError(f"Ce fichier n’est pas un document Word ni LibreOffice. {AS_DOCX}")


def _opened(raw: bytes) -> Archive:
    with ZipFile(io.BytesIO(raw)) as opened:
        parts = opened.infolist()
    names = tuple(part.filename for part in parts)
    if any(part.flag_bits & 1 for part in parts):
        raise DocumentRefusedError("Ce document est chiffré : enregistrez-en une copie sans mot de passe.")
    xml_bytes = sum(part.file_size for part in parts if part.filename.endswith((".xml", ".rels")))
    opened_bytes = sum(part.file_size for part in parts)
    if opened_bytes > MAX_OPENED_BYTES or xml_bytes > MAX_XML_BYTES or len(parts) > MOST_PARTS:
        raise DocumentRefusedError(TOO_LARGE)
    if any(MACROS.fullmatch(name) for name in names):
        raise DocumentRefusedError(f"Ce document contient des macros, que le portail n’accepte pas. {AS_DOCX}")
    archive = Archive(raw, names)
    if not archive.is_docx and not ("content.xml" in names and _is_odt(archive)):
        for name, said in OTHER_ARCHIVES:
            if any(map(name.match, names)):
                raise DocumentRefusedError(said)
        raise DocumentRefusedError(f"Ce fichier n’est pas un document de traitement de texte. {AS_DOCX}")
    if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
        raise DocumentRefusedError("Ce document est protégé par un mot de passe : enregistrez-en une copie sans.")
    return archive


def _is_odt(archive: Archive) -> bool:
    mime_type = archive.read("mimetype").decode("ascii", errors="replace")
    return mime_type.startswith("application/vnd.oasis.opendocument.text") or not mime_type


def _check_xml(archive: Archive) -> None:
    """Each part parses, without entities, and all of them stay within the bounds."""
    count = 0
    wanted = "word/" if archive.is_docx else ("content.xml", "styles.xml")
    for name in archive.names:
        if name.startswith(wanted) and name.endswith((".xml", ".rels")) and (found := archive.parse(name)):
            count += found[1]
            if count > MOST_ELEMENTS:
                raise DocumentRefusedError(TOO_LARGE)


def _parsed(content: bytes, *, is_dtd_refused: bool) -> tuple[Element, int]:
    """The root, and the number of its elements. An entity is refused, whatever it stands for."""
    depth = count = 0
    root: Any = None
    for event, element in iterparse(io.BytesIO(content), ("start", "end"), forbid_dtd=is_dtd_refused):
        if event == "end":
            depth -= 1
            continue
        root = element if root is None else root
        depth, count = depth + 1, count + 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise DocumentRefusedError(TOO_LARGE)
    return root, count
