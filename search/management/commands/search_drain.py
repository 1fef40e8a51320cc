"""Indexes what waits in the outbox: for a cron job, and after an outage of the engine."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from search.engines.base import EngineError
from search.outbox import drain, oldest


class Command(BaseCommand):
    help = "Indexe les changements en attente."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="sans attendre l’heure du prochain essai")
        parser.add_argument(
            "--alert",
            type=int,
            default=settings.SEARCH_ALERT_MINUTES,
            metavar="MINUTES",
            help="échouer si un changement attend encore depuis plus longtemps",
        )

    def handle(self, *args: str, **options: int | bool) -> None:
        try:
            done = drain(everything=bool(options["all"]))
        except EngineError as error:
            raise CommandError(f"Les changements restent en attente : {error}") from error
        self.stdout.write(f"{done} changements indexés.")
        first = oldest()
        if first and (timezone.now() - first).total_seconds() > options["alert"] * 60:
            raise CommandError(f"Un changement attend depuis le {timezone.localtime(first):%d/%m/%Y à %H:%M}.")
