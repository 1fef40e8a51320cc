"""``manage.py import_census fichier.csv``: see docs/import-recensement.md."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from caps_sheets.capitalisation.census.answer_import import COLUMN_NAMES, REQUIRED, SAID, import_answers
from portal.base.tables.lines import Outcome, Result, read_file
from portal.base.tables.reader import FileRefusedError


class Command(BaseCommand):
    help = "Reprend des réponses antérieures à partir d’un fichier CSV, et dit ligne par ligne ce qui est fait."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, metavar="fichier.csv", help="une ligne par action (docs/import-recensement.md)"
        )
        parser.add_argument("--dry-run", action="store_true", help="tout vérifier sans rien écrire")

    def handle(self, *args: object, file: Path, dry_run: bool, **options: object) -> None:
        try:
            reading = read_file(file, COLUMN_NAMES, REQUIRED)
        except FileRefusedError as refusal:
            raise CommandError(f"Fichier refusé, rien n’a été écrit. {refusal}") from refusal
        for notice in reading.messages():
            self.stdout.write(notice)
        results = import_answers(reading.items, dry_run=dry_run)
        for result in results:
            self._report(result)
        self._summary(results, dry_run)

    def _report(self, result: Result) -> None:
        title = result.line.cells.get("intitule", "")
        self.stdout.write(f"Ligne {result.line.number} – {result.line.key or '?'} {title} : {SAID[result.outcome]}")
        for note in result.notes:
            self.stdout.write(f"    {note}")

    def _summary(self, results: list[Result], dry_run: bool) -> None:
        counts = Counter(result.outcome for result in results)
        totals = ", ".join(f"{SAID[outcome]} : {counts[outcome]}" for outcome in Outcome)
        self.stdout.write(f"{len(results)} lignes ({totals}).")
        if dry_run:
            self.stdout.write("Essai à blanc : rien n’a été écrit.")
        if counts[Outcome.REFUSED]:
            raise CommandError(f"{counts[Outcome.REFUSED]} ligne(s) refusée(s) ; les autres ont été traitées.")
