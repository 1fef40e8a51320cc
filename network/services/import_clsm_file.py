"""Read a file to import, one record a line: a broken file is refused whole, before anything is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
KEY = "identifiant"
REQUIRED = (KEY, "nom")


class FileRefusedError(Exception):
    """The file cannot be imported; the message says why, in French."""


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
    text = _decode(raw)
    try:
        records = list(_records(text))
    except csv.Error as error:
        raise FileRefusedError(f"Le fichier n’est pas un CSV correct : {error}.") from error
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


def _decode(raw: bytes) -> str:
    if b"\x00" in raw:
        raise FileRefusedError("Le fichier contient des caractères nuls : ce n’est pas un fichier CSV en UTF-8.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        raise FileRefusedError(
            f"Le fichier n’est pas en UTF-8 (ligne {number}). Dans le tableur, choisissez « CSV UTF-8 »."
        ) from error


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """(first line, cells) of each record that is not blank."""
    first_line = text.partition("\n")[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, [cell.strip() for cell in cells]
        start = reader.line_num + 1


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
    repeated = [f"« {key} » (lignes {', '.join(found)})" for key, found in numbers.items() if len(found) > 1]
    if repeated:
        raise FileRefusedError(f"Des identifiants sont répétés : {' ; '.join(repeated)}.")
