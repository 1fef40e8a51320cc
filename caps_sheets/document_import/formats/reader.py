"""A file of Word or LibreOffice, read whole or refused with what to do."""

from caps_sheets.document_import.formats.archive import BROKEN, DAMAGED, DocumentRefusedError, open_archive
from caps_sheets.document_import.formats.document import Document
from caps_sheets.document_import.formats.docx import read_docx
from caps_sheets.document_import.formats.odt import read_odt
from portal.base.characters import cleaned


def read_document(raw: bytes) -> Document:
    """Raises ``DocumentRefusedError``."""
    archive = open_archive(raw)
    try:
        document = read_docx(archive) if archive.is_docx else read_odt(archive)
    except BROKEN as error:
        raise DocumentRefusedError(DAMAGED) from error
    if not any((document.blocks, document.asides, document.pictures_beside)):
        raise DocumentRefusedError("Ce document est vide.")
    return cleaned(document)
