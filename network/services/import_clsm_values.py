"""Turn the text of a cell into a value. Each function raises ``ValueError`` with a French message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from django.utils.html import escape
from django.utils.text import slugify

from network.models import Organisation
from network.models.clsm import DatePrecision
from network.territories.models import Commune, Epci
from network.territories.names import normalise_place
from portal.taxonomies.models import Term, Theme, Vocabulary

SEPARATOR = "|"
YES_NO = {"oui": True, "non": False}
DATE_FORMATS = (
    ("%Y-%m-%d", DatePrecision.DAY),
    ("%d/%m/%Y", DatePrecision.DAY),
    ("%Y-%m", DatePrecision.MONTH),
    ("%m/%Y", DatePrecision.MONTH),
    ("%Y", DatePrecision.YEAR),
)
INSEE_CODE = re.compile(r"\d[\dAB]\d{3}", re.IGNORECASE)
PLACE = re.compile(r"(?P<name>.*\D)[ (](?P<department>\d[\dAB]\d?)\)?", re.IGNORECASE)
Item = TypeVar("Item")


@dataclass
class Reference:
    """The vocabularies, read once for the whole file, by every way of writing a term."""

    terms: dict[str, dict[str, Term]]
    themes: dict[str, Theme]

    @classmethod
    def from_database(cls) -> Reference:
        terms: dict[str, dict[str, Term]] = {name: {} for name in Vocabulary.values}
        for term in Term.objects.all():
            for spelling in (term.slug, slugify(term.label), *map(slugify, term.synonym_list())):
                terms[term.vocabulary].setdefault(spelling, term)
        themes: dict[str, Theme] = {}
        for theme in Theme.objects.all():
            for spelling in (theme.slug, slugify(theme.name), *map(slugify, theme.synonym_list())):
                themes.setdefault(spelling, theme)
        return cls(terms, themes)

    def term(self, text: str, vocabulary: Vocabulary) -> Term:
        return _pick(self.terms[vocabulary], text, vocabulary.label)

    def theme(self, text: str) -> Theme:
        return _pick(self.themes, text, "thèmes")


def _pick(items: dict[str, Item], text: str, name: str) -> Item:
    try:
        return items[slugify(text)]
    except KeyError:
        raise ValueError(f"« {text} » ne figure pas dans la liste « {name} »") from None


def parse_all(text: str, parse: Callable[[str], Item]) -> list[Item]:
    """Each part of ``text``, once; every part that cannot be read is told, not only the first one."""
    values: list[Item] = []
    problems = []
    for part in (part.strip() for part in text.split(SEPARATOR)):
        try:
            value = parse(part) if part else None
        except ValueError as error:
            problems.append(str(error))
            continue
        if value is not None and value not in values:
            values.append(value)
    if problems:
        raise ValueError(" ; ".join(problems))
    return values


def parse_yes_no(text: str) -> bool:
    try:
        return YES_NO[text.lower()]
    except KeyError:
        raise ValueError(f"« {text} » n’est ni « oui » ni « non »") from None


def parse_choice(text: str, choices: Iterable[tuple[str, str]]) -> str:
    """The value of the choice whose value or label is ``text``."""
    known = list(choices)
    for value, label in known:
        if slugify(text) in {slugify(value), slugify(label)}:
            return value
    raise ValueError(f"« {text} » n’est pas l’une de ces valeurs : {', '.join(label for _, label in known)}")


def parse_dated(text: str) -> tuple[date, str]:
    """A date as precise as it is known: « 2019 », « 2019-03 », « 2019-03-12 » or « 12/03/2019 »."""
    for pattern, precision in DATE_FORMATS:
        try:
            found = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if found.year >= 1900:
            return found, precision.value
    raise ValueError(f"« {text} » n’est pas une date (AAAA, AAAA-MM ou AAAA-MM-JJ)")


def parse_day(text: str) -> date:
    day, precision = parse_dated(text)
    if precision != DatePrecision.DAY:
        raise ValueError(f"« {text} » n’est pas une date complète (AAAA-MM-JJ)")
    return day


def parse_paragraphs(text: str) -> str:
    """Plain text to the HTML of a rich text field: one paragraph per line, nothing else is kept as markup."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def parse_commune(text: str) -> Commune:
    """By INSEE code, or by full name, with its département where several communes bear it."""
    if INSEE_CODE.fullmatch(text):
        found = list(Commune.objects.filter(code=text.upper()))
    else:
        place = PLACE.fullmatch(text)
        name = place["name"] if place else text
        found = list(Commune.objects.filter(normalised=normalise_place(name)))
        if place:
            found = [commune for commune in found if commune.department_id == place["department"].upper()]
    if not found:
        raise ValueError(f"aucune commune « {text} »")
    if len(found) > 1:
        raise ValueError(f"plusieurs communes « {text} » ({', '.join(map(str, found))}) : donnez le code INSEE")
    return found[0]


def parse_epci(text: str) -> Epci:
    found = list(Epci.objects.filter(siren=text) or Epci.objects.filter(normalised=normalise_place(text)))
    if len(found) != 1:
        raise ValueError(f"{'plusieurs EPCI' if found else 'aucun EPCI'} « {text} » : donnez le SIREN")
    return found[0]


def parse_organisation(name: str, kind: str, reference: Reference) -> Organisation:
    """The organisation of this name, or a new one, not saved yet; ``kind`` is its type, needed for a new one."""
    term = reference.term(kind, Vocabulary.ORGANISATION_TYPE) if kind else None
    known = Organisation.objects.filter(name__iexact=name).select_related("kind").first()
    if known is None and term is None:
        raise ValueError(f"« {name} » n’existe pas encore : indiquez son type dans « type_structure »")
    if known is not None and term is not None and known.kind != term:
        raise ValueError(f"« {known.name} » existe déjà avec le type « {known.kind} »")
    return known or Organisation(name=name, kind=term)


def parse_cofacilitation(text: str) -> tuple[str, str, str]:
    """« établissement / pôle / fonction »; the last two may be left out."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 3 or not parts[0]:
        raise ValueError(f"« {text} » ne suit pas le modèle « établissement / pôle / fonction »")
    hospital, unit, role = [*parts, "", ""][:3]
    return hospital, unit, role


def parse_body(text: str, reference: Reference) -> tuple[Term, str]:
    """« type : appellation locale »; the second part may be left out."""
    kind, _, label = text.partition(":")
    return reference.term(kind.strip(), Vocabulary.BODY_TYPE), label.strip()
