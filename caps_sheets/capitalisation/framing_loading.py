"""Loading of the framing criteria shipped with the portal (``data/framing_criteria.csv``, in display order)."""

import csv
from pathlib import Path

from caps_sheets.capitalisation.models import FramingCriterion

CRITERIA = Path(__file__).parent / "data" / "framing_criteria.csv"


def load_criteria() -> int:
    """Create the criteria that are missing and return how many; what the Centre edited is never touched."""
    created = 0
    with CRITERIA.open(encoding="utf-8", newline="") as file:
        for order, row in enumerate(csv.DictReader(file), start=1):
            values = {
                "label": row["label"],
                "help": row["help"],
                "is_blocking": bool(row["is_blocking"]),
                "weight": int(row["weight"]),
                "order": order,
            }
            created += FramingCriterion.objects.get_or_create(slug=row["slug"], defaults=values)[1]
    return created
