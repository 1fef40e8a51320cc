"""Tables as a spreadsheet saves them after it opened ours; by LibreOffice itself where it is installed.

What LibreOffice 7 does, followed here: a CSV is read with its « standard » columns, so that whole numbers lose their
zeros and full ISO dates become dates, both shown again in the same way; texts are quoted only where they need it; the
mark of encoding goes. XLSX and ODS keep text cells as text; a typed copy holds numbers, dates and booleans.
"""

import csv
import re
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from html import escape
from io import BytesIO, StringIO
from pathlib import Path
from zipfile import ZipFile

from openpyxl import Workbook, load_workbook

Rows = list[list[str]]

OFFICE = shutil.which("soffice")
#: CSV in UTF-8 with semicolons, standard columns, French: what its window proposes for our files.
CSV_IN = "CSV:59,34,76,1,,1036"
CSV_OUT = "csv:Text - txt - csv (StarCalc):59,34,76,1,,1036"
#: The file that we write → the one that LibreOffice saves.
BY_OFFICE = [
    ("csv", "csv"),
    ("csv", "xlsx"),
    ("csv", "ods"),
    ("xlsx", "csv"),
    ("xlsx", "xlsx"),
    ("xlsx", "ods"),
    ("xlsx", "xls"),
]


def saved_by_office(raw: bytes, extension: str, to: str, folder: Path) -> bytes:
    """``raw``, opened then saved as ``to`` by LibreOffice."""
    file = folder / f"tableau.{extension}"
    file.write_bytes(raw)
    command = [OFFICE or "", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
    command += [f"--infilter={CSV_IN}"] if extension == "csv" else []
    command += ["--convert-to", CSV_OUT if to == "csv" else to, "--outdir", str(folder / "saved"), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "saved" / f"tableau.{to}").read_bytes()


ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/></manifest:manifest>'
)
ODS_START = (
    '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
    ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    '<office:body><office:spreadsheet><table:table table:name="Feuille1">'
)
ODS_END = "</table:table></office:spreadsheet></office:body></office:document-content>"


def rows_of_csv(raw: bytes) -> Rows:
    return list(csv.reader(StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=";"))


def rows_of_xlsx(raw: bytes) -> Rows:
    sheet = load_workbook(BytesIO(raw)).worksheets[0]
    return [["" if value is None else str(value) for value in row] for row in sheet.values]


def csv_saved_again(raw: bytes) -> bytes:
    output = StringIO()
    writer = csv.writer(output, delimiter=";", lineterminator="\n")
    writer.writerows([[as_shown(text) for text in row] for row in rows_of_csv(raw)])
    return output.getvalue().encode()


def as_shown(text: str) -> str:
    return str(int(text)) if re.fullmatch(r"0*\d{1,15}", text) else text


def xlsx_saved_again(raw: bytes) -> bytes:
    return workbook(rows_of_xlsx(raw))


def typed_xlsx(rows: Rows) -> bytes:
    """A CSV opened, then saved as a workbook: what looks like a number, a date or a moment is one."""
    return workbook([[typed(text) for text in row] for row in rows])


def typed(text: str) -> object:
    if re.fullmatch(r"\d{1,15}", text):
        return int(text)
    if ISO.fullmatch(text):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text) if MOMENT.fullmatch(text) else text


def workbook(rows: Iterable[Sequence[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
        for cell in book.active[book.active.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def ods(rows: Rows) -> bytes:
    """A text cell is one paragraph per line."""
    lines = [f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows]
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        archive.writestr("content.xml", f"{ODS_START}{''.join(lines)}{ODS_END}")
    return output.getvalue()


def _ods_cell(text: str) -> str:
    if not text:
        return "<table:table-cell/>"
    paragraphs = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


def _ods_text(line: str) -> str:
    return re.sub(r" {2,}", lambda run: f' <text:s text:c="{len(run[0]) - 1}"/>', escape(line))
