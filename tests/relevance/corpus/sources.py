"""Reading of the data files of the corpus."""

import csv
import tomllib
from pathlib import Path
from typing import Any

DATA_DIR = Path(__file__).parent / "data"


def lines(name: str) -> list[str]:
    return [line for line in (DATA_DIR / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def tables(name: str) -> dict[str, Any]:
    """A TOML file: its tables by name, in order."""
    with (DATA_DIR / name).open("rb") as handle:
        return tomllib.load(handle)


def rows(name: str) -> list[dict[str, str]]:
    with (DATA_DIR / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
