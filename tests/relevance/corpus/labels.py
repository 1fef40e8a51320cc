"""The labels of the portal's vocabularies, read from its reference files."""

import csv
from functools import lru_cache

from portal.taxonomies.services import DATA_DIR


@lru_cache
def labels(vocabulary: str) -> dict[str, str]:
    """Slug → label of one vocabulary; « themes » for the themes."""
    with (DATA_DIR / f"{vocabulary}.csv").open(encoding="utf-8", newline="") as handle:
        return {row["slug"]: row.get("label") or row["name"] for row in csv.DictReader(handle)}


def label(vocabulary: str, slug: str) -> str:
    return labels(vocabulary)[slug]
