"""Sends the e-mails that failed and the digests that are due. Every five minutes (docs/operations.md)."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from portal.moderation.models import Notice
from portal.moderation.notices.delivery import deliver
from portal.moderation.notices.digests import deliver_digests


class Command(BaseCommand):
    help = "Envoie les avis en attente d’envoi par courriel, et les récapitulatifs du jour ou de la semaine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", type=_moment, help="Faire comme s’il était AAAA-MM-JJTHH:MM (pour un essai).")

    def handle(self, *args: Any, now: datetime | None = None, **options: Any) -> None:
        now = now or timezone.now()
        alone = deliver(now=now)
        grouped = deliver_digests(now)
        left = Notice.objects.filter(emailed_at=None, due_at__isnull=False).count()
        self.stdout.write(f"{alone} avis envoyé(s), {grouped} récapitulatif(s) envoyé(s), {left} avis en attente.")


def _moment(text: str) -> datetime:
    moment = parse_datetime(text)
    if moment is None:
        raise CommandError("Écrivez le moment ainsi : 2026-11-22T08:00.")
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
