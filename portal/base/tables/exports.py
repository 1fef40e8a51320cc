"""What the portal has, in the columns of an import: a file that can be changed in a spreadsheet and imported again."""

from io import BytesIO

from django.http import FileResponse
from django.http.response import HttpResponseBase
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from portal.base.tables.importer import Importer
from portal.base.tables.writer import MAX_CELL, PRIVATE, XLSX_TYPE, cell, csv_response

#: In XLSX, in place of a text longer than a cell may be: an empty cell changes nothing when it is imported.
TOO_LONG = ""


def export_response(importer: Importer, name: str, extension: str) -> HttpResponseBase:
    """``name``.csv or ``name``.xlsx, for whoever may import it again."""
    if extension == "csv":
        return csv_response(name, importer.export_headings, importer.rows())
    response = FileResponse(workbook(importer), as_attachment=True, content_type=XLSX_TYPE, filename=f"{name}.xlsx")
    response["Cache-Control"] = PRIVATE
    return response


def workbook(importer: Importer) -> BytesIO:
    """Every cell as text, its lines kept: a spreadsheet then changes neither dates nor codes."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("À importer")
    sheet.freeze_panes = "A2"

    def written(text: str, font: Font | None = None) -> WriteOnlyCell:
        item = WriteOnlyCell(sheet, text if len(text) <= MAX_CELL else TOO_LONG)
        item.data_type, item.number_format = "s", "@"
        item.alignment = Alignment(vertical="top", wrap_text="\n" in text)
        if font:
            item.font = font
        return item

    sheet.append([written(heading, Font(bold=True)) for heading in importer.export_headings])
    for row in importer.rows():
        sheet.append([written(cell(text)) for text in row])
    output = BytesIO()
    book.save(output)
    output.seek(0)
    return output
