"""The columns of the CLSM import: how each is parsed from a cell, compared with a profile, written, exported."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.html import strip_tags
from django.utils.text import slugify

from network.models import ClsmBody, ClsmCofacilitation, ClsmCommune, ClsmEpci, ClsmPage, Organisation
from network.models.clsm import DatePrecision
from network.models.organisations import nearest_names, organisation_key
from network.territories.models import Commune, Epci
from network.territories.places import Kind
from network.territories.resolver import places_in
from portal.base.plurals import counted
from portal.base.readings import NAMED_LINES
from portal.base.tables import cells
from portal.base.tables.cells import Dated, Say
from portal.base.tables.columns import FieldColumns, text_of
from portal.base.tables.importer import Cell, Column, Reference
from portal.base.tables.lines import Line
from portal.taxonomies.models import Term, Theme, Vocabulary

Item = TypeVar("Item")
Row = TypeVar("Row", Commune, Epci)


@dataclass
class TermReference(Reference):
    """The vocabularies, by every spelling of a term."""

    terms: dict[str, dict[str, Term]] = field(default_factory=dict)
    themes: dict[str, Theme] = field(default_factory=dict)

    def load_terms(self) -> None:
        self.terms = {name: {} for name in Vocabulary.values}
        for term in Term.objects.all():
            for spelling in (term.slug, slugify(term.label), *map(slugify, term.synonym_list())):
                self.terms[term.vocabulary].setdefault(spelling, term)
        for theme in Theme.objects.all():
            for spelling in (theme.slug, slugify(theme.name), *map(slugify, theme.synonym_list())):
                self.themes.setdefault(spelling, theme)

    def term(self, text: str, vocabulary: Vocabulary) -> Term:
        return pick(self.terms[vocabulary], text, vocabulary.label)

    def labels(self, vocabulary: Vocabulary) -> list[str]:
        """Of the terms that are proposed; a withdrawn one is still understood."""
        return list(dict.fromkeys(str(term) for term in self.terms[vocabulary].values() if term.is_active))

    def theme_names(self) -> list[str]:
        return list(dict.fromkeys(str(theme) for theme in self.themes.values() if theme.is_active))

    def theme(self, text: str) -> Theme:
        return pick(self.themes, text, "thèmes")


TermCell = Cell[Any, TermReference]


def read_lists() -> TermReference:
    """The vocabularies alone."""
    lists = TermReference()
    lists.load_terms()
    return lists


def pick(items: dict[str, Item], text: str, name: str) -> Item:
    item = items.get(slugify(text))
    if item is None:
        raise ValueError(absent(items, text, name))
    return item


def absent(items: dict[str, Item], text: str, name: str) -> str:
    near = cells.nearest(text, {spelling: str(item) for spelling, item in items.items()})
    return f"« {text} » ne figure pas dans la liste « {name} »{near}"


def parse_items(text: str, items: dict[str, Item], name: str, say: Say) -> list[Item]:
    """The items that a cell lists; the refusal names every part that is not one."""
    found, unknown = cells.listed(text, lambda part: items.get(slugify(part)), say)
    if unknown:
        others = f" ; et {counted(len(unknown) - NAMED_LINES, 'autre')}" if len(unknown) > NAMED_LINES else ""
        raise ValueError(" ; ".join(absent(items, part, name) for part in unknown[:NAMED_LINES]) + others)
    return found


def parse_all(text: str, parse: Callable[[str], Item]) -> list[Item]:
    """Each part of ``text`` between bars, semicolons or line breaks; the refusal names every part that is wrong."""
    values: list[Item] = []
    problems = []
    for part in filter(None, map(str.strip, cells.STRONG_SEPARATORS.split(text))):
        try:
            value = parse(part)
        except ValueError as error:
            problems.append(str(error))
            continue
        if value not in values:
            values.append(value)
    if problems:
        raise ValueError(" ; ".join(problems))
    return values


def parse_communes(cell: Cell) -> frozenset[Commune]:
    """As people write them: « Lodève, Gignac (34) », « 34150 Gignac », a former name, an INSEE code if no postcode."""
    return _rows(Commune.objects.all(), cell, Kind.COMMUNE)


def parse_epcis(cell: Cell) -> frozenset[Epci]:
    """By SIREN or by name, « communauté de communes » in full or not."""
    return _rows(Epci.objects.all(), cell, Kind.EPCI)


def _rows(rows: QuerySet[Row], cell: Cell, kind: Kind) -> frozenset[Row]:
    resolutions = places_in(cell.text, kind)
    known = rows.in_bulk([resolution.places[0].code for resolution in resolutions])
    absent = [resolution.text for resolution in resolutions if resolution.places[0].code not in known]
    if absent:
        raise ValueError(f"« {' », « '.join(absent)} » : ce territoire n’est pas chargé dans ce portail")
    for resolution in resolutions:
        if resolution.notice:
            cell.say(resolution.notice)
    return frozenset(known.values())


CARRIER, CARRIER_KIND = "structure_porteuse", "type_structure"
CARRIER_LABEL, CARRIER_KIND_LABEL = "Structure porteuse", "Type de la structure porteuse"


def known_organisation(name: str) -> Organisation | None:
    return Organisation.objects.filter(name__iexact=name).select_related("kind").first()


def parse_organisation(cell: Cell[ClsmPage, ClsmReference]) -> Organisation:
    """The organisation of this name, or a new unsaved one of the type that the line gives."""
    typed = cells.plain_text(cell.raw, cell.say)
    name = cell.reference.organisation_name(typed)
    if name.casefold() != typed.casefold():
        cell.say(f"lu comme « {name} », déjà connue sous cette écriture")
    kind_text = cells.as_read(cell.line.cells.get(CARRIER_KIND, "")) or cell.reference.organisations.get(
        organisation_key(name), ""
    )
    if known := known_organisation(name):
        return known
    if not kind_text:
        raise ValueError(f"« {name} » n’existe pas encore : indiquez son type dans « {CARRIER_KIND_LABEL} »")
    try:
        kind = cell.reference.term(kind_text, Vocabulary.ORGANISATION_TYPE)
    except ValueError:
        kind = None  # refused by its own column
    if name == typed and kind:
        cell.say(f"nouvelle organisation ({kind}){cell.reference.organisation_like(name)}")
    return Organisation(name=name, kind=kind)


def parse_organisation_kind(cell: Cell[ClsmPage, ClsmReference]) -> Term | None:
    """The type of the organisation of the line: read with it, never changed by itself."""
    term = cell.reference.term(cell.text, Vocabulary.ORGANISATION_TYPE)
    name = cell.reference.organisation_name(cells.as_read(cell.line.cells.get(CARRIER, "")))
    if not name:
        cell.say(f"cette cellule n’est pas lue : elle l’est avec « {CARRIER_LABEL} »")
    elif (known := known_organisation(name)) and known.kind != term:
        raise ValueError(f"« {known.name} » existe déjà avec le type « {known.kind} »")
    return carrier_kind(cell.record) if cell.record and not name else term


def carrier_kind(page: ClsmPage) -> Term | None:
    return page.carrier.kind if page.carrier else None


def parse_cofacilitation(text: str) -> tuple[str, str, str]:
    """« établissement / pôle / fonction »; the last two are optional."""
    parts = [part.strip() for part in text.split("/")]
    if len(parts) > 3 or not parts[0]:
        raise ValueError(f"« {text} » ne suit pas le modèle « établissement / pôle / fonction »")
    hospital, unit, role = [*parts, "", ""][:3]
    return hospital, unit, role


def cofacilitation_text(value: tuple[str, str, str]) -> str:
    return " / ".join(value).rstrip(" /")


def parse_body(text: str, reference: TermReference) -> tuple[Term, str]:
    """« type : appellation locale »; the second part is optional."""
    kind, _, label = text.partition(":")
    return reference.term(kind.strip(), Vocabulary.BODY_TYPE), label.strip()


def body_text(value: tuple[Term, str]) -> str:
    kind, label = value
    return f"{kind} : {label}" if label else str(kind)


TITLE = "nom"
#: Words that any CLSM may bear.
COMMON_WORDS = {"clsm", "conseil", "local", "de", "sante", "mentale", "du", "des", "la", "le", "les", "d", "l", "et"}


@dataclass
class ClsmReference(TermReference):
    """``organisations``: ``organisation_key`` of a name → the type that an earlier line of the file gave it.

    ``spellings``: ``organisation_key`` → the name of an organisation of the portal, or the first one of the file.

    ``names``: each CLSM and line accepted, in a few words for people → ``title_words`` of its name. ``taken``: name in
    small letters → the line accepted that bears it.
    """

    organisations: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    taken: dict[str, Line] = field(default_factory=dict)
    spellings: dict[str, str] = field(default_factory=dict)

    def organisation_name(self, typed: str) -> str:
        return self.spellings.get(organisation_key(typed), typed)

    def organisation_like(self, name: str) -> str:
        """« , qui ressemble à « … » », "" if none is known."""
        near = nearest_names(name, self.spellings)
        return f", qui ressemble à « {near[0]} » : si c’est la même, écrivez ce nom" if near else ""

    def accept(self, line: Line) -> None:
        super().accept(line)
        name, kind = (cells.as_read(line.cells.get(column, "")) for column in (CARRIER, CARRIER_KIND))
        if name and kind:
            self.organisations.setdefault(organisation_key(name), kind)
            self.spellings.setdefault(organisation_key(name), name)
        title = cells.as_read(line.cells.get(TITLE, ""))
        self.names[f"« {title} », ligne {line.number}"] = title_words(title)
        self.taken[title.casefold()] = line


def title_words(title: str) -> str:
    """The words of a name that tell one CLSM from another, sorted."""
    return " ".join(sorted(word for word in slugify(title).split("-") if word not in COMMON_WORDS))


SEPARATOR = " | "

fields = FieldColumns(ClsmPage)


def joined(values: Iterable[object]) -> str:
    return SEPARATOR.join(map(str, values))


def sorted_text(values: Iterable[object]) -> str:
    return SEPARATOR.join(sorted(map(str, values)))


def sorted_labels(values: Iterable[object]) -> list[str]:
    return sorted(map(str, values))


def places_shown(values: Iterable[Commune | Epci]) -> list[dict[str, str]]:
    """By name, with the INSEE code or the SIREN."""
    return [{"code": str(place.pk), "name": str(place)} for place in sorted(values, key=str)]


def term(column: str, name: str, vocabulary: Vocabulary, help_text: str, **options: Any) -> Column:
    return Column(
        column,
        help_text,
        parse=lambda cell: cell.reference.term(cell.text, vocabulary),
        read=lambda record: getattr(record, name),
        write=lambda record, value: setattr(record, name, value),
        shown=str,
        allowed=lambda lists: lists.labels(vocabulary),
        **options,
    )


def items_column(column: str, parse: Any, read: Any, write: Any, help_text: str, **options: Any) -> Column:
    """A list without order: its labels, sorted, between bars."""
    defaults: dict[str, Any] = {"text": sorted_text, "shown": sorted_labels, "empty": frozenset()}
    return Column(column, help_text, parse, read, write, **(defaults | options))


def terms_of(vocabulary: Vocabulary) -> Callable[[TermCell], frozenset[Term]]:
    def parse(cell: TermCell) -> frozenset[Term]:
        return frozenset(parse_items(cell.text, cell.reference.terms[vocabulary], vocabulary.label, cell.say))

    return parse


def themes_of(cell: TermCell) -> frozenset[Theme]:
    return frozenset(parse_items(cell.text, cell.reference.themes, "thèmes", cell.say))


def term_list(column: str, name: str, vocabulary: Vocabulary, help_text: str, **options: Any) -> Column:
    def write(page: ClsmPage, value: frozenset[Term]) -> None:
        setattr(page, name, sorted(value, key=lambda item: item.pk))

    def read(page: ClsmPage) -> frozenset[Term]:
        return frozenset(getattr(page, name).all())

    options = {"allowed": lambda lists: lists.labels(vocabulary)} | options
    return items_column(column, terms_of(vocabulary), read, write, help_text, **options)


def paragraphs_text(html: str) -> str:
    """One line per paragraph or item of a list, without markup."""
    blocks = re.sub(r"<br\s*/?>|</(?:p|li|h[1-6]|ul|ol|blockquote)>", "\n", html)
    return "\n".join(filter(None, (" ".join(line.split()) for line in unescape(strip_tags(blocks)).splitlines())))


def parse_description(cell: Cell[ClsmPage, ClsmReference]) -> str:
    if cell.record and cell.record.description != cells.paragraphs(paragraphs_text(cell.record.description)):
        cell.say("la mise en forme de l’ancien texte (liens, gras, listes) est perdue")
    return cells.paragraphs(text_of(cell))


def read_created_on(page: ClsmPage) -> Dated | None:
    return Dated(page.created_on, page.created_precision) if page.created_on else None


def write_created_on(page: ClsmPage, value: Dated | None) -> None:
    page.created_on, page.created_precision = value or (None, DatePrecision.YEAR.value)


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
    fields.text(
        TITLE,
        "title",
        "Nom du CLSM, tel que le public le lit.",
        label="Nom du CLSM",
        example="CLSM du Val d’Exemple",
        synonyms=("Nom du CLSM", "Titre", "Intitulé du CLSM", "CLSM"),
        is_required=True,
        may_be_empty=False,
    ),
    fields.text("sigle", "short_name", "Nom court ou sigle.", example="CLSM VE", synonyms=("Nom court",)),
    fields.text("autre_appellation", "other_name", "Autre nom sous lequel il est connu."),
    term("statut", "status", Vocabulary.CLSM_STATUS, "Un statut de la liste.", label="Statut", example="En projet"),
    fields.day(
        "date_statut",
        "status_date",
        "Depuis quand il a ce statut : date complète.",
        lambda cell: cells.full_day(cell.text, cell.say, is_month_first=cell.is_month_first),
        example="2020-01-15",
        synonyms=("Date du statut",),
    ),
    Column(
        "date_creation",
        "Première assemblée plénière : année, mois et année, ou jour ; la précision est gardée.",
        parse=lambda cell: cells.dated(cell.text, cell.say, is_month_first=cell.is_month_first),
        read=read_created_on,
        write=write_created_on,
        shown=str,
        label="Date de création",
        example="2019-11",
        synonyms=("Date de création", "Année de création", "Créé en", "Date d’installation"),
    ),
    fields.text(
        "presentation_courte",
        "short_description",
        "300 caractères au plus.",
        example="Trois communes réunies autour de l’accès aux soins.",
    ),
    fields.column(
        "presentation",
        "description",
        "Texte, un paragraphe par ligne de la cellule.",
        parse_description,
        text=paragraphs_text,
        shown=paragraphs_text,
    ),
    term("echelle", "scale", Vocabulary.SCALE, "Une échelle de la liste.", label="Échelle", example="Intercommunale"),
    term(
        "typologie", "area_type", Vocabulary.AREA_TYPE, "Une typologie de la liste.", label="Typologie", example="Rural"
    ),
    items_column(
        "communes",
        parse_communes,
        current_communes,
        write_communes,
        "Communes couvertes : leur nom et leur département, ou leur code INSEE.",
        shown=places_shown,
        label="Communes couvertes",
        example="Lodève (34) | Gignac (34)",
        synonyms=("Communes couvertes", "Commune"),
    ),
    items_column(
        "epci",
        parse_epcis,
        lambda page: frozenset(item.epci for item in page.epci_items.all()),
        write_epcis,
        "EPCI ou EPT couverts en entier : leur SIREN ou leur nom.",
        shown=places_shown,
        text=lambda value: SEPARATOR.join(sorted(epci.siren for epci in value)),
        label="EPCI couverts",
        example="CC du Clermontais",
        synonyms=("EPCI couverts", "Intercommunalité"),
    ),
    fields.number("population", "declared_population", "Seulement si le calcul par les communes ne convient pas."),
    fields.year("annee_population", "population_year", "Millésime de cette population."),
    fields.text("contrat_de_ville", "city_contract", "Contrat de ville lié."),
    Column(
        CARRIER,
        "Nom de l’organisation qui porte le CLSM.",
        parse_organisation,
        read=lambda page: page.carrier,
        write=write_carrier,
        shown=str,
        label=CARRIER_LABEL,
        example="Commune d’exemple",
        synonyms=("Porteur", "Structure porteuse"),
    ),
    Column(
        CARRIER_KIND,
        "Type de cette organisation, nécessaire si le portail ne la connaît pas encore.",
        parse_organisation_kind,
        read=carrier_kind,
        write=lambda page, value: None,
        shown=str,
        label=CARRIER_KIND_LABEL,
        allowed=lambda lists: lists.labels(Vocabulary.ORGANISATION_TYPE),
        example="Commune",
        may_be_empty=False,
    ),
    fields.address("site_web", "website", "Adresse du site.", example="https://clsm.example", synonyms=("Site",)),
    fields.address("page_collectivite", "authority_website", "Adresse de la page de la collectivité."),
    fields.email(
        "email_generique",
        "generic_email",
        "Adresse du CLSM, jamais affichée.",
        label="E-mail du CLSM",
        example="clsm@ville.example",
        synonyms=("E-mail", "Mail", "Adresse e-mail", "Courriel"),
    ),
    fields.text("presidence_fonction", "presidency_role", "Une fonction, jamais un nom."),
    fields.text("presidence_collectivite", "presidency_authority", "Collectivité de la présidence."),
    Column(
        "co_animation",
        "« établissement / pôle / fonction », séparés par une barre verticale s’il y en a plusieurs.",
        parse=lambda cell: parse_all(cell.text, parse_cofacilitation),
        read=read_cofacilitation,
        write=write_cofacilitation,
        text=lambda value: joined(map(cofacilitation_text, value)),
        shown=lambda value: list(map(cofacilitation_text, value)),
        label="Co-animation",
        example="Centre hospitalier d’exemple / Pôle adulte / Médecin chef de pôle",
        empty=[],
    ),
    fields.choice("representation_usagers", "user_representation", "oui, non ou en construction."),
    fields.text("organismes_usagers", "user_representation_detail", "Organismes d’usagers (GEM…)."),
    fields.choice("representation_aidants", "carer_representation", "oui, non ou en construction."),
    fields.text("organismes_aidants", "carer_representation_detail", "Organismes d’aidants."),
    Column(
        "instances",
        "« type : appellation locale », séparés par une barre verticale s’il y en a plusieurs.",
        parse=lambda cell: parse_all(cell.text, lambda part: parse_body(part, cell.reference)),
        read=read_bodies,
        write=write_bodies,
        text=lambda value: joined(map(body_text, value)),
        shown=lambda value: list(map(body_text, value)),
        label="Instances",
        allowed=lambda lists: lists.labels(Vocabulary.BODY_TYPE),
        example="Comité de pilotage (COPIL) : COPIL du CLSM",
        empty=[],
    ),
    fields.yes_no("commission_situations_complexes", "has_complex_cases_committee", "oui ou non."),
    fields.yes_no("poste_vacant", "is_vacant", "oui ou non : le poste de coordination."),
    fields.day(
        "vacant_depuis",
        "vacant_since",
        "Date complète.",
        lambda cell: cells.full_day(cell.text, cell.say, is_month_first=cell.is_month_first),
    ),
    fields.choice("cls", "health_contract", "oui, non ou en projet.", synonyms=("Contrat local de santé",)),
    fields.text("intitule_cls", "health_contract_title", "Intitulé et période du CLS."),
    fields.text("ptsm", "ptsm_name", "Projet territorial de santé mentale."),
    fields.text("autres_liens", "other_links", "ASV, CPTS, DAC…"),
    items_column(
        "themes",
        themes_of,
        lambda page: frozenset(page.themes.all()),
        write_themes,
        "Thèmes de la liste, séparés par une barre verticale.",
        label="Thèmes prioritaires",
        allowed=lambda lists: lists.theme_names(),
        synonyms=("Thèmes prioritaires",),
    ),
    term_list("objectifs", "objectives", Vocabulary.OBJECTIVE, "Objectifs de la liste.", label="Objectifs"),
    term_list("publics", "audiences", Vocabulary.AUDIENCE, "Publics de la liste.", label="Publics"),
    fields.text("periode_feuille_de_route", "roadmap_period", "Par exemple 2024-2027.", example="2024-2027"),
    fields.year("annee_diagnostic", "diagnosis_year", "Année du diagnostic."),
]
