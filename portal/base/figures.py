"""Figures of the back office: a table whose first numeric column is also drawn as bars."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: A text stands for a number that is hidden (« < 5 »); None for one that cannot be computed yet.
Number = int | float | str | None

#: Headings of the file that holds every table, one number a line.
HEADINGS = ("Tableau", "Ligne", "Mesure", "Valeur", "Remarque")


@dataclass(frozen=True)
class FigureRow:
    """``values`` follow the headings of the figure. ``note`` is shown as text; ``url`` is a list of what is counted."""

    label: str
    values: tuple[Number, ...]
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Figure:
    """``about`` says how the figure is computed; ``label`` heads the first column, ``headings`` the numeric ones."""

    key: str
    title: str
    about: str
    label: str
    headings: tuple[str, ...]
    rows: list[FigureRow]

    def lines(self) -> Iterator[tuple[FigureRow, float]]:
        """Each row with the length of its bar, in percent of the longest; none for a hidden number."""
        lengths = [_length(row.values[0]) for row in self.rows]
        longest = max(lengths, default=0)
        for row, length in zip(self.rows, lengths, strict=True):
            yield row, round(100 * length / longest, 1) if longest else 0


def export_rows(figures: Iterable[Figure]) -> Iterator[tuple[Number, ...]]:
    """(table, line, measure, value, note)"""
    for figure in figures:
        for row in figure.rows:
            for heading, value in zip(figure.headings, row.values, strict=True):
                yield figure.title, row.label, heading, value, row.note


def _length(value: Number) -> float:
    return value if isinstance(value, int | float) else 0
