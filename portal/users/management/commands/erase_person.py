"""Erases one person, on their request."""

import argparse

from django.core.management.base import BaseCommand, CommandError

from portal.base.errors import RefusedError
from portal.users.privacy.erasure import erase_person
from portal.users.privacy.people import find_person, traces


class Command(BaseCommand):
    help = "Efface une personne : supprime ce qui est à elle, rend anonyme ce qui doit rester. Ne se reprend pas."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", help="L’adresse électronique de la personne.")
        parser.add_argument("--dry-run", action="store_true", help="Dit ce qui serait effacé, sans rien changer.")

    def handle(self, *args: object, email: str, dry_run: bool, **options: object) -> None:
        person = find_person(email)
        if dry_run:
            for trace in traces(person):
                self.stdout.write(f"{trace.holding.label} : {trace.count}, {trace.holding.erasure.value}")
            return
        try:
            done = erase_person(person, by=None)
        except RefusedError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(f"{done.total()} lignes traitées.")
