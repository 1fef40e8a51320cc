"""Extends the demonstration to national scale."""

import io
from contextlib import redirect_stdout

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from portal.demo.large import Large
from search.outbox import paused, rebuild


class Command(BaseCommand):
    help = "Ajoute à la démonstration 330 CLSM, 2 000 actions déclarées et 300 dossiers, tous inventés."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.DEBUG:
            raise CommandError("Ces contenus sont inventés : développement seulement.")
        with paused(), redirect_stdout(io.StringIO()), transaction.atomic():
            lines = list(Large().seed())
        for line in lines:
            self.stdout.write(line)
        self.stdout.write(f"{rebuild()} documents trouvables par la recherche")
