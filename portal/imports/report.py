"""What the report of an import shows: totals, lines by outcome, refused cells to type again."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property
from wagtail.admin.paginator import WagtailPaginator

from portal.base.errors import Problem
from portal.base.plurals import agreed, counted
from portal.base.readings import Remark
from portal.base.tables.importer import Importer, Outcome
from portal.imports.models import ACCEPTED, ImportLine, ImportStep, LineState, TableImport
from portal.imports.services import FileColumn, file_columns, other_headings, sentence, shown_names, totals

PER_PAGE = 100
#: Refused cells that the summary of errors names.
NAMED = 5
#: Longer texts, and those of several lines, are typed in a larger field.
LONG_CELL = 60
#: Value of « resultat » in the address → the lines that are shown.
RESULTS = {
    "refusees": LineState.REFUSED,
    "creees": LineState.CREATED,
    "modifiees": LineState.UPDATED,
    "inchangees": LineState.UNCHANGED,
    "ecartees": LineState.LEFT_OUT,
}
#: Lines that would be written, of which something is said: a value guessed or changed.
REMARKED = "remarques"
EVERY = "toutes"
EXPECTED = {
    LineState.CREATED: "à créer",
    LineState.UPDATED: "à modifier",
    LineState.UNCHANGED: "sans changement",
    LineState.REFUSED: "refusée",
    LineState.LEFT_OUT: "laissée de côté",
    LineState.WAITING: "à vérifier",
}


def said(importer: Importer, row: ImportLine) -> str:
    """What became of the line, or what is expected of it."""
    state = LineState(row.state)
    if row.is_imported and state in ACCEPTED:
        return importer.said[Outcome[state.name]]
    return EXPECTED[state]


@dataclass
class ShownCell:
    """A cell to correct, with what is said of it."""

    row: ImportLine
    column: FileColumn
    remarks: list[Remark]
    heading: str = ""  # of the file, where it says something else than the label

    @property
    def name(self) -> str:
        return f"cellule-{self.row.number}-{self.column.name}"

    @property
    def text(self) -> str:
        return self.row.line().cells.get(self.column.name, "")

    @property
    def original(self) -> str | None:
        """What the file holds, where it was corrected."""
        return self.row.cells.get(self.column.name, "") if self.column.name in self.row.corrected else None

    @property
    def is_long(self) -> bool:
        return "\n" in self.text or len(self.text) > LONG_CELL

    @property
    def allowed(self) -> tuple[str, ...]:
        """The values of its list, if the cell is refused and no remark names them all."""
        if not self.remarks or self.row.state != LineState.REFUSED:
            return ()
        said = " ".join(remark.message for remark in self.remarks)
        return () if all(value in said for value in self.column.allowed) else self.column.allowed


class Lines:
    """What the lines of one import are shown with."""

    def __init__(self, importer: Importer, table: TableImport) -> None:
        self.importer = importer
        self.names = shown_names(importer, table)
        self.headings = other_headings(importer, table)

    @cached_property
    def columns(self) -> list[FileColumn]:
        return file_columns(self.importer, self.importer.allowed())

    def shown(self, row: ImportLine) -> "ShownLine":
        return ShownLine(row, self)


@dataclass
class ShownLine:
    row: ImportLine
    lines: Lines

    @property
    def said(self) -> str:
        return said(self.lines.importer, self.row)

    @property
    def is_refused(self) -> bool:
        return self.row.state == LineState.REFUSED

    def cells(self) -> list[ShownCell]:
        """Those of which something is said."""
        return [cell for cell in self.every_cell() if cell.remarks]

    def every_cell(self) -> list[ShownCell]:
        by_column: dict[str, list[Remark]] = {}
        for remark in self.row.told:
            by_column.setdefault(remark.cell, []).append(remark)
        return [
            ShownCell(
                self.row,
                column,
                by_column.get(column.name, []),
                self.lines.headings.get(column.name, ""),
            )
            for column in self.lines.columns
        ]

    @property
    def is_left_out(self) -> bool:
        return self.row.state == LineState.LEFT_OUT

    def whole_line(self) -> list[str]:
        """What is said of the line, and of no cell that can be typed again."""
        others = [remark for remark in self.row.told if remark.cell not in self.lines.names]
        return [str(replace(remark, line=None, text="")) for remark in others]

    def sentences(self) -> list[str]:
        return [sentence(remark, self.lines.names) for remark in self.row.told]


class Report:
    """The totals and one page of lines, with the refused cells to correct."""

    def __init__(self, importer: Importer, table: TableImport, query: QueryDict) -> None:
        self.importer, self.table = importer, table
        self.totals = totals(table)
        self.remarked = self.rows_of(REMARKED).count()
        self.is_done = table.step == ImportStep.DONE
        first = "refusees" if self.totals[LineState.REFUSED] else EVERY
        asked = query.get("resultat", "")
        self.chosen = asked if asked in (*RESULTS, REMARKED, EVERY) and self.number_of(asked) else first
        paginator = WagtailPaginator(self.rows_of(self.chosen), PER_PAGE)
        paginator.count = self.number_of(self.chosen)  # known already
        self.page = paginator.get_page(query.get("p", "1"))

    def rows_of(self, result: str) -> QuerySet[ImportLine]:
        rows = self.table.lines.all()
        if result == REMARKED:
            return rows.filter(state__in=ACCEPTED).exclude(remarks=[])
        return rows if result == EVERY else rows.filter(state=RESULTS[result])

    def number_of(self, result: str) -> int:
        if result == REMARKED:
            return self.remarked
        return sum(self.totals.values()) if result == EVERY else self.totals[RESULTS[result]]

    def context(self) -> dict[str, Any]:
        together = Lines(self.importer, self.table)
        lines = [together.shown(row) for row in self.page]
        accepted = sum(self.totals[state] for state in ACCEPTED)
        to_correct = self.chosen == "refusees" and not self.is_done
        return {
            "filters": [self.filter(result) for result in (*RESULTS, EVERY, REMARKED)],
            "chosen": self.chosen,
            "page_obj": self.page,
            "elided_page_range": self.page.paginator.get_elided_page_range(self.page.number),
            "lines": lines,
            "every": self.number_of(EVERY),
            "is_done": self.is_done,
            "accepted": accepted,
            "useful": self.totals[LineState.CREATED] + self.totals[LineState.UPDATED],
            "forecast": self.forecast(),
            "refused": self.totals[LineState.REFUSED],
            "left_out": self.totals[LineState.LEFT_OUT],
            "to_correct": to_correct,
            "problems": self.problems(lines) if to_correct else [],
            "lead": self.lead(),
        }

    def filter(self, result: str) -> dict[str, Any]:
        number = self.number_of(result)
        if result == EVERY:
            label = agreed("ligne", number)
        elif result == REMARKED:
            label = _plural("acceptée avec remarques") if number > 1 else "acceptée avec remarques"
        elif self.is_done and RESULTS[result] in ACCEPTED:
            label = agreed(self.importer.said[Outcome[RESULTS[result].name]], number)
        else:
            label = EXPECTED[RESULTS[result]]
            label = _plural(label) if number > 1 else label
        return {"value": result, "number": number, "label": label, "is_chosen": result == self.chosen}

    def forecast(self) -> str:
        parts = [f"{self.totals[state]} {EXPECTED[state]}" for state in ACCEPTED if self.totals[state]]
        return ", ".join(parts)

    def lead(self) -> str:
        refused = self.totals[LineState.REFUSED]
        some = " Les premières :" if refused > NAMED else ""
        return f"{counted(refused, 'ligne refusée')} sur {self.number_of(EVERY)}.{some}"

    def problems(self, lines: Iterable[ShownLine]) -> list[Problem]:
        """The first refused cells, each with a link to its field."""
        places = []
        for line in lines:
            label = f"Ligne {line.row.number}"
            places += [Problem(sentence, label, f"ligne-{line.row.number}") for sentence in line.whole_line()]
            places += [
                Problem(remark.message, f"{label}, {cell.column.label}", cell.name)
                for cell in line.cells()
                for remark in cell.remarks
            ]
        return places[:NAMED]


def _plural(label: str) -> str:
    """« laissée de côté » → « laissées de côté »; « à créer » and « sans changement » stay."""
    first, _, rest = label.partition(" ")
    return f"{first}s {rest}".strip() if first.endswith("ée") else label
