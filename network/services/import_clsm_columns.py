"""The columns of an import: how each is read from a cell, compared with a profile, and written to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from network.models import ClsmBody, ClsmCofacilitation, ClsmCommune, ClsmEpci, ClsmPage, Organisation
from network.models.clsm import DatePrecision
from network.services import import_clsm_values as values
from network.services.import_clsm_values import Reference
from network.territories.models import Commune, Epci
from portal.base.csv_import import KEY
from portal.taxonomies.models import Term, Theme, Vocabulary

Cells = dict[str, str]
Parse = Callable[[str, Cells, Reference], object]


@dataclass(frozen=True, eq=False)
class Column:
    """``parse`` raises ``ValueError`` or ``ValidationError``; ``empty`` is what « (vide) » stands for, if allowed."""

    name: str
    parse: Parse
    read: Callable[[ClsmPage], object]
    write: Callable[[ClsmPage, Any], None]
    empty: object = None
    may_be_empty: bool = True


def field_of(name: str) -> Any:
    return ClsmPage._meta.get_field(name)


def plain(column: str, name: str, convert: Callable[[str], object] = str) -> Column:
    """A column that fills one field, with the checks of that field (length, address, number…)."""
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
    return plain(column, name, partial(values.parse_choice, choices=field_of(name).choices))


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
        parse=lambda text, cells, reference: frozenset(
            values.parse_all(text, lambda part: reference.term(part, vocabulary))
        ),
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
    """Keep the dated rows of the past, and the start date of the communes that stay."""
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
    plain("date_statut", "status_date", values.parse_day),
    Column(
        "date_creation",
        parse=lambda text, cells, reference: values.parse_dated(text),
        read=lambda page: (page.created_on, page.created_precision),
        write=write_created_on,
        empty=(None, DatePrecision.YEAR.value),
    ),
    plain("presentation_courte", "short_description"),
    plain("presentation", "description", values.parse_paragraphs),
    term("echelle", "scale", Vocabulary.SCALE),
    term("typologie", "area_type", Vocabulary.AREA_TYPE),
    Column(
        "communes",
        parse=lambda text, cells, reference: frozenset(values.parse_all(text, values.parse_commune)),
        read=current_communes,
        write=write_communes,
        empty=frozenset(),
    ),
    Column(
        "epci",
        parse=lambda text, cells, reference: frozenset(values.parse_all(text, values.parse_epci)),
        read=lambda page: frozenset(item.epci for item in page.epci_items.all()),
        write=write_epcis,
        empty=frozenset(),
    ),
    plain("population", "declared_population"),
    plain("annee_population", "population_year"),
    plain("contrat_de_ville", "city_contract"),
    Column(
        "structure_porteuse",
        parse=lambda text, cells, reference: values.parse_organisation(
            text, cells.get("type_structure", ""), reference
        ),
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
        parse=lambda text, cells, reference: values.parse_all(text, values.parse_cofacilitation),
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
        parse=lambda text, cells, reference: values.parse_all(text, lambda part: values.parse_body(part, reference)),
        read=read_bodies,
        write=write_bodies,
        empty=[],
    ),
    plain("commission_situations_complexes", "has_complex_cases_committee", values.parse_yes_no),
    plain("poste_vacant", "is_vacant", values.parse_yes_no),
    plain("vacant_depuis", "vacant_since", values.parse_day),
    choice("cls", "health_contract"),
    plain("intitule_cls", "health_contract_title"),
    plain("ptsm", "ptsm_name"),
    plain("autres_liens", "other_links"),
    Column(
        "themes",
        parse=lambda text, cells, reference: frozenset(values.parse_all(text, reference.theme)),
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
