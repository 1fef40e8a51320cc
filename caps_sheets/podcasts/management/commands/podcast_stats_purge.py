"""Deletes the listens that are too old: nightly."""

from django.core.management.base import BaseCommand

from caps_sheets.podcasts.audience.counter import KEPT_MONTHS, purge


class Command(BaseCommand):
    help = f"Efface les écoutes des épisodes de plus de {KEPT_MONTHS} mois."

    def handle(self, *args: str, **options: object) -> None:
        self.stdout.write(f"{purge()} décomptes effacés.")
