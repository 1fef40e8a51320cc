"""Sends the notices whose e-mail could not leave. To run every five minutes (docs/operations.md)."""

from typing import Any

from django.core.management.base import BaseCommand

from portal.moderation.notify import deliver, waiting_notices


class Command(BaseCommand):
    help = "Envoie les avis en attente d’envoi par courriel."

    def handle(self, *args: Any, **options: Any) -> None:
        waiting = waiting_notices()
        total = waiting.count()
        sent = deliver(waiting) if total else 0
        self.stdout.write(f"{sent} avis envoyé(s) sur {total} en attente.")
