"""Lines of a file to import, whatever tool wrote it: headings matched by meaning, cells as text.

A file is refused whole only if its headings cannot be told; a line that cannot be read is refused alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import islice

from openpyxl.utils import get_column_letter

from portal.base.characters import normalize, without_invisible
from portal.base.plurals import counted
from portal.base.readings import NAMED_LINES, Reading, Remark
from portal.base.tables.cells import as_read
from portal.base.tables.reader import MOST_ABOVE, FileRefusedError, Record, Records, read_records

KEY = "identifiant"

#: A heading that is spelt nearly so is taken, and said.
LIKENESS = 0.82

#: A heading that gives the zone of its times.
IN_UTC = re.compile(r"\b(?:UTC|GMT)\b(?!\s*[+-])", re.IGNORECASE)
TIME_ALONE = re.compile(r"\d:\d\d(?::\d\d)?(?:\s*[ap]m)?$", re.IGNORECASE)

#: Cells shown beside a heading, for whoever chooses its column.
SHOWN = 3


@dataclass(frozen=True)
class Heading:
    """``place`` is its rank from 0, ``column`` the name of the column meant, "" if it is ignored.

    ``sample``: the first texts below it.
    """

    place: int
    text: str
    column: str = ""
    is_certain: bool = True
    sample: tuple[str, ...] = ()

    @property
    def letter(self) -> str:
        return get_column_letter(self.place + 1)


@dataclass(frozen=True, eq=False)
class Line:
    """One record. ``number`` is its first line in the file, ``cells`` its text by column name, as it is there.

    ``problem``: why it cannot be read, which no other text of its cells mends; ``text``: what the file holds then.
    """

    number: int
    cells: dict[str, str]
    problem: str = ""
    text: str = ""

    @property
    def key(self) -> str:
        return as_read(without_invisible(self.cells.get(KEY, "")))


@dataclass
class Table(Reading[Line]):
    """The lines of a file, and its headings from left to right."""

    headings: list[Heading] = field(default_factory=list)

    def named(self, remark: Remark) -> Remark:
        """``remark`` with the column as the file names it."""
        text = next((heading.text for heading in self.headings if heading.column == remark.cell), "")
        return replace(remark, cell=text) if remark.cell and text else remark


@dataclass(frozen=True)
class Names:
    """What a heading may be: ``exact`` and ``synonyms`` give the column of a ``heading_key``, "" for one to ignore."""

    exact: Mapping[str, str]
    synonyms: Mapping[str, str]
    required: Collection[str] = ()

    @property
    def all(self) -> dict[str, str]:
        return {**self.synonyms, **self.exact}

    def count(self, cells: list[str]) -> int:
        """The number of columns that the cells of a record name."""
        known = self.all
        return len({known[key] for key in map(heading_key, cells) if key in known})


def read_headings(raw: bytes, names: Names) -> list[Heading]:
    """The headings of a file, whatever they are, with the column guessed for each. Raises ``FileRefusedError``."""
    records = read_records(raw, names.count).items
    place = _headings_place(records, names)
    return _headings(records, place, names)


def read_lines(raw: bytes, names: Names, places: Mapping[int, str] | None = None) -> Table:
    """The lines of a file of MAX_BYTES at most. Raises ``FileRefusedError``.

    ``places``: the column of each heading, by its rank, as somebody chose them; nothing is then refused for its
    headings.
    """
    records = read_records(raw, names.count)
    place = _headings_place(records.items, names)
    headings = _headings(records.items, place, names)
    if places is not None:
        headings = [replace(heading, column=places.get(heading.place, ""), is_certain=True) for heading in headings]
    else:
        _check(headings, names.required)
    below, mended = _mended(records, place, headings)
    is_csv = bool(records.lengths)
    lines = [_line(number, cells, headings, is_csv=is_csv) for number, cells in below]
    lines += [Line(error.line or 0, {}, error.message, error.text) for error in records.errors]
    if not lines:
        raise FileRefusedError("Le fichier ne contient que son en-tête.")
    lines.sort(key=lambda line: line.number)
    notices = [*records.notices, *_passed_over(records.items[:place]), *_said(headings), *_short(below, headings)]
    unread = _unread(below, headings, is_csv=is_csv)
    return Table(lines, [*notices, *mended, *unread, *_alike(lines)], headings=headings)


def heading_key(text: str) -> str:
    """A heading without case, accents, punctuation: « Date de création * » → « date de creation »."""
    plain = "".join(character for character in normalize("NFKD", text.casefold()) if character.isascii())
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _headings_place(records: list[Record], names: Names) -> int:
    """The rank of the record that holds most known headings, among the first ones."""
    if not records:
        raise FileRefusedError("Le fichier est vide.")
    above = list(islice(records, MOST_ABOVE))
    return max(range(len(above)), key=lambda rank: (names.count(above[rank][1]), -rank))


def _headings(records: list[Record], place: int, names: Names) -> list[Heading]:
    """An exact name takes its column before a synonym, and a synonym before a likeness."""
    texts = records[place][1]
    keys = [heading_key(text) for text in texts]
    columns: dict[int, str] = {}
    for known in (names.exact, names.synonyms):
        taken = set(columns.values())
        columns |= {
            rank: known[key]
            for rank, key in enumerate(keys)
            if rank not in columns and key in known and (known[key] not in taken or not known[key])
        }
    certain = set(columns)
    for rank, key in enumerate(keys):
        if key and rank not in columns and (close := get_close_matches(key, names.all, n=1, cutoff=LIKENESS)):
            column = names.all[close[0]]
            if column not in columns.values():
                columns[rank] = column
    counts = Counter(column for column in columns.values() if column)
    return [
        Heading(
            rank,
            text,
            columns.get(rank, ""),
            not text or (rank in certain and counts[columns[rank]] < 2),
            _sample(records[place + 1 :], rank),
        )
        for rank, text in enumerate(texts)
    ]


def _sample(records: Iterable[Record], rank: int) -> tuple[str, ...]:
    texts = (cells[rank] for _, cells in records if rank < len(cells) and cells[rank])
    return tuple(islice(texts, SHOWN))


def unfit_columns(headings: Iterable[Heading], required: Collection[str]) -> dict[str, list[Heading]]:
    """column → the headings that are read as it, where there are several; none for a required column without any."""
    by_column: dict[str, list[Heading]] = {}
    for heading in headings:
        if heading.column:
            by_column.setdefault(heading.column, []).append(heading)
    missing: dict[str, list[Heading]] = {name: [] for name in required if name not in by_column}
    return missing | {name: alike for name, alike in by_column.items() if len(alike) > 1}


def _check(headings: list[Heading], required: Collection[str]) -> None:
    """Whether the headings tell the columns. Raises ``FileRefusedError``."""
    problems = []
    for name, alike in unfit_columns(headings, required).items():
        letters = ", ".join(heading.letter for heading in alike)
        several = f"colonne « {name} » donnée {len(alike)} fois ({letters})"
        problems.append(several if alike else f"colonne manquante : {name}")
    if problems:
        ignored = ", ".join(f"« {heading.text} »" for heading in headings if heading.text and not heading.column)
        unknown = f" Titres inconnus : {ignored}." if ignored else ""
        raise FileRefusedError(f"L’en-tête n’est pas celui attendu ({' ; '.join(problems)}).{unknown}")


def _said(headings: list[Heading]) -> list[Remark]:
    remarks = []
    for heading in headings:
        if heading.text and not heading.column:
            unknown = "cette colonne est inconnue : elle est ignorée"
            remarks.append(Remark("cette colonne est ignorée" if heading.is_certain else unknown, cell=heading.text))
        elif IN_UTC.search(heading.text):
            remarks.append(Remark("les heures de cette colonne sont lues comme celles d’UTC", cell=heading.text))
        elif not heading.is_certain:
            remarks.append(Remark(f"cette colonne est lue comme « {heading.column} »", cell=heading.text))
    return remarks


def _passed_over(records: list[Record]) -> list[Remark]:
    return [
        Remark("cette ligne, au-dessus des titres, n’est pas lue", number, text=" ".join(filter(None, cells)))
        for number, cells in records
    ]


def _mended(records: Records, place: int, headings: list[Heading]) -> tuple[list[Record], list[Remark]]:
    """The records below the headings; a line with too many cells is mended if its separators tell where."""
    length = records.lengths.get(records.items[place][0], 0)
    below, remarks, long = [], [], []
    for number, cells in records.items[place + 1 :]:
        joined = records.joined.get(number, [])
        if len(joined) == length < records.lengths.get(number, 0):
            changed = next(rank for rank, (old, new) in enumerate(zip(cells, joined, strict=False)) if old != new)
            said = "un séparateur est lu comme une partie de cette cellule, et les suivantes décalées d’autant"
            remarks.append(Remark(said, number, headings[changed].text, joined[changed]))
            below.append((number, joined[: len(headings)]))
        else:
            below.append((number, cells))
            long += [number] if records.lengths.get(number, 0) > length else []
    if long:
        others = f" (et {counted(len(long) - 1, 'autre ligne')})" if len(long) > 1 else ""
        said = f"plus de séparateurs que de titres : vérifiez qu’aucune cellule n’est décalée{others}"
        text = " ".join(filter(None, next(cells for number, cells in below if number == long[0])))
        remarks.append(Remark(said, long[0], text=text))
    return below, remarks


def _short(records: list[Record], headings: list[Heading]) -> list[Remark]:
    """Some spreadsheets leave out the separators of the last empty cells; so does a person who forgot one."""
    short = [(number, cells) for number, cells in records if len(cells) < len(headings)]
    if not short:
        return []
    number, cells = short[0]
    others = f" (et {counted(len(short) - 1, 'autre ligne courte')})" if len(short) > 1 else ""
    said = f"{counted(len(cells), 'cellule')} au lieu de {len(headings)}, les dernières sont lues comme vides{others}"
    return [Remark(said, number, text=" ".join(filter(None, cells)))]


def _unread(records: list[Record], headings: list[Heading], *, is_csv: bool) -> list[Remark]:
    """What stands in columns without heading: a note beside a table, or cells that a separator shifted."""
    untitled = {heading.place for heading in headings if not heading.text and not heading.column}
    found: dict[int, list[Record]] = {}
    for number, cells in records:
        beyond = () if is_csv else range(len(headings), len(cells))  # in a CSV, the line is refused
        for place in (*(place for place in untitled if place < len(cells)), *beyond):
            if cells[place]:
                found.setdefault(place, []).append((number, cells))
    remarks = []
    for place, filled in sorted(found.items())[:NAMED_LINES]:
        others = f" (et {counted(len(filled) - 1, 'autre ligne')})" if len(filled) > 1 else ""
        shifted = ", et qu’aucune cellule n’est décalée" if is_csv else ""
        said = f"cette colonne n’a pas de titre, elle n’est pas lue : vérifiez qu’il n’y manque rien{shifted}{others}"
        number, cells = filled[0]
        remarks.append(Remark(said, number, f"colonne {get_column_letter(place + 1)}", cells[place]))
    return remarks


def _line(number: int, cells: list[str], headings: list[Heading], *, is_csv: bool) -> Line:
    pairs = zip(headings, cells, strict=False)
    kept = {heading.column: _with_zone(heading.text, cell) for heading, cell in pairs if heading.column}
    if not is_csv or not any(cells[len(headings) :]):
        return Line(number, kept)
    last = number + sum(cell.count("\n") for cell in cells)
    lines = f"lignes {number} à {last}, " if last > number else ""
    counts = f"{counted(len(cells), 'cellule')} au lieu de {len(headings)}"
    problem = f"{lines}{counts} : un guillemet ou un séparateur est mal placé."
    return Line(number, kept, problem, " ".join(filter(None, cells)))


def _with_zone(heading: str, cell: str) -> str:
    """A time with the zone of its heading: « Submit Date (UTC) »."""
    return f"{cell} UTC" if IN_UTC.search(heading) and TIME_ALONE.search(cell) else cell


def repetitions(lines: Iterable[Line]) -> dict[int, Remark]:
    """Line number → why it is refused: its identifier is that of another line."""
    by_key: dict[str, list[Line]] = {}
    for line in lines:
        if line.key:
            by_key.setdefault(line.key, []).append(line)
    repeated: dict[int, Remark] = {}
    for key, alike in by_key.items():
        if len(alike) > 1:
            message = f"« {key} » est répété ({_numbers(alike)}) : aucune de ces lignes n’est importée."
            repeated |= {line.number: Remark(message, line.number, KEY, key) for line in alike}
    return repeated


def _numbers(lines: Sequence[Line]) -> str:
    """« lignes 2, 3 et 4 autres »: said on each line, so never all of them."""
    named, others = ", ".join(str(line.number) for line in lines[:NAMED_LINES]), len(lines) - NAMED_LINES
    return f"lignes {named} et {counted(others, 'autre')}" if others > 0 else f"lignes {named}"


def _alike(lines: Iterable[Line]) -> list[Remark]:
    """Identifiers that differ by their case alone."""
    by_key: dict[str, dict[str, int]] = {}
    for line in lines:
        if line.key:
            by_key.setdefault(line.key.casefold(), {}).setdefault(line.key, line.number)
    remarks = []
    for spellings in by_key.values():
        if len(spellings) > 1:
            said = ", ".join(f"« {key} » (ligne {number})" for key, number in [*spellings.items()][:NAMED_LINES])
            remarks.append(
                Remark(f"Identifiants qui ne diffèrent que par leurs majuscules, lus comme différents : {said}.")
            )
    return remarks
