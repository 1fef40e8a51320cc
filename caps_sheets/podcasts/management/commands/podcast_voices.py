"""Notifies the Centre of broadcast voices whose agreement ends. To run every morning (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from caps_sheets.podcasts.production.voices import tell_ends


class Command(BaseCommand):
    help = "Signale les autorisations de voix d’épisodes en ligne qui prennent fin dans le mois, ou ont pris fin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si c’était ce jour (AAAA-MM-JJ).")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        self.stdout.write(f"{tell_ends(today or timezone.localdate())} autorisation(s) signalée(s).")
