"""Deletes the interviews, messages and imports of tables whose retention period is over. Run every night."""

import argparse
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from caps_sheets.capitalisation.interviews.retention import due, purge
from caps_sheets.document_import.services import forget_old as forget_documents
from network.messages.services import due_messages, forget_messages
from portal.base.plurals import counted
from portal.imports.services import forget_old


class Command(BaseCommand):
    help = (
        "Supprime les fichiers et les réponses d’entretien arrivés à échéance (le journal garde une ligne pour chacun) "
        "et les messages douze mois après leur dernier échange."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--today", type=date.fromisoformat, help="Le jour qui sert de date du jour, par exemple 2026-11-22."
        )
        parser.add_argument("--dry-run", action="store_true", help="Dit ce qui serait supprimé, sans rien supprimer.")

    def handle(self, *args: object, today: date | None, dry_run: bool, **options: object) -> None:
        day = today or timezone.localdate()
        if dry_run:
            for item in due(day):
                self.stdout.write(f"À supprimer depuis le {item.since:%d/%m/%Y} : {item}")
            if messages := due_messages(day):
                self.stdout.write(f"À supprimer : {counted(messages, 'message')}.")
            return
        self._forget(day)
        failures = 0
        for item, error in purge(day):
            failures += error is not None
            self.stdout.write(f"Pas supprimé ({error}) : {item}" if error else f"Supprimé : {item}")
        if failures:
            raise CommandError(f"{failures} fichier(s) n’ont pas pu être supprimés : relancez la commande.")

    def _forget(self, day: date) -> None:
        """What is forgotten without a line in the log."""
        if messages := forget_messages(day):
            self.stdout.write(f"{counted(messages, 'message supprimé')}, avec les réponses et les avis.")
        if forgotten := forget_old():
            self.stdout.write(f"{counted(forgotten, 'import supprimé')} avec tout ce qui en restait.")
        if documents := forget_documents():
            self.stdout.write(f"{counted(documents, 'document supprimé')}, dont aucun brouillon n’a été fait.")
