"""Where the proof-reading of the sheet stands, on the page of its case file."""

from typing import Any

from caps_sheets.capitalisation.case_files.queries import CasePanel
from caps_sheets.capitalisation.models import CaseFile
from caps_sheets.capitalisation.proofreading.rounds import latest_round
from portal.users.models import User


def read(case_file: CaseFile, user: User) -> dict[str, Any] | None:
    """None while nobody was asked to read the sheet."""
    found = latest_round(case_file.sheet) if case_file.sheet else None
    return {"round": found, "replies": found.replies.all()} if found else None


PANEL = CasePanel(
    "relecture-clsm", "Relecture par le CLSM", 40, "wagtailadmin/capitalisation/case_proofreading.html", read
)
