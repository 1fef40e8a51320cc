"""Lines of a file to import, whatever tool wrote it: headings matched by meaning, cells as text.

A file is refused whole only if its headings cannot be told; a line that cannot be read is refused alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from itertools import islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from portal.base.characters import normalize
from portal.base.readings import Reading, Remark, shortened
from portal.base.tables.reader import MAX_BYTES, FileRefusedError, Record, read_records

KEY = "identifiant"

REQUIRED = (KEY, "nom")

#: Records above the headings: a title, a date, a sentence.
MOST_ABOVE = 20

#: How people write that a cell has no value.
BLANK = {"n/a", "na", "n.a.", "néant", "neant", "-", "–", "—", "/", "sans objet", "non renseigné", "nc", "n.c."}

#: What a spreadsheet shows instead of a value.
BROKEN = re.compile(
    r"#(?:REF!|N/A|VALEUR\s?!|VALUE!|NOM\s?\?|NAME\?|DIV/0\s?!|NUL\s?!|NULL!|NOMBRE\s?!|NUM!|#+)", re.IGNORECASE
)

#: A heading that is spelt nearly so is taken, and said.
LIKENESS = 0.82


@dataclass(frozen=True)
class Line:
    """One record. ``number`` is its first line in the file, ``cells`` its text by column name, stripped."""

    number: int
    cells: dict[str, str]
    problem: str = ""

    @property
    def key(self) -> str:
        return self.cells.get(KEY, "")


def read_file(
    path: Path,
    columns: Collection[str],
    required: Collection[str] = REQUIRED,
    synonyms: Mapping[str, str] | None = None,
) -> Reading[Line]:
    """The lines of a file of this machine. Raises ``FileRefusedError``."""
    return read_lines(_bytes(path), columns, required, synonyms)


def read_lines(
    raw: bytes,
    columns: Collection[str],
    required: Collection[str] = REQUIRED,
    synonyms: Mapping[str, str] | None = None,
) -> Reading[Line]:
    """The same for a file already in memory, MAX_BYTES at most. ``synonyms``: another heading → column name."""
    table = read_records(raw)
    if not table.items:
        raise FileRefusedError("Le fichier est vide.")
    names = {heading_key(name): name for name in columns}
    names |= {heading_key(heading): name for heading, name in (synonyms or {}).items()}
    place = _headings_place(table.items, names)
    header, said = _header(table.items[place][1], names, required)
    records = table.items[place + 1 :]
    lines = [_line(number, cells, header) for number, cells in records]
    lines += [Line(error.line or 0, {}, f"{error.message} (« {shortened(error.text)} »)") for error in table.errors]
    if not lines:
        raise FileRefusedError("Le fichier ne contient que son en-tête.")
    notices = [*table.notices, *_passed_over(table.items[:place]), *said, *_short(records, header)]
    lines.sort(key=lambda line: line.number)
    return Reading(_without_doubles(_without_blank_words(lines, notices), notices), notices)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileRefusedError("Le fichier dépasse 10 Mo.")
        return path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"Le fichier ne peut pas être lu : {error.strerror}.") from error


def heading_key(text: str) -> str:
    """A heading without case, accents, punctuation: « Date de création * » → « date de creation »."""
    plain = "".join(character for character in normalize("NFKD", text.casefold()) if character.isascii())
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _headings_place(records: list[Record], names: Mapping[str, str]) -> int:
    """The rank of the record that holds most known headings, among the first ones."""

    def known(record: Record) -> int:
        return len({names[key] for key in map(heading_key, record[1]) if key in names})

    above = list(islice(records, MOST_ABOVE))
    return max(range(len(above)), key=lambda rank: (known(above[rank]), -rank))


def _passed_over(records: list[Record]) -> list[Remark]:
    return [
        Remark("cette ligne, au-dessus des titres, n’est pas lue", number, text=" ".join(filter(None, cells)))
        for number, cells in records
    ]


def _short(records: list[Record], header: list[str]) -> list[Remark]:
    """Some spreadsheets leave out the separators of the last empty cells; so does a person who forgot one."""
    short = [(number, cells) for number, cells in records if len(cells) < len(header)]
    if not short:
        return []
    number, cells = short[0]
    others = f" (et {len(short) - 1} autres lignes courtes)" if len(short) > 1 else ""
    said = f"{len(cells)} cellules au lieu de {len(header)}, les dernières sont lues comme vides{others}"
    return [Remark(said, number, text=" ".join(filter(None, cells)))]


def _header(cells: list[str], names: Mapping[str, str], required: Collection[str]) -> tuple[list[str], list[Remark]]:
    """The column of each cell, "" for one that is ignored, and what was guessed or left out."""
    header: list[str] = []
    notices = []
    for cell in cells:
        key = heading_key(cell)
        name = names.get(key, "")
        if cell and not name:
            name = _guess(key, names)
            said = (
                f"cette colonne est lue comme « {name} »" if name else "cette colonne est inconnue : elle est ignorée"
            )
            notices.append(Remark(said, cell=cell))
        header.append(name)
    repeated = [name for name in dict.fromkeys(header) if name and header.count(name) > 1]
    missing = [name for name in required if name not in header]
    problems = [f"colonne manquante : {name}" for name in missing]
    problems += [f"colonne « {name} » donnée {header.count(name)} fois ({_letters(header, name)})" for name in repeated]
    if problems:
        ignored = [notice.cell for notice in notices if "ignorée" in notice.message]
        unknown = f" Titres inconnus : {', '.join(f'« {cell} »' for cell in ignored)}." if ignored else ""
        raise FileRefusedError(f"L’en-tête n’est pas celui attendu ({' ; '.join(problems)}).{unknown}")
    return header, notices


def _guess(key: str, names: Mapping[str, str]) -> str:
    close = get_close_matches(key, names, n=1, cutoff=LIKENESS)
    return names[close[0]] if close else ""


def _letters(header: list[str], name: str) -> str:
    return ", ".join(get_column_letter(place) for place, held in enumerate(header, start=1) if held == name)


def _line(number: int, cells: list[str], header: list[str]) -> Line:
    spaced = ["\n".join(" ".join(part.split()) for part in cell.splitlines()) for cell in cells]
    kept = {name: cell for name, cell in zip(header, spaced, strict=False) if name}
    problems = [_broken(name, cell) for name, cell in kept.items()]
    if any(cells[len(header) :]):
        last = number + sum(cell.count("\n") for cell in cells)
        lines = f"lignes {number} à {last}, " if last > number else ""
        problems.append(
            f"{lines}{len(cells)} cellules au lieu de {len(header)} : un guillemet ou un séparateur est mal placé."
        )
    return Line(number, kept, " ".join(filter(None, problems)))


def _broken(name: str, cell: str) -> str:
    """Why a cell holds no value at all."""
    if BROKEN.fullmatch(cell):
        return f"{name} : « {cell} » est une erreur du tableur : corrigez la formule, ou tapez la valeur."
    if cell.startswith("="):
        return f"{name} : « {cell} » est une formule : collez sa valeur à la place."
    return ""


def _without_blank_words(lines: list[Line], notices: list[Remark]) -> list[Line]:
    """« néant », « N/A » and their like are empty cells; each is said once, with its number."""
    places: dict[tuple[str, str], list[int]] = {}
    for line in lines:
        for name, cell in line.cells.items():
            if cell.casefold() in BLANK:
                places.setdefault((name, cell), []).append(line.number)
                line.cells[name] = ""
    for (name, cell), numbers in places.items():
        others = f" (et {len(numbers) - 1} autres lignes)" if len(numbers) > 1 else ""
        notices.append(Remark(f"cellule lue comme vide{others}", numbers[0], name, cell))
    return lines


def _without_doubles(lines: list[Line], notices: list[Remark]) -> list[Line]:
    """Lines of one identifier refuse each other; those whose identifiers differ by their case are said."""
    by_key: dict[str, dict[str, list[int]]] = {}
    for line in lines:
        if line.key:
            by_key.setdefault(line.key.casefold(), {}).setdefault(line.key, []).append(line.number)
    repeated: dict[str, list[int]] = {}
    for spellings in by_key.values():
        repeated |= {key: numbers for key, numbers in spellings.items() if len(numbers) > 1}
        if len(spellings) > 1:
            said = ", ".join(f"« {key} » (ligne {numbers[0]})" for key, numbers in spellings.items())
            notices.append(
                Remark(f"Identifiants qui ne diffèrent que par leurs majuscules, lus comme différents : {said}.")
            )
    return [_repeated(line, repeated[line.key]) if line.key in repeated else line for line in lines]


def _repeated(line: Line, numbers: list[int]) -> Line:
    where = ", ".join(map(str, numbers))
    problem = f"identifiant : « {line.key} » est répété (lignes {where}) : aucune de ces lignes n’est importée."
    return Line(line.number, line.cells, f"{line.problem} {problem}".strip())


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
