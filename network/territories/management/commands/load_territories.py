"""``manage.py load_territories``: loads the official divisions of France from the data files of this app."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from network.territories.files import read
from network.territories.services import Change, load


class Command(BaseCommand):
    help = "Charge les régions, départements, EPCI, EPT et communes. Peut être relancée sans risque."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--departments",
            default="",
            metavar="34,2A,974",
            help="ne charger que ces départements (rien n’est alors retiré)",
        )

    def handle(self, *args: object, departments: str, **options: object) -> None:
        only = {code.strip().upper() for code in departments.split(",") if code.strip()}
        unknown = sorted(only - {row["code"] for row in read("departments")})
        if unknown:
            raise CommandError(f"Département inconnu : {', '.join(unknown)}.")
        changes = load(only)
        for change in changes:
            self._report(change)
        if all(change.is_empty for change in changes):
            self.stdout.write("Aucun changement.")

    def _report(self, change: Change) -> None:
        counts = f"ajouts {change.created}, modifications {change.updated}, retraits {change.removed}"
        self.stdout.write(
            f"{change.label} : {change.read} (dont {counts})"
            if not change.is_empty
            else f"{change.label} : {change.read}"
        )
        for name in change.kept:
            self.stdout.write(f"  conservé, bien qu’absent des données, car encore utilisé : {name}")
