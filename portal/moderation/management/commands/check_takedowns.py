"""``check_takedowns``: empty again what a takedown could not empty at once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.moderation.takedowns.services import retry


class Command(BaseCommand):
    help = "Relit les adresses des contenus retirés qui n’étaient pas encore vides."

    def handle(self, *args: Any, **options: Any) -> None:
        if remaining := retry():
            raise CommandError(f"Adresses à vider encore : {remaining}.")
        self.stdout.write("Tout ce qui est retiré est vide.")
