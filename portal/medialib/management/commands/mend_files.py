"""Repairs the stored files: their location, their permissions, the metadata of pictures."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.base.storage import make_folder
from portal.medialib.repairs import clean_images, close_files, forget_avatars, move_library


class Command(BaseCommand):
    help = (
        "Met en ordre les fichiers enregistrés : droits 0640 et 2750, groupe du dossier privé, images sans position, "
        "appareil ni légende et leurs déclinaisons refaites. Se relance sans risque ; code 1 si une image résiste."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--depuis", type=Path, help="ancien dossier des images et documents, à déplacer")
        parser.add_argument("--dry-run", action="store_true", help="dit les images à nettoyer sans rien écrire")

    def handle(self, *, depuis: Path | None = None, dry_run: bool = False, **options: Any) -> None:
        root = Path(settings.PRIVATE_MEDIA_ROOT)
        make_folder(root)
        if depuis and not dry_run:
            self.stdout.write(f"Fichiers déplacés : {move_library(depuis)}.")
        failures = 0
        cleaned = list(clean_images(dry_run=dry_run))
        for image, problem in cleaned:
            failures += bool(problem)
            self.stdout.write(f"Image {image.pk} « {image} » : {problem or ('à nettoyer' if dry_run else 'nettoyée')}")
        self.stdout.write(f"Images {'à nettoyer' if dry_run else 'nettoyées'} : {len(cleaned) - failures}.")
        if not dry_run:
            self.stdout.write(f"Photos de profil effacées : {forget_avatars()}.")
            self.stdout.write(f"Droits corrigés : {close_files(root)}.")
        if failures:
            raise CommandError(f"Images qui restent à revoir : {failures}.")
