"""Loading of the vocabularies from the files of ``data/``.

There is one CSV file per vocabulary, named after it, in display order, and ``themes.csv``. Columns: ``slug``
(stable), ``label`` or ``name``, ``parent`` or ``objective`` (a slug of an earlier line or file), ``synonyms``
(separated by « ; ») and ``description``. Source of the lists: the Centre's own words and the CAPS method.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.db import models, transaction

from portal.taxonomies.models import Term, Theme, Vocabulary

Model = TypeVar("Model", bound=models.Model)

DATA_DIR = Path(__file__).parent / "data"


@dataclass
class LoadReport:
    """The number of rows of one list that were created, reset to the text of the file, or left unchanged."""

    name: str
    created: int = 0
    reset: int = 0
    kept: int = 0


def load_all(reset: bool = False) -> list[LoadReport]:
    """Create the terms and themes that are missing; with ``reset``, also undo edits made in the admin.

    A slug that the files do not know is never changed: the Centre adds its own terms.
    """
    with transaction.atomic():
        return [*(_load_terms(vocabulary, reset) for vocabulary in Vocabulary), _load_themes(reset)]


def _load_terms(vocabulary: Vocabulary, reset: bool) -> LoadReport:
    report = LoadReport(vocabulary.label)
    terms: dict[str, Term] = {}
    for row, values in _rows(vocabulary.value):
        values |= {"label": row["label"], "parent": terms[row["parent"]] if row["parent"] else None}
        identity = {"vocabulary": vocabulary.value, "slug": row["slug"]}
        terms[row["slug"]] = _upsert(Term, identity, values, reset, report)
    return report


def _load_themes(reset: bool) -> LoadReport:
    report = LoadReport("thèmes")
    objectives = {term.slug: term for term in Term.objects.filter(vocabulary=Vocabulary.OBJECTIVE)}
    for row, values in _rows("themes"):
        values |= {
            "name": row["name"],
            "objective": objectives[row["objective"]],
            "shows_help": bool(row["shows_help"]),
        }
        _upsert(Theme, {"slug": row["slug"]}, values, reset, report)
    return report


def _rows(name: str) -> Iterator[tuple[dict[str, str], dict[str, object]]]:
    """Each line of a file, with the values that terms and themes share."""
    with (DATA_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        for order, row in enumerate(csv.DictReader(file), start=1):
            synonyms = "\n".join(word.strip() for word in row["synonyms"].split(";") if word.strip())
            yield row, {"order": order, "synonyms": synonyms, "description": row["description"]}


def _upsert(
    model: type[Model], identity: dict[str, Any], values: dict[str, Any], reset: bool, report: LoadReport
) -> Model:
    manager = model._default_manager
    if reset:
        item, is_new = manager.update_or_create(**identity, defaults=values)
    else:
        item, is_new = manager.get_or_create(**identity, defaults=values)
    if is_new:
        report.created += 1
    elif reset:
        report.reset += 1
    else:
        report.kept += 1
    return item
