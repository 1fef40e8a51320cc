"""``manage.py expire_coordinators``: to run every night (docs/operations.md)."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand

from network.coordination.assignments import expire_coordinators
from network.coordination.claims import forget_senders
from network.messages.services import take_over_vacant


class Command(BaseCommand):
    help = "Retire les droits des postes finis et des comptes inactifs depuis un an ; prévient un mois avant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="faire comme si c’était ce jour-là"
        )

    def handle(self, *args: object, today: date | None, **options: object) -> None:
        done = expire_coordinators(today)
        forgotten = forget_senders(today)
        passed = take_over_vacant(today)
        self.stdout.write(
            f"Droits retirés après la fin d’un poste : {done.closed}. Postes inactifs clos : {done.expired}. "
            f"Personnes prévenues : {done.warned}. Empreintes de demandes effacées : {forgotten}. "
            f"Messages passés au Centre : {passed}."
        )
