"""The table to fill in: its headings, one invented line, and what each column takes."""

from django.http import HttpResponseBase

from portal.base.tables.importer import Importer
from portal.base.tables.writer import SheetColumn, csv_response, sheets_response
from portal.imports.services import file_columns


def blank_csv(importer: Importer) -> HttpResponseBase:
    return csv_response(_name(importer), [column.name for column in file_columns(importer)], [_example(importer)])


def blank_xlsx(importer: Importer) -> HttpResponseBase:
    """A second sheet explains the columns, with the values of those that are a list."""
    explained = file_columns(importer, importer.allowed())
    columns = [SheetColumn(column.name, max(14, len(column.name) + 2)) for column in explained]
    about = (
        SheetColumn("Colonne", 28),
        SheetColumn("Nom", 34),
        SheetColumn("Obligatoire", 12),
        SheetColumn("Ce qui s’y écrit", 70),
        SheetColumn("Exemple", 40),
        SheetColumn("Valeurs possibles", 90),
    )
    rows = [
        (
            column.name,
            column.label,
            "oui" if column.is_required else "",
            column.help_text,
            column.example,
            " | ".join(column.allowed),
        )
        for column in explained
    ]
    return sheets_response(_name(importer), [("À remplir", columns, [_example(importer)]), ("Colonnes", about, rows)])


def _name(importer: Importer) -> str:
    return f"modele-{importer.kind}"


def _example(importer: Importer) -> list[str]:
    return [column.example for column in file_columns(importer)]
