"""Reading of a file to import, one record a line. A broken file is refused whole, before anything is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from portal.base.table_reader import MAX_BYTES, FileRefusedError, csv_records

KEY = "identifiant"

REQUIRED = (KEY, "nom")


@dataclass(frozen=True)
class Line:
    """One record. ``number`` is its first line in the file, ``cells`` its text by column name, stripped."""

    number: int
    cells: dict[str, str]
    problem: str = ""

    @property
    def key(self) -> str:
        return self.cells.get(KEY, "")


def read_file(path: Path, columns: Collection[str], required: Collection[str] = REQUIRED) -> list[Line]:
    """The records of a CSV file in UTF-8, comma or semicolon. Raises ``FileRefusedError``."""
    return read_lines(_bytes(path), columns, required)


def read_lines(raw: bytes, columns: Collection[str], required: Collection[str] = REQUIRED) -> list[Line]:
    """The same for a file already in memory, MAX_BYTES at most."""
    records = csv_records(raw)
    if not records:
        raise FileRefusedError("Le fichier est vide.")
    header = _header(records[0][1], columns, required)
    lines = [_line(number, cells, header) for number, cells in records[1:]]
    if not lines:
        raise FileRefusedError("Le fichier ne contient que son en-tête.")
    _refuse_duplicates(lines)
    return lines


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefusedError("Le fichier dépasse 10 Mo.")
        return path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"Le fichier ne peut pas être lu : {error.strerror}.") from error


def _header(cells: list[str], columns: Collection[str], required: Collection[str]) -> list[str]:
    header = [cell.lower() for cell in cells]
    unknown = [_suggestion(name, columns) for name in header if name not in columns]
    missing = [name for name in required if name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    problems = [
        f"{title} : {', '.join(names)}"
        for title, names in (
            ("colonnes inconnues", unknown),
            ("colonnes manquantes", missing),
            ("colonnes répétées", repeated),
        )
        if names
    ]
    if problems:
        raise FileRefusedError(f"L’en-tête n’est pas celui attendu ({' ; '.join(problems)}).")
    return header


def _suggestion(name: str, columns: Collection[str]) -> str:
    close = get_close_matches(name, columns, n=1)
    return f"« {name} » (voulez-vous dire « {close[0]} » ?)" if close else f"« {name} »"


def _line(number: int, cells: list[str], header: list[str]) -> Line:
    problem = ""
    if len(cells) != len(header):
        problem = f"{len(cells)} cellules au lieu de {len(header)} : un guillemet ou un séparateur est mal placé."
    return Line(number, dict(zip(header, cells, strict=False)), problem)


def _refuse_duplicates(lines: list[Line]) -> None:
    numbers: dict[str, list[str]] = {}
    for line in lines:
        if line.key:
            numbers.setdefault(line.key.casefold(), []).append(str(line.number))
    repeated = [f"« {key} » (lignes {', '.join(lines)})" for key, lines in numbers.items() if len(lines) > 1]
    if repeated:
        raise FileRefusedError(f"Des identifiants sont répétés : {' ; '.join(repeated)}.")


EMPTY = "(vide)"


class Outcome(StrEnum):
    CREATED = "créé"
    UPDATED = "modifié"
    UNCHANGED = "inchangé"
    REFUSED = "refusé"


@dataclass
class Result:
    """The outcome of one record. ``notes`` are sentences; for a refusal, one per field."""

    line: Line
    outcome: Outcome
    notes: list[str] = field(default_factory=list)
    is_published: bool = False


class LineRefusedError(Exception):
    def __init__(self, notes: list[str]) -> None:
        super().__init__(" ".join(notes))
        self.notes = notes
