"""``publish_scheduled``: Wagtail's, one page at a time, safe with a second run or a person at the same time."""

from typing import Any

from django.core.management import CommandParser
from django.db import transaction
from django.utils import timezone
from wagtail.management.commands import publish_scheduled
from wagtail.models import Page, Revision

from portal.base.models.concurrency import SCHEDULED

UNPUBLISHED = "wagtail.unpublish.scheduled"


class Command(publish_scheduled.Command):
    help = "Publie et dépublie les pages dont la date est venue."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dryrun", action="store_true", help="Dire ce qui serait fait, sans rien changer.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dryrun"]:
            super().handle(*args, **options)
            return
        due = Page.objects.filter(live=True, expire_at__lt=timezone.now()).order_by("expire_at")
        for pk in list(due.values_list("pk", flat=True)):
            _unpublish(pk)
        for revision in Revision.objects.filter(approved_go_live_at__lt=timezone.now()).order_by("approved_go_live_at"):
            revision.publish(log_action=SCHEDULED)


@transaction.atomic
def _unpublish(pk: int) -> None:
    page = Page.objects.select_for_update().filter(pk=pk, live=True, expire_at__lt=timezone.now()).first()
    if page is not None:
        page.specific.unpublish(set_expired=True, log_action=UNPUBLISHED)
