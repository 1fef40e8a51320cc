"""Reminds of sheets and profiles without a recent confirmation. Every morning (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from caps_sheets.lifecycle.services import remind_sheets
from network.lifecycle.services import remind_profiles


class Command(BaseCommand):
    help = "Relance : profils non confirmés depuis 6 ou 12 mois, fiches non confirmées depuis 24 mois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si l’on était le AAAA-MM-JJ.")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        profiles, sheets = remind_profiles(today), remind_sheets(today)
        self.stdout.write(f"{profiles} profil(s) et {sheets} fiche(s) relancé(s).")
