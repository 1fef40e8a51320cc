"""Deletes the files that no row references. Run every night."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.base.errors import RefusedError
from portal.medialib.repairs import left_behind


class Command(BaseCommand):
    help = (
        "Supprime les fichiers de plus d’un jour que la base ne connaît pas : ceux d’un enregistrement annulé ou "
        "interrompu. Ne supprime rien (code 1) s’ils sont plus nombreux que les autres."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait supprimé, sans rien supprimer")

    def handle(self, *, dry_run: bool = False, **options: Any) -> None:
        try:
            paths = left_behind(timezone.now() - timedelta(days=1))
        except RefusedError as refused:
            raise CommandError(str(refused)) from refused
        for path in paths:
            if not dry_run:
                path.unlink(missing_ok=True)
            self.stdout.write(f"{'À supprimer' if dry_run else 'Supprimé'} : {path}")
