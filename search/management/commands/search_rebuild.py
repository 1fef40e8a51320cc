"""Rebuilds the search index separately, then replaces the one in use."""

import time

from django.core.management.base import BaseCommand, CommandError

from search.engines.base import EngineError
from search.outbox import rebuild


class Command(BaseCommand):
    help = "Reconstruit l’index de recherche à côté de l’ancien, puis le remplace."

    def handle(self, *args: str, **options: object) -> None:
        start = time.perf_counter()
        try:
            number = rebuild()
        except EngineError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{number} documents indexés en {time.perf_counter() - start:.1f} s.")
