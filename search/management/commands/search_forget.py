"""Deletes the counts of searched terms that are too old: nightly."""

from django.core.management.base import BaseCommand

from search.search_terms import forget


class Command(BaseCommand):
    help = "Efface les décomptes de termes recherchés plus anciens que leur durée de conservation."

    def handle(self, *args: str, **options: object) -> None:
        self.stdout.write(f"{forget()} décomptes effacés.")
