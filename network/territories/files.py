"""The reference data as files: ``data/*.csv``, rebuilt once a year by ``scripts/build_territories.py``."""

import csv
from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        yield from csv.DictReader(handle)


def department_of(insee: str) -> str:
    """« 34079 » → « 34 », « 97411 » → « 974 »: overseas codes have three characters."""
    return insee[:3] if insee.startswith(("97", "98")) else insee[:2]
