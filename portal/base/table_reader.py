"""Reading of tables as CSV or XLSX. A broken file is refused whole, with a message in French."""

import csv
import io
import warnings
from collections.abc import Iterator
from zipfile import ZipFile

from openpyxl import load_workbook

MAX_BYTES = 10 * 1024 * 1024
#: Maximum size of a workbook once decompressed: a few kilobytes can expand to gigabytes of blanks.
MAX_OPENED_BYTES = 100 * 1024 * 1024
ZIP_MARK = b"PK\x03\x04"
DELIMITERS = ",;\t"
#: Default encoding of spreadsheets in French, when UTF-8 is not chosen.
OLD_ENCODING = "cp1252"
#: Number of its first line in the file, text of its cells.
Record = tuple[int, list[str]]


class FileRefusedError(Exception):
    """The file cannot be imported; the message says why, in French."""


def csv_records(raw: bytes) -> list[Record]:
    """The non-blank records of a CSV file in UTF-8, with any cell separator."""
    _check_no_null(raw)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise FileRefusedError(
            f"Le fichier n’est pas en UTF-8 (ligne {number}). Dans le tableur, choisissez « CSV UTF-8 »."
        ) from error
    return list(_csv_records(text))


def any_records(raw: bytes) -> tuple[list[Record], str]:
    """The same for a workbook or an older CSV, with remarks on how the file was read."""
    if raw.startswith(ZIP_MARK):
        return _workbook_records(raw), ""
    try:
        raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        _check_no_null(raw)
        text = raw.decode(OLD_ENCODING, errors="replace")
        note = "Le fichier n’est pas en UTF-8 : il est lu en Windows-1252 (Latin-1). Vérifiez les lettres accentuées."
        return list(_csv_records(text)), note
    return csv_records(raw), ""


def _check_no_null(raw: bytes) -> None:
    if b"\x00" in raw:
        raise FileRefusedError("Le fichier contient des caractères nuls : ce n’est pas un fichier CSV en UTF-8.")


def _csv_records(text: str) -> Iterator[Record]:
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield start, [cell.strip() for cell in cells]
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileRefusedError(f"Le fichier n’est pas un CSV correct : ligne {start}, {_in_french(error)}.") from error


def _in_french(error: csv.Error) -> str:
    if "field limit" in str(error):
        return f"une cellule dépasse {csv.field_size_limit()} caractères"
    return "un guillemet est mal placé, ou n’est pas fermé"


def _workbook_records(raw: bytes) -> list[Record]:
    """The records of the first sheet."""
    try:
        with ZipFile(io.BytesIO(raw)) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MAX_OPENED_BYTES:
            raise FileRefusedError("Le classeur est trop grand : enregistrez sa première feuille en « CSV UTF-8 ».")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and print areas
            book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            rows = [["" if cell is None else str(cell).strip() for cell in row] for row in book.worksheets[0].values]
    except FileRefusedError:
        raise
    except Exception as error:
        raise FileRefusedError(
            "Ce classeur est incomplet ou illisible : enregistrez-le de nouveau, en XLSX."
        ) from error
    return [(number, cells) for number, cells in enumerate(rows, start=1) if any(cells)]
