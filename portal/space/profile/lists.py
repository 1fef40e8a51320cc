"""The repeated parts of a profile as one answer each: a flat list of cells, a fixed number a row.

The controls of all rows share the name of the part, so that a browser posts the cells in their order and the page works
without a script. A row whose cells are empty is no row.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model
from django.utils.text import capfirst

from network.models import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmCommune,
    ClsmEpci,
    ClsmFunder,
    ClsmQpv,
    ClsmReport,
    ClsmSector,
    ClsmWorkingGroup,
)
from network.territories.places import Kind, Place
from portal.base.questionnaires.fields import form_field
from portal.base.questionnaires.values import Raw, normalised
from portal.taxonomies.models import Term, Theme
from portal.taxonomies.widgets import grouped_choices

#: More rows than a form may post.
MOST_ROWS = 3_000
MISSING = "required"


@dataclass(frozen=True)
class Part:
    """One repeated part. ``noun``: one of its rows, with its article. ``place``: the kind that its first column names;
    such rows are added by a search. ``preset``: columns that always hold a choice, and so say nothing of a row.
    """

    model: type[Model]
    columns: tuple[str, ...]
    noun: str
    place: Kind | None = None
    document: str = ""
    preset: tuple[str, ...] = ()

    @property
    def width(self) -> int:
        return len(self.columns)

    @property
    def name_of_row(self) -> str:
        return self.noun.split(" ", 1)[1]

    @property
    def removed(self) -> str:
        return "retirée" if self.noun.startswith("une ") else "retiré"

    @property
    def hidden(self) -> tuple[str, ...]:
        """Columns that nobody types: a place found by a search, an attached file."""
        return (self.columns[0],) if self.place else tuple(filter(None, (self.document,)))

    def model_field(self, column: str) -> Any:
        return self.model._meta.get_field(column)

    def rows(self, cells: Iterable[str]) -> list[list[str]]:
        """The rows of a flat list; the last one is completed."""
        cells = list(cells)[: MOST_ROWS * self.width]
        cells += [""] * (-len(cells) % self.width)
        return [cells[start : start + self.width] for start in range(0, len(cells), self.width)]

    def is_row(self, cells: Sequence[str]) -> bool:
        return any(cell for column, cell in zip(self.columns, cells, strict=True) if column not in self.preset)

    def normalised(self, typed: Iterable[str]) -> Raw:
        """The cells of every row that says something, in their order."""
        clean = ["".join(normalised([cell])) for cell in typed]
        return [cell for row in self.rows(clean) if self.is_row(row) for cell in row]


PARTS = {
    "epci_items": Part(ClsmEpci, ("epci",), "un EPCI", Kind.EPCI),
    "commune_items": Part(ClsmCommune, ("commune", "since", "until"), "une commune", Kind.COMMUNE),
    "qpv_items": Part(ClsmQpv, ("name", "code"), "un quartier"),
    "sector_items": Part(ClsmSector, ("kind", "code", "hospital"), "un secteur"),
    "cofacilitation_items": Part(ClsmCofacilitation, ("hospital", "unit", "role"), "un établissement"),
    "body_items": Part(ClsmBody, ("kind", "label", "frequency", "last_meeting", "composition"), "une instance"),
    "working_group_items": Part(
        ClsmWorkingGroup, ("title", "theme", "audience", "status"), "un groupe de travail", preset=("status",)
    ),
    "funder_items": Part(ClsmFunder, ("kind", "year"), "un financeur"),
    "report_items": Part(ClsmReport, ("year", "title", "document"), "un bilan", document="document"),
}


@dataclass
class Found:
    """What a search found for a part or a field: rows to choose from, or why there is none."""

    text: str
    choices: list[tuple[str, str]] = field(default_factory=list)
    said: str = ""

    @classmethod
    def of_places(cls, text: str, places: Iterable[Place], said: str) -> "Found":
        return cls(text, [(place.code, str(place)) for place in places], said)


def column_fields(part: Part, raw: Sequence[str]) -> dict[str, forms.Field]:
    """The form field of each column. A list of choices is read once, whatever the number of rows."""
    used: dict[str, set[str]] = {column: set() for column in part.columns}
    for row in part.rows(raw):
        for column, cell in zip(part.columns, row, strict=True):
            used[column].add(cell)
    return {column: _column_field(part, column, used[column]) for column in part.columns}


def _column_field(part: Part, column: str, used: set[str]) -> forms.Field:
    model_field = part.model_field(column)
    options: dict[str, Any] = {"required": not model_field.blank and column != part.document}
    options |= {"label": capfirst(str(model_field.verbose_name)), "help_text": model_field.help_text}
    if column in part.hidden:
        return forms.CharField(**options, widget=forms.HiddenInput, max_length=20)
    if isinstance(model_field, ForeignKey):
        return forms.ChoiceField(**options, choices=[("", "À choisir"), *_choices(model_field, used)])
    return form_field(model_field, **options)


def _choices(model_field: Any, used: set[str]) -> list[tuple]:
    if model_field.related_model is Term:
        return grouped_choices(Term.objects.filter(**model_field.get_limit_choices_to()), used)
    return [(str(theme.pk), theme.name) for theme in Theme.objects.all() if theme.is_active or str(theme.pk) in used]


class PartField(forms.Field):
    """The rows of a part. ``clean`` returns one mapping a row, column → value. A missing cell is empty, no error."""

    def __init__(self, part: Part, columns: dict[str, forms.Field], widget: "PartWidget", **kwargs: Any) -> None:
        self.part, self.columns = part, columns
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Sequence[str]) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        problems: list[str] = []
        known = known_rows(self.part, value)
        for number, cells in enumerate(self.part.rows(self.part.normalised(value)), start=1):
            rows.append({})
            for column, cell in zip(self.part.columns, cells, strict=True):
                rows[-1][column], errors = read_cell(self.part, self.columns, column, cell, known)
                label = f"{self.columns[column].label}, {self.part.name_of_row} {number}"
                problems += [f"{label} : {error}" for error in errors]
        if problems:
            raise ValidationError(problems)
        return rows


def read_cell(
    part: Part, columns: Mapping[str, forms.Field], column: str, cell: str, known: Mapping[str, str]
) -> tuple[Any, list[str]]:
    """The value of one cell, and why it cannot be parsed."""
    if column in part.hidden and cell and cell not in known:
        return None, ["ce choix n’existe pas ou n’existe plus."]
    try:
        return columns[column].clean(cell), []
    except ValidationError as refused:
        errors = [error for error in refused.error_list if error.code != MISSING]
        return None, [str(message) for error in errors for message in error.messages]


def known_rows(part: Part, cells: Sequence[str]) -> dict[str, str]:
    """key → text of what the hidden column of ``cells`` names, in one query."""
    known: dict[str, str] = {}
    for column in part.hidden:
        place = part.columns.index(column)
        keys = {row[place] for row in part.rows(cells)} - {""}
        known |= {str(key): str(row) for key, row in rows_by_key(part.model_field(column).related_model, keys).items()}
    return known


def rows_by_key(model: type[Model], keys: Iterable[str]) -> dict[Any, Model]:
    is_text = model._meta.pk.get_internal_type() == "CharField"
    wanted = {key for key in keys if is_text or (key.isascii() and key.isdigit() and len(key) < 10)}
    return model._default_manager.in_bulk(wanted) if wanted else {}


class PartWidget(forms.Widget):
    """Every row folded under what it says; a new one, or one to correct, is open."""

    template_name = "space/widgets/part.html"
    use_fieldset = True

    def __init__(self, part: Part, columns: dict[str, forms.Field]) -> None:
        super().__init__()
        self.part, self.columns = part, columns
        #: Set by the view: one empty row more, what was just removed, what a search found.
        self.has_new_row = False
        self.removed = ""
        self.found: Found | None = None

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        cells = list(value or [])
        known = known_rows(self.part, cells)
        rows = [self._row(name, number, row, known) for number, row in enumerate(self.part.rows(cells))]
        if self.has_new_row and not self.part.place:
            rows.append(self._row(name, len(rows), [""] * self.part.width, known, is_new=True))
        extra = {"rows": rows, "part": self.part, "removed": self.removed, "found": self.found}
        context["widget"] |= extra | {"is_place": self.part.place is not None}
        return context

    def _row(
        self, name: str, number: int, cells: Sequence[str], known: Mapping[str, str], is_new: bool = False
    ) -> dict[str, Any]:
        controls = [
            self._control(name, number, column, cell, known)
            for column, cell in zip(self.part.columns, cells, strict=True)
        ]
        return {
            "number": number,
            "title": self.title(cells, known),
            "controls": controls,
            "is_new": is_new,
            "is_closed": all(control["is_hidden"] and not control["errors"] for control in controls),
            "is_open": is_new or any(control["errors"] or control["is_missing"] for control in controls),
        }

    def _control(self, name: str, number: int, column: str, cell: str, known: Mapping[str, str]) -> dict[str, Any]:
        form_field, key = self.columns[column], f"id_{name}_{number}_{column}"
        _, errors = read_cell(self.part, self.columns, column, cell, known)
        attrs: dict[str, Any] = {"id": key}
        described = [f"{key}_helptext"] * bool(form_field.help_text) + [f"{key}_error"] * bool(errors)
        attrs |= {"aria-describedby": " ".join(described)} if described else {}
        attrs |= {"aria-invalid": "true"} if errors else {}
        attrs |= form_field.widget_attrs(form_field.widget)
        is_preset = column in self.part.preset and not cell
        shown = self.part.model_field(column).default if is_preset else cell
        return {
            "column": column,
            "label": form_field.label,
            "help": form_field.help_text,
            "id": key,
            "errors": errors,
            "html": form_field.widget.render(name, shown, attrs),
            "is_hidden": form_field.widget.is_hidden,
            "is_required": form_field.required,
            "is_missing": form_field.required and not cell and not is_preset,
            "text": known.get(cell, ""),
        }

    def title(self, cells: Sequence[str], known: Mapping[str, str]) -> str:
        """What a row says in one line."""
        texts = []
        for column, cell in zip(self.part.columns, cells, strict=True):
            if cell and column not in self.part.preset and column != self.part.document:
                texts.append(known.get(cell) or choice_text(self.columns[column], cell))
        if self.part.place:
            texts = texts[:1]
        return " – ".join(list(dict.fromkeys(texts))[:2]) or capfirst(self.part.name_of_row)


def choice_text(field: forms.Field, cell: str) -> str:
    """The label of a choice, in groups or not; any other cell as typed."""
    for value, label in getattr(field, "choices", ()):
        group = label if isinstance(label, list | tuple) else [(value, label)]
        for key, text in group:
            if str(key) == cell:
                return str(text)
    return cell
