"""Fills the portal with the demonstration: real pages, created under the same rules as any other."""

import argparse
import io
from contextlib import redirect_stdout

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.demo import accounts
from portal.demo.contents import seed_contents
from search.outbox import paused, rebuild


class Command(BaseCommand):
    help = "Charge les contenus de démonstration. Relancée, n’ajoute que ce qui manque."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="Accepte de s’exécuter hors développement.")

    def handle(self, *args: object, force: bool, **options: object) -> None:
        if not (settings.DEBUG or force):
            raise CommandError("Les comptes de démonstration ont un mot de passe connu : développement seulement.")
        with paused():
            call_command("setup_portal", stdout=self.stdout)
            # The console mail back end would otherwise print the notices to fictitious people.
            with redirect_stdout(io.StringIO()), transaction.atomic():
                accounts.make_accounts()
                lines = list(seed_contents())
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{rebuild()} documents trouvables par la recherche")
        names = ", ".join(name for name, *_ in accounts.ACCOUNTS)
        self.stdout.write(f"Comptes @{accounts.DOMAIN} : {names}")
        self.stdout.write(f"Mot de passe : {accounts.PASSWORD}")
