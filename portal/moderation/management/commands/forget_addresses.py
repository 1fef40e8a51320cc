"""Erases the e-mail addresses that people without an account left, once they are no longer needed. Every night."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.moderation.error_reports import forget_addresses
from portal.moderation.notices.delivery import forget_letters


class Command(BaseCommand):
    help = "Efface, après six mois, les adresses laissées avec une erreur signalée et les lettres déjà parties."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si l’on était le AAAA-MM-JJ.")

    def handle(self, *args: Any, today: date | None = None, **options: Any) -> None:
        reports, letters = forget_addresses(today), forget_letters(today)
        self.stdout.write(f"{reports} adresse(s) et {letters} lettre(s) effacée(s).")
