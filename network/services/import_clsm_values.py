"""Turn the text of a cell into a value. Each function raises ``ValueError`` with a French message."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.html import escape
from django.utils.text import slugify

from network.models import Organisation
from network.models.clsm import DatePrecision
from network.territories.models import Commune, Epci
from network.territories.names import normalise_place
from portal.taxonomies.models import Term, Theme, Vocabulary

SEPARATOR = "|"
BOOLEANS = {"oui": True, "non": False}
PLACE = re.compile(r"^(?P<name>.+?)\s*\(?(?P<department>\d[\dab]\d?)\)?$", re.IGNORECASE)
INSEE_CODE = re.compile(r"^\d[\dAB]\d{3}$", re.IGNORECASE)


@dataclass
class Reference:
    """The vocabularies, read once for the whole file, by every way of writing a term."""

    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)

    @classmethod
    def from_database(cls) -> Reference:
        reference = cls(themes=_by_spelling(Theme.objects.all()))
        for vocabulary in Vocabulary.values:
            reference.terms[vocabulary] = _by_spelling(Term.objects.filter(vocabulary=vocabulary))
        return reference

    def term(self, text: str, vocabulary: Vocabulary) -> Term:
        return _pick(self.terms[vocabulary], text, vocabulary.label)

    def theme(self, text: str) -> Theme:
        return _pick(self.themes, text, "thèmes")


def _by_spelling[T: (Term, Theme)](terms: Iterable[T]) -> dict[str, T]:
    raise NotImplementedError
