"""Sends the planned reminders of the census. To run every morning (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from caps_sheets.capitalisation.census.reminders import remind_due


class Command(BaseCommand):
    help = "Relance les CLSM qui n’ont rien envoyé au recensement ouvert, aux jours que le Centre a prévus."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si c’était ce jour (AAAA-MM-JJ).")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        self.stdout.write(f"{remind_due(today)} CLSM relancé(s).")
