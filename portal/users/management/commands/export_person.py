"""Writes the personal data of one person, for a request of access."""

import argparse
from pathlib import Path

from django.core.management.base import BaseCommand

from portal.users.privacy.export import as_json, as_zip, export_person
from portal.users.privacy.people import find_person


class Command(BaseCommand):
    help = "Exporte les données d’une personne, en JSON sur la sortie ou en zip dans un fichier."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("email", help="L’adresse électronique de la personne.")
        parser.add_argument("--zip", type=Path, help="Le fichier zip à écrire, au lieu de la sortie.")

    def handle(self, *args: object, email: str, zip: Path | None, **options: object) -> None:
        data = export_person(find_person(email), by=None)
        if zip is None:
            self.stdout.write(as_json(data))
        else:
            zip.write_bytes(as_zip(data))
            self.stdout.write(f"Données écrites dans {zip}.")
