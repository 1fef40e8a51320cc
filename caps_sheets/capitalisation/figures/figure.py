"""What a figure is: a table whose first column of numbers is also drawn as bars."""

from collections.abc import Iterator
from dataclasses import dataclass

Number = int | float | None


@dataclass(frozen=True)
class Row:
    """``values`` follow the headings of the figure; None is what cannot be computed yet. ``note`` is said in words."""

    label: str
    values: tuple[Number, ...]
    note: str = ""


@dataclass(frozen=True)
class Figure:
    """``about`` says how it is counted; ``label`` heads the first column, ``headings`` those of numbers."""

    key: str
    title: str
    about: str
    label: str
    headings: tuple[str, ...]
    rows: list[Row]

    def lines(self) -> Iterator[tuple[Row, float]]:
        """Each row with the length of its bar, in percent of the longest."""
        longest = max((row.values[0] or 0 for row in self.rows), default=0)
        for row in self.rows:
            yield row, round(100 * (row.values[0] or 0) / longest, 1) if longest else 0
