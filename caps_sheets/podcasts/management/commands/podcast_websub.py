"""Notifies the WebSub hub of every feed at once."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from caps_sheets.podcasts.feeds.websub import HubError, feeds_of, tell_hub
from caps_sheets.podcasts.models import ShowPage


class Command(BaseCommand):
    help = "Prévient le relais WebSub (PODCAST_WEBSUB_HUB) de chaque flux, tout de suite : pour un essai, une reprise."

    def handle(self, *args: Any, **options: Any) -> None:
        hub = settings.PODCAST_WEBSUB_HUB
        if not hub:
            raise CommandError("Aucun relais n’est réglé : PODCAST_WEBSUB_HUB est vide.")
        for show in ShowPage.objects.live():
            try:
                tell_hub(hub, feeds_of(show))
            except HubError as error:
                raise CommandError(str(error), returncode=1) from error
            self.stdout.write(f"{show.title} : relais prévenu.")
