"""Imports the episodes of an external feed as drafts."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from caps_sheets.podcasts.feed_import.download import FetchError, fetch
from caps_sheets.podcasts.feed_import.importer import import_feed
from caps_sheets.podcasts.feed_import.reader import ImportedFeed, read_feed
from caps_sheets.podcasts.lint.document import FeedError
from caps_sheets.podcasts.models import ShowPage


class Command(BaseCommand):
    help = (
        "Importe les épisodes d’un flux existant, en brouillons : identifiants, numéros, chapitres et transcriptions "
        "sont gardés. Se relance sans risque : ce qui est déjà là n’est pas touché."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("feed", help="l’adresse du flux (http ou https, jamais un réseau privé)")
        parser.add_argument("--show", default="podcast", help="l’émission qui reçoit les épisodes : fin de son adresse")
        parser.add_argument("--file", type=Path, help="lit le flux dans ce fichier au lieu de son adresse")
        parser.add_argument("--dry-run", action="store_true", help="dit tout sans rien écrire ni télécharger les sons")

    def handle(self, *args: Any, **options: Any) -> None:
        show = ShowPage.objects.filter(slug=options["show"]).first()
        if show is None:
            raise CommandError(f"Aucune émission « {options['show']} ».")
        feed = self._read(options["feed"], options["file"])
        for notice in feed.notices:
            self.stdout.write(str(notice))
        outcomes = []
        for outcome in import_feed(feed, show, fetch, is_dry_run=options["dry_run"]):
            outcomes.append(outcome)
            self.stdout.write(f"{outcome.state} : {outcome.title}")
            for problem in outcome.problems:
                self.stdout.write(f"  {problem}")
        refused = sum(outcome.state == "refusé" for outcome in outcomes)
        self.stdout.write(f"{len(outcomes)} épisode(s) dans « {feed.title} », {refused} refusé(s).")
        if refused:
            raise CommandError("Des épisodes ont été refusés.", returncode=1)

    def _read(self, url: str, path: Path | None) -> ImportedFeed:
        try:
            return read_feed(path.read_bytes() if path else fetch(url))
        except (OSError, FetchError, FeedError) as error:
            raise CommandError(f"Le flux ne se lit pas : {error}", returncode=1) from error
