"""Alphabetical order in French on every database: a stored key without accents, capitals or punctuation.

SQLite sorts by code points (« Étampes » after « Zuydcoote »), PostgreSQL by the locale of its server.
"""

import re
import unicodedata
from typing import Any

from django.db import models

from portal.base.characters import normalize

LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
BETWEEN_WORDS = re.compile(r"[^a-z0-9]+")
LONGEST = 255


def sort_key(text: str) -> str:
    """« L’Haÿ-les-Roses » → « l hay les roses »."""
    parts = normalize("NFKD", text.casefold().translate(LIGATURES))
    plain = "".join(character for character in parts if not unicodedata.combining(character))
    return BETWEEN_WORDS.sub(" ", plain).strip()[:LONGEST]


class SortKeyField(models.CharField):
    """The key of other fields, joined, written at each save. ``update()`` and fixtures must write it themselves."""

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        defaults: dict[str, Any] = {
            "verbose_name": "ordre alphabétique",
            "max_length": LONGEST,
            "default": "",
            "editable": False,
        }
        super().__init__(**defaults | {"db_index": True} | kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [*self.sources, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = self.key_of(model_instance)
        setattr(model_instance, self.attname, key)
        return key

    def key_of(self, row: models.Model) -> str:
        return sort_key(" ".join(str(getattr(row, source) or "") for source in self.sources))


def fill(model: type[models.Model], name: str) -> None:
    """For a migration: write the keys of the rows that were saved before."""
    field = model._meta.get_field(name)
    rows = list(model._default_manager.all())
    for row in rows:
        setattr(row, name, field.key_of(row))  # type: ignore[union-attr]
    model._default_manager.bulk_update(rows, [name], batch_size=500)
