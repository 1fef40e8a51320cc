"""Warns, then erases, people whose account was unused for two years. Every night (docs/operations.md)."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal.moderation.dormant_accounts import erase_dormant_accounts


class Command(BaseCommand):
    help = "Efface les comptes sans connexion depuis 24 mois, trente jours après en avoir prévenu la personne."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--today", type=date.fromisoformat, help="Faire comme si l’on était le AAAA-MM-JJ.")
        parser.add_argument("--dry-run", action="store_true", help="Dire ce qui serait fait, sans rien changer.")

    def handle(self, *args: Any, today: date | None = None, dry_run: bool = False, **options: Any) -> None:
        done = erase_dormant_accounts(today, dry_run=dry_run)
        if dry_run:
            self.stdout.write("Essai : rien n’est changé.")
        self.stdout.write(f"Comptes prévenus : {_numbers(done.warned)}. Comptes effacés : {_numbers(done.erased)}.")
        for number, obstacles in done.held.items():
            self.stdout.write(f"Compte n° {number} gardé : {' '.join(obstacles)}")


def _numbers(accounts: list[int]) -> str:
    """Numbers, not e-mail addresses: the output of a nightly command is logged."""
    return f"{len(accounts)}" + (f" (n° {', '.join(map(str, accounts))})" if accounts else "")
