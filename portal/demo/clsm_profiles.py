"""Sixty fictitious CLSM profiles, read from one table: real communes, invented facts, the same at every run.

``codes`` holds INSEE codes. At the scale of an EPCI, a pays or a sector they stand for the EPCI (or EPT) that they
belong to; at the scale of a département, for all its communes.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import TypeVar

from network.models import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmCommune,
    ClsmEpci,
    ClsmFunder,
    ClsmPage,
    ClsmSector,
    ClsmWorkingGroup,
)
from network.models.clsm import PlanStatus, Representation
from network.territories.models import Commune, Epci
from portal.base.articles import of
from portal.demo import lookups
from portal.demo.sheet_files import paragraphs
from portal.taxonomies.models import Vocabulary

TABLE = Path(__file__).parent / "clsms.csv"
BY_EPCI = {"intercommunale", "pays-petr", "secteur-de-psychiatrie"}
CARRIERS = {
    "commune": ("Commune {of}", "Adjointe au maire chargée de la santé"),
    "ccas-cias": ("CCAS {of}", "Vice-président du CCAS"),
    "epci": ("Intercommunalité {of}", "Vice-présidente chargée de la santé"),
    "ept": ("Établissement public territorial, {name}", "Vice-présidente chargée de la santé"),
    "syndicat-mixte-petr": ("Pays {of}", "Président du Pays"),
    "departement": ("Conseil départemental, {name}", "Conseillère départementale déléguée à la santé"),
}
OPENINGS = {
    "operationnel": "Élus, psychiatrie publique, personnes concernées et proches s’y réunissent",
    "en-projet": "Une collectivité et la psychiatrie publique préparent un conseil local",
    "en-prefiguration": "Un comité de préfiguration écrit le diagnostic et la première feuille de route",
    "en-sommeil": "Les réunions sont suspendues ; la collectivité cherche à relancer la démarche",
}
USERS = (
    (Representation.YES, "Groupe d’entraide mutuelle du territoire"),
    (Representation.YES, "Collège de personnes concernées"),
    (Representation.BUILDING, "Un collège est en cours de constitution"),
    (Representation.YES, "Deux pairs-aidants siègent au comité de pilotage"),
    (Representation.NO, ""),
)
CARERS = (
    (Representation.YES, "Délégation locale d’une association de proches"),
    (Representation.BUILDING, "Des rencontres ont lieu avec les familles"),
    (Representation.YES, "Café des aidants"),
)
RHYTHMS = ("Une fois par an", "Deux fois par an", "Chaque trimestre")
GROUP_AUDIENCES = ("adolescents", "personnes-agees", "aidants-et-proches", "tout-public", "parents")
PLANS = (PlanStatus.YES, PlanStatus.YES, PlanStatus.PLANNED, PlanStatus.NO)
FUNDERS = (("ars", "commune"), ("ars", "epci"), ("ars", "commune", "politique-de-la-ville"), ("ars", "departement"))
Row = dict[str, str]
T = TypeVar("T")


@cache
def read_table() -> tuple[Row, ...]:
    with TABLE.open(encoding="utf-8", newline="") as handle:
        return tuple(csv.DictReader(handle))


def pick(choices: Sequence[T], rank: int) -> T:
    """One of ``choices``, in turn: profiles differ, and the next run gives the same."""
    return choices[rank % len(choices)]


def build_clsm(row: Row, rank: int) -> ClsmPage:
    """The unsaved profile of one line; ``rank`` is its place in the table."""
    carrier, presidency = CARRIERS[row["carrier"]]
    users, user_detail = pick(USERS, rank)
    carers, carer_detail = pick(CARERS, rank)
    page = ClsmPage(
        title=f"CLSM {of(row['name'])}",
        slug=row["slug"],
        is_demo=True,
        short_name=f"CLSM {row['name']}",
        status=lookups.term(Vocabulary.CLSM_STATUS, row["status"]),
        status_date=date(int(row["since"] or 2025), 1 + rank % 12, 1),
        created_on=date(int(row["since"]), 1 + rank % 12, 1) if row["since"] else None,
        scale=lookups.term(Vocabulary.SCALE, row["scale"]),
        area_type=lookups.term(Vocabulary.AREA_TYPE, row["area"]),
        carrier=lookups.organisation(carrier.format(of=of(row["name"]), name=row["name"]), row["carrier"]),
        presidency_role=presidency,
        presidency_authority=carrier.format(of=of(row["name"]), name=row["name"]),
        user_representation=users,
        user_representation_detail=user_detail,
        carer_representation=carers,
        carer_representation_detail=carer_detail,
        has_complex_cases_committee="situations-complexes" in row["themes"] or rank % 3 == 0,
        health_contract=pick(PLANS, rank),
        generic_email=f"clsm.{row['slug']}@portail.example",
        roadmap_period=f"{2022 + rank % 4}–{2026 + rank % 4}" if rank % 3 else "",
        diagnosis_year=2019 + rank % 6 if rank % 2 else None,
    )
    describe(page, row, rank)
    add_territory(page, row)
    add_governance(page, row, rank)
    return page


def describe(page: ClsmPage, row: Row, rank: int) -> None:
    themes = lookups.themes_of(row["themes"].split())
    page.themes.add(*themes)
    page.objectives = sorted({theme.objective for theme in themes}, key=lambda objective: objective.order)
    page.audiences = [lookups.term(Vocabulary.AUDIENCE, pick(GROUP_AUDIENCES, rank))]
    priorities = ", ".join(in_sentence(theme.name) for theme in themes[:2])
    opening = OPENINGS[row["status"]]
    rhythm = f" {pick(RHYTHMS, rank).lower()}" if page.is_operational else ""
    page.short_description = f"{opening}{rhythm}. Priorités : {priorities}."
    page.description = paragraphs(
        f"Le conseil local de santé mentale couvre {extent(row)}. {opening}{rhythm}.\n\n"
        f"Sa feuille de route met en avant : {', '.join(in_sentence(theme.name) for theme in themes)}. "
        "Ce profil est un exemple fictif : la commune existe, le reste est inventé."
    )


def in_sentence(name: str) -> str:
    """A theme inside a sentence: its first letter lowered, its acronyms kept."""
    return name[0].lower() + name[1:]


def extent(row: Row) -> str:
    return {
        "communale": f"la commune {of(row['name'])}",
        "infra-communale": "un arrondissement",
        "pluricommunale": "plusieurs communes voisines",
        "departementale": "tout le département",
    }.get(row["scale"], "toutes les communes de l’intercommunalité")


def add_territory(page: ClsmPage, row: Row) -> None:
    codes = row["codes"].split()
    if row["scale"] in BY_EPCI:
        epcis = Epci.objects.filter(communes__in=codes).exclude(name="Métropole du Grand Paris").distinct()
        page.epci_items = [ClsmEpci(epci=epci) for epci in epcis]
        return
    communes = Commune.objects.filter(pk__in=codes)
    if row["scale"] == "departementale":
        communes = Commune.objects.filter(department__communes__in=codes)
    page.commune_items = [ClsmCommune(commune=commune, since=page.created_on) for commune in communes]


def add_governance(page: ClsmPage, row: Row, rank: int) -> None:
    hospital = f"{row['hospital']} (exemple)"
    page.cofacilitation_items = [
        ClsmCofacilitation(hospital=hospital, unit=f"Pôle de psychiatrie {1 + rank % 4}", role="Médecin chef de pôle")
    ]
    page.sector_items = [ClsmSector(kind=ClsmSector.Kind.ADULT, code=f"G{rank + 1:02}", hospital=hospital)]
    page.body_items = list(bodies(page, rank))
    page.working_group_items = list(working_groups(page, rank)) if page.is_operational else []
    year = 2026 - rank % 2
    page.funder_items = [
        ClsmFunder(kind=kind, year=year) for kind in lookups.terms_of(Vocabulary.FUNDER, pick(FUNDERS, rank))
    ]


def bodies(page: ClsmPage, rank: int) -> Iterator[ClsmBody]:
    kinds = ["comite-de-pilotage", *(["assemblee-pleniere"] if page.is_operational else [])]
    if page.has_complex_cases_committee and page.is_operational:
        kinds.append("commission-situations-complexes")
    for offset, kind in enumerate(kinds):
        yield ClsmBody(
            kind=lookups.term(Vocabulary.BODY_TYPE, kind),
            frequency=pick(RHYTHMS, rank + offset),
            composition="Élus, psychiatrie publique, personnes concernées, proches, partenaires" if not offset else "",
        )


def working_groups(page: ClsmPage, rank: int) -> Iterator[ClsmWorkingGroup]:
    states = cycle((ClsmWorkingGroup.Status.ACTIVE, ClsmWorkingGroup.Status.ACTIVE, ClsmWorkingGroup.Status.PAUSED))
    for offset, (theme, state) in enumerate(zip(page.themes.all(), states)):  # noqa: B905 - states never end
        audience = lookups.term(Vocabulary.AUDIENCE, pick(GROUP_AUDIENCES, rank + offset))
        yield ClsmWorkingGroup(title=theme.name, theme=theme, audience=audience, status=state)
