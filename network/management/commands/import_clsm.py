"""``manage.py import_clsm fichier.csv``: see docs/import-clsm.md."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from network.clsm_import.columns import COLUMN_NAMES
from network.clsm_import.importer import import_lines
from network.models import DirectoryPage
from portal.base.tables.lines import Outcome, Result, read_file
from portal.base.tables.reader import FileRefusedError


class Command(BaseCommand):
    help = "Crée et met à jour des profils de CLSM à partir d’un fichier CSV, et dit ligne par ligne ce qui est fait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="fichier.csv", help="une ligne par CLSM (docs/import-clsm.md)")
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier sans rien écrire")
        parser.add_argument("--publish", action="store_true", help="publier les profils complets")

    def handle(self, *args: object, file: Path, dry_run: bool, publish: bool, **options: object) -> None:
        directory = DirectoryPage.objects.first()
        if directory is None:
            raise CommandError("Il n’y a pas encore d’annuaire des CLSM : lancez d’abord « setup_site ».")
        try:
            reading = read_file(file, COLUMN_NAMES)
        except FileRefusedError as refusal:
            raise CommandError(f"Fichier refusé, rien n’a été écrit. {refusal}") from refusal
        for notice in reading.messages():
            self.stdout.write(notice)
        results = import_lines(reading.items, directory, publish=publish, dry_run=dry_run)
        for result in results:
            self._report(result)
        self._summary(results, dry_run)

    def _report(self, result: Result) -> None:
        state = result.outcome.value
        if result.is_published:
            state += ", publié"
        elif result.outcome is Outcome.CREATED:
            state += " en brouillon"
        name = result.line.cells.get("nom", "")
        self.stdout.write(f"Ligne {result.line.number} – {result.line.key or '?'} {name} : {state}".strip())
        for note in result.notes:
            self.stdout.write(f"    {note}")

    def _summary(self, results: list[Result], dry_run: bool) -> None:
        counts = Counter(result.outcome for result in results)
        totals = ", ".join(f"{outcome.value} : {counts[outcome]}" for outcome in Outcome)
        published = sum(result.is_published for result in results)
        self.stdout.write(f"{len(results)} lignes ({totals}, publié : {published}).")
        if dry_run:
            self.stdout.write("Essai à blanc : rien n’a été écrit.")
        if counts[Outcome.REFUSED]:
            raise CommandError(f"{counts[Outcome.REFUSED]} ligne(s) refusée(s) ; les autres ont été traitées.")
