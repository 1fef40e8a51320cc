"""``read_file``: what the portal understands of a file, as the screens that import it show."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from portal.base.readings import Reading, Remark, file_readers


class Command(BaseCommand):
    help = "Lit un fichier comme le portail le lirait, et écrit en JSON ce qu’il en comprend ; rien n’est enregistré."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=sorted(file_readers()), help="Ce qu’est le fichier.")
        parser.add_argument("path", type=Path, help="Le fichier à lire.")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        try:
            reading = file_readers()[options["kind"]].read(path)
        except OSError as error:
            raise CommandError(f"Le fichier {path} ne peut pas être lu : {error.strerror}.") from error
        self.stdout.write(json.dumps(as_json(reading), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def as_json(reading: Reading[Any]) -> dict[str, list[Any]]:
    return {
        "items": list(reading.items),
        "notices": [_remark(remark) for remark in reading.notices],
        "errors": [_remark(remark) for remark in reading.errors],
    }


def _remark(remark: Remark) -> dict[str, Any]:
    """``message`` as the screens show it, and the places that it is about."""
    return {**asdict(remark), "message": str(remark)}
