"""The columns of the CLSM import: how each is parsed from a cell, compared with a profile, and written to it.

A parser turns the text of a cell into a value, and raises ``ValueError`` with a message in French.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.text import slugify

from network.models import ClsmBody, ClsmCofacilitation, ClsmCommune, ClsmEpci, ClsmPage, Organisation
from network.models.clsm import DatePrecision
from network.territories.models import Commune, Epci
from network.territories.places import Kind
from network.territories.resolver import places_in
from portal.base.tables.lines import KEY
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

Item = TypeVar("Item")
Row = TypeVar("Row", Commune, Epci)


@dataclass
class Reference:
    """The vocabularies, read once for the whole file, by every spelling of a term.

    ``notices``: sentences on what was guessed in the cells read since ``take_notices``.
    """

    terms: dict[str, dict[str, Term]]
    themes: dict[str, Theme]
    notices: list[str] = field(default_factory=list)

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

    def take_notices(self) -> list[str]:
        taken, self.notices = self.notices, []
        return taken

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
    """Each part of ``text``, without duplicates; reports every part that cannot be parsed, not only the first one."""
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
    """A date of any precision: « 2019 », « 2019-03 », « 2019-03-12 » or « 12/03/2019 »."""
    for pattern, precision in DATE_FORMATS:
        try:
            day = datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if day.year >= 1900:
            return day, precision.value
    raise ValueError(f"« {text} » n’est pas une date (AAAA, AAAA-MM ou AAAA-MM-JJ)")


def parse_day(text: str) -> date:
    day, precision = parse_dated(text)
    if precision != DatePrecision.DAY:
        raise ValueError(f"« {text} » n’est pas une date complète (AAAA-MM-JJ)")
    return day


def parse_paragraphs(text: str) -> str:
    """Plain text to the HTML of a rich text field: one paragraph per line, no other markup."""
    lines = [line.strip() for line in text.splitlines()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines if line)


def parse_communes(text: str, reference: Reference) -> frozenset[Commune]:
    """As people write them: « Lodève, Gignac (34) », « 34150 Gignac », a former name, an INSEE code if no postcode."""
    return _rows(Commune.objects.all(), text, Kind.COMMUNE, "communes", reference)


def parse_epcis(text: str, reference: Reference) -> frozenset[Epci]:
    """By SIREN or by name, « communauté de communes » in full or not."""
    return _rows(Epci.objects.all(), text, Kind.EPCI, "epci", reference)


def _rows(rows: QuerySet[Row], text: str, kind: Kind, column: str, reference: Reference) -> frozenset[Row]:
    resolutions = places_in(text, kind)
    known = rows.in_bulk([resolution.places[0].code for resolution in resolutions])
    absent = [resolution.text for resolution in resolutions if resolution.places[0].code not in known]
    if absent:
        raise ValueError(f"« {' », « '.join(absent)} » : ce territoire n’est pas chargé dans ce portail")
    reference.notices += [f"{column} : {resolution.notice}" for resolution in resolutions if resolution.notice]
    return frozenset(known.values())


def parse_organisation(name: str, kind: str, reference: Reference) -> Organisation:
    """The organisation of this name, or a new unsaved one; ``kind`` is its type, required for a new one."""
    term = reference.term(kind, Vocabulary.ORGANISATION_TYPE) if kind else None
    known = Organisation.objects.filter(name__iexact=name).select_related("kind").first()
    if known is None and term is None:
        raise ValueError(f"« {name} » n’existe pas encore : indiquez son type dans « type_structure »")
    if known is not None and term is not None and known.kind != term:
        raise ValueError(f"« {known.name} » existe déjà avec le type « {known.kind} »")
    return known or Organisation(name=name, kind=term)


def parse_cofacilitation(text: str) -> tuple[str, str, str]:
    """« établissement / pôle / fonction »; the last two are optional."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 3 or not parts[0]:
        raise ValueError(f"« {text} » ne suit pas le modèle « établissement / pôle / fonction »")
    hospital, unit, role = [*parts, "", ""][:3]
    return hospital, unit, role


def parse_body(text: str, reference: Reference) -> tuple[Term, str]:
    """« type : appellation locale »; the second part is optional."""
    kind, _, label = text.partition(":")
    return reference.term(kind.strip(), Vocabulary.BODY_TYPE), label.strip()


Cells = dict[str, str]

Parse = Callable[[str, Cells, Reference], object]


@dataclass(frozen=True, eq=False)
class Column:
    """``parse`` raises ``ValueError`` or ``ValidationError``; ``empty`` is the value of « (vide) », if allowed."""

    name: str
    parse: Parse
    read: Callable[[ClsmPage], object]
    write: Callable[[ClsmPage, Any], None]
    empty: object = None
    may_be_empty: bool = True


def field_of(name: str) -> Any:
    return ClsmPage._meta.get_field(name)


def plain(column: str, name: str, convert: Callable[[str], object] = str) -> Column:
    """A column that fills one field, with the validators of that field (length, URL, number…)."""
    field = field_of(name)

    def parse(text: str, cells: Cells, reference: Reference) -> object:
        return field.clean(convert(text), None)

    return Column(
        column,
        parse,
        read=lambda page: getattr(page, name),
        write=lambda page, value: setattr(page, name, value),
        empty=None if field.null else "",
        may_be_empty=field.null or (field.blank and field.get_internal_type() != "BooleanField"),
    )


def choice(column: str, name: str) -> Column:
    return plain(column, name, partial(parse_choice, choices=field_of(name).choices))


def term(column: str, name: str, vocabulary: Vocabulary) -> Column:
    return Column(
        column,
        parse=lambda text, cells, reference: reference.term(text, vocabulary),
        read=lambda page: getattr(page, name),
        write=lambda page, value: setattr(page, name, value),
    )


def term_list(column: str, name: str, vocabulary: Vocabulary) -> Column:
    return Column(
        column,
        parse=lambda text, cells, reference: frozenset(parse_all(text, lambda part: reference.term(part, vocabulary))),
        read=lambda page: frozenset(getattr(page, name).all()),
        write=lambda page, value: setattr(page, name, sorted(value, key=lambda item: item.pk)),
        empty=frozenset(),
    )


def write_created_on(page: ClsmPage, value: tuple[date | None, str]) -> None:
    page.created_on, page.created_precision = value


def write_themes(page: ClsmPage, value: frozenset[Theme]) -> None:
    page.themes.clear()
    page.themes.add(*sorted(value, key=lambda theme: theme.pk))


def current_communes(page: ClsmPage) -> frozenset[Commune]:
    return frozenset(item.commune for item in page.commune_items.all() if item.until is None)


def write_communes(page: ClsmPage, value: frozenset[Commune]) -> None:
    """Keep past rows, and the start date of the communes that stay."""
    kept = [item for item in page.commune_items.all() if item.until is not None or item.commune in value]
    present = {item.commune for item in kept if item.until is None}
    added = sorted(value - present, key=lambda commune: commune.code)
    page.commune_items = [*kept, *(ClsmCommune(commune=commune) for commune in added)]


def write_epcis(page: ClsmPage, value: frozenset[Epci]) -> None:
    page.epci_items = [ClsmEpci(epci=epci) for epci in sorted(value, key=lambda epci: epci.siren)]


def write_carrier(page: ClsmPage, value: Organisation | None) -> None:
    if value is not None and value.pk is None:
        value.full_clean()
        value.save()
    page.carrier = value


def read_cofacilitation(page: ClsmPage) -> list[tuple[str, str, str]]:
    return [(item.hospital, item.unit, item.role) for item in page.cofacilitation_items.all()]


def write_cofacilitation(page: ClsmPage, value: list[tuple[str, str, str]]) -> None:
    page.cofacilitation_items = [
        ClsmCofacilitation(hospital=hospital, unit=unit, role=role) for hospital, unit, role in value
    ]


def read_bodies(page: ClsmPage) -> list[tuple[Term, str]]:
    return [(item.kind, item.label) for item in page.body_items.all()]


def write_bodies(page: ClsmPage, value: list[tuple[Term, str]]) -> None:
    """Keep the frequency and the composition already entered for the bodies that stay."""
    known = {(item.kind, item.label): item for item in page.body_items.all()}
    page.body_items = [known.get(body) or ClsmBody(kind=body[0], label=body[1]) for body in value]


COLUMNS = [
    plain("nom", "title"),
    plain("sigle", "short_name"),
    plain("autre_appellation", "other_name"),
    term("statut", "status", Vocabulary.CLSM_STATUS),
    plain("date_statut", "status_date", parse_day),
    Column(
        "date_creation",
        parse=lambda text, cells, reference: parse_dated(text),
        read=lambda page: (page.created_on, page.created_precision),
        write=write_created_on,
        empty=(None, DatePrecision.YEAR.value),
    ),
    plain("presentation_courte", "short_description"),
    plain("presentation", "description", parse_paragraphs),
    term("echelle", "scale", Vocabulary.SCALE),
    term("typologie", "area_type", Vocabulary.AREA_TYPE),
    Column(
        "communes",
        parse=lambda text, cells, reference: parse_communes(text, reference),
        read=current_communes,
        write=write_communes,
        empty=frozenset(),
    ),
    Column(
        "epci",
        parse=lambda text, cells, reference: parse_epcis(text, reference),
        read=lambda page: frozenset(item.epci for item in page.epci_items.all()),
        write=write_epcis,
        empty=frozenset(),
    ),
    plain("population", "declared_population"),
    plain("annee_population", "population_year"),
    plain("contrat_de_ville", "city_contract"),
    Column(
        "structure_porteuse",
        parse=lambda text, cells, reference: parse_organisation(text, cells.get("type_structure", ""), reference),
        read=lambda page: page.carrier,
        write=write_carrier,
    ),
    plain("site_web", "website"),
    plain("page_collectivite", "authority_website"),
    plain("email_generique", "generic_email"),
    plain("presidence_fonction", "presidency_role"),
    plain("presidence_collectivite", "presidency_authority"),
    Column(
        "co_animation",
        parse=lambda text, cells, reference: parse_all(text, parse_cofacilitation),
        read=read_cofacilitation,
        write=write_cofacilitation,
        empty=[],
    ),
    choice("representation_usagers", "user_representation"),
    plain("organismes_usagers", "user_representation_detail"),
    choice("representation_aidants", "carer_representation"),
    plain("organismes_aidants", "carer_representation_detail"),
    Column(
        "instances",
        parse=lambda text, cells, reference: parse_all(text, lambda part: parse_body(part, reference)),
        read=read_bodies,
        write=write_bodies,
        empty=[],
    ),
    plain("commission_situations_complexes", "has_complex_cases_committee", parse_yes_no),
    plain("poste_vacant", "is_vacant", parse_yes_no),
    plain("vacant_depuis", "vacant_since", parse_day),
    choice("cls", "health_contract"),
    plain("intitule_cls", "health_contract_title"),
    plain("ptsm", "ptsm_name"),
    plain("autres_liens", "other_links"),
    Column(
        "themes",
        parse=lambda text, cells, reference: frozenset(parse_all(text, reference.theme)),
        read=lambda page: frozenset(page.themes.all()),
        write=write_themes,
        empty=frozenset(),
    ),
    term_list("objectifs", "objectives", Vocabulary.OBJECTIVE),
    term_list("publics", "audiences", Vocabulary.AUDIENCE),
    plain("periode_feuille_de_route", "roadmap_period"),
    plain("annee_diagnostic", "diagnosis_year"),
]

#: Every name that a header may hold. « type_structure » is read together with « structure_porteuse ».
COLUMN_NAMES = [KEY, *(column.name for column in COLUMNS), "type_structure"]
