"""« Signaler une erreur »: the public form, its list in the back office, the deletion of senders' addresses.

The form needs no account, has its own URL and is never cached.
"""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from portal.base.dates import months_ago
from portal.base.errors import already_decided
from portal.base.locks import locked
from portal.moderation.models import ErrorReport
from portal.moderation.notifications import tell
from portal.users.models import User

KEPT_MONTHS = 6

HANDLED = "portal_moderation.error_report_treated"


@transaction.atomic
def receive(page: Page, message: str, email: str = "") -> ErrorReport:
    report = ErrorReport.objects.create(page=page, message=message, email=email)
    link = reverse("error_reports:edit", args=[report.pk])
    tell("error_reported", _readers(), link=link, page=page, report=report)
    return report


@transaction.atomic
def save_report(report: ErrorReport, *, by: User) -> None:
    """Write a report that the Centre changed. ``handled_at`` and ``handled_by`` follow from its state."""
    kept = locked(report)
    if kept.handled_at and kept.handled_at != report.handled_at:
        raise already_decided("cette erreur est traitée", by=kept.handled_by, at=kept.handled_at)
    is_handled = report.state == ErrorReport.State.HANDLED
    if is_handled and report.handled_at is None:
        report.handled_at, report.handled_by = timezone.now(), by
        log(instance=report, action=HANDLED, user=by)
    elif not is_handled:
        report.handled_at = report.handled_by = None
    report.save()


def forget_addresses(today: date | None = None) -> int:
    """Erase the e-mail addresses left more than six months ago; returns their number."""
    old = ErrorReport.objects.filter(received_at__lt=months_ago(KEPT_MONTHS, today))
    return old.exclude(email="").update(email="")


def _readers() -> list[User]:
    people = User.objects.filter(
        groups__permissions__codename="change_errorreport",
        groups__permissions__content_type__app_label="portal_moderation",
        is_active=True,
    )
    return list(people.distinct())
