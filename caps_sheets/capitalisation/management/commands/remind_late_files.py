"""Notifies the owner of a case file whose due date has passed. To run every morning (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from caps_sheets.capitalisation.case_files.notifications import remind_late_files


class Command(BaseCommand):
    help = "Prévient l’accompagnateur·rice de chaque dossier dont l’échéance est passée, une fois par échéance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si c’était ce jour (AAAA-MM-JJ).")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        self.stdout.write(f"{remind_late_files(today)} échéance(s) dépassée(s) annoncée(s).")
