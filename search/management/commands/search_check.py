"""Compares the index with the database: nightly, with ``--repair``."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.engines.base import EngineError
from search.outbox import compare, repair


class Command(BaseCommand):
    help = "Compare l’index de recherche et la base de données."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="indexer ce qui manque, retirer ce qui est en trop")

    def handle(self, *args: str, **options: bool) -> None:
        try:
            difference = compare()
            if options["repair"]:
                repair(difference)
        except EngineError as error:
            raise CommandError(str(error)) from error
        missing, surplus = difference
        self.stdout.write(f"{len(missing)} documents manquants, {len(surplus)} en trop.")
        for key in sorted(missing | surplus)[:50]:
            self.stdout.write(f"  {'manque' if key in missing else 'en trop'} : {key}")
        if (missing or surplus) and not options["repair"]:
            raise CommandError("L’index et la base diffèrent : relancez avec --repair.")
