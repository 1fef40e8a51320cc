"""The base of the commands that import a table: ``--dry-run``, a report line by line, an error if a line is refused."""

from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.base.tables.cells import as_read
from portal.base.tables.importer import Importer, Outcome, Result
from portal.base.tables.reader import FileRefusedError


class ImportCommand(BaseCommand):
    """A subclass gives the importer, by ``importer(options)``."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="fichier", help="Le tableau : CSV, XLSX, XLS ou ODS.")
        parser.add_argument("--dry-run", action="store_true", help="Tout vérifier sans rien écrire.")

    def importer(self, options: dict[str, Any]) -> Importer:
        raise NotImplementedError

    def handle(self, *args: object, **options: Any) -> None:
        importer = self.importer(options)
        try:
            table = importer.read(_bytes(options["file"]))
        except FileRefusedError as refusal:
            raise CommandError(f"Fichier refusé, rien n’a été écrit. {refusal}") from refusal
        for notice in table.messages():
            self.stdout.write(notice)
        results = importer.import_lines(table.items, dry_run=options["dry_run"])
        for result in results:
            self._report(importer, result)
        self._summary(importer, results, is_rehearsal=options["dry_run"])

    def outcome(self, importer: Importer, result: Result) -> str:
        return importer.said[result.outcome]

    def totals(self, importer: Importer, results: list[Result]) -> list[str]:
        counts = Counter(result.outcome for result in results)
        return [f"{importer.said[outcome]} : {counts[outcome]}" for outcome in Outcome]

    def _report(self, importer: Importer, result: Result) -> None:
        title = as_read(result.line.cells.get(importer.title_column, ""))
        head = f"Ligne {result.line.number} – {result.line.key or '?'} {title}".strip()
        self.stdout.write(f"{head} : {self.outcome(importer, result)}")
        for note in result.notes:
            self.stdout.write(f"    {note}")

    def _summary(self, importer: Importer, results: list[Result], *, is_rehearsal: bool) -> None:
        self.stdout.write(f"{len(results)} lignes ({', '.join(self.totals(importer, results))}).")
        if is_rehearsal:
            self.stdout.write("Essai à blanc : rien n’a été écrit.")
        if refused := sum(result.outcome is Outcome.REFUSED for result in results):
            raise CommandError(f"{refused} ligne(s) refusée(s) ; les autres ont été traitées.")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileRefusedError(f"Le fichier ne peut pas être lu : {error.strerror}.") from error
