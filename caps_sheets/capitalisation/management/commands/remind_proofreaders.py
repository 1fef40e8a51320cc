"""Reminds the CLSMs that have not answered a proof-reading. To run every morning (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from caps_sheets.capitalisation.proofreading.links import remind_all


class Command(BaseCommand):
    help = "Rappelle les relectures sans réponse depuis sept, puis quatorze jours."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si c’était ce jour (AAAA-MM-JJ).")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        self.stdout.write(f"{remind_all(today)} CLSM rappelé(s).")
