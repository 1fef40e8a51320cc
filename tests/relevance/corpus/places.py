"""The real communes that the invented CLSM cover, read from the portal's own reference files."""

import csv
from dataclasses import dataclass
from functools import lru_cache

from network.territories.files import DATA, department_of
from tests.relevance.corpus.sources import lines

DEPARTMENTS = tuple(lines("departments.txt")[0].split())
MAX_POPULATION_RANK = 4


@dataclass(frozen=True)
class Place:
    """One commune. ``epcis``: SIREN of the groups it belongs to."""

    code: str
    name: str
    department: str
    population: int
    epcis: tuple[str, ...]


@lru_cache
def places() -> dict[str, Place]:
    """By INSEE code, in the départements of the corpus; the arrondissements of the three cities are left out."""
    found = {}
    with (DATA / "communes.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            department = department_of(row["code"])
            if department in DEPARTMENTS and "Arrondissement" not in row["name"]:
                population = int(row["population"])
                epcis = tuple(row["epcis"].split())
                found[row["code"]] = Place(row["code"], row["name"], department, population, epcis)
    return found


@lru_cache
def regions() -> dict[str, str]:
    """Département → region, by code."""
    with (DATA / "departments.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row["region"] for row in csv.DictReader(handle)}


@lru_cache
def members(epci: str) -> tuple[str, ...]:
    """The communes of an EPCI."""
    return tuple(place.code for place in places().values() if epci in place.epcis)


def largest(department: str) -> list[Place]:
    """The most populated communes of a département, largest first."""
    ranked = sorted((p for p in places().values() if p.department == department), key=lambda p: (-p.population, p.code))
    return ranked[:MAX_POPULATION_RANK]
