"""Loads the first interview grid. Safe to run again."""

from django.core.management.base import BaseCommand

from caps_sheets.capitalisation.interviews.grids import load_first_grid


class Command(BaseCommand):
    help = "Crée la première grille d’entretien, si le portail n’en a aucune."

    def handle(self, *args: object, **options: object) -> None:
        count = load_first_grid()
        self.stdout.write(f"{count} questions d’entretien créées." if count else "Grille d’entretien déjà en place.")
