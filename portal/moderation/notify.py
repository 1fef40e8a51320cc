"""Telling people: the notice is saved with the decision, the e-mail follows if it can."""

import logging
import smtplib
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from portal.moderation.models.notices import Notice

logger = logging.getLogger(__name__)

#: After that many failures a notice stays in the dashboard only.
MAX_ATTEMPTS = 10
MAIL_FAILURES = (OSError, smtplib.SMTPException)


def notify(recipients: Iterable, subject: str, message: str, page: Page | None = None) -> None:
    """Save one notice per active person; send the e-mails once the decision itself is saved."""
    notices = [
        Notice(recipient=person, subject=subject[:255], message=message, page=page)
        for person in recipients
        if person.is_active
    ]
    created = [notice.pk for notice in Notice.objects.bulk_create(notices)]
    if created:
        transaction.on_commit(lambda: deliver(Notice.objects.filter(pk__in=created)))


def waiting_notices() -> QuerySet[Notice]:
    """Notices whose e-mail has not left yet."""
    return Notice.objects.filter(emailed_at=None, attempts__lt=MAX_ATTEMPTS, recipient__is_active=True)


def deliver(notices: QuerySet[Notice]) -> int:
    """Send the e-mails over one connection; return how many left. A dead server is noted, never raised."""
    sent = 0
    connection = get_connection()
    try:
        connection.open()
    except MAIL_FAILURES as error:
        logger.warning("Serveur de courriel injoignable : %s", error)
        for notice in notices:
            _note_failure(notice, error)
        return sent
    for notice in notices.select_related("recipient", "page"):
        sent += _send(notice, connection)
    connection.close()
    return sent


def _send(notice: Notice, connection: BaseEmailBackend) -> bool:
    try:
        email(notice, connection).send()
    except MAIL_FAILURES as error:
        logger.warning("Avis %s non envoyé : %s", notice.pk, error)
        _note_failure(notice, error)
        return False
    notice.emailed_at = timezone.now()
    notice.last_error = ""
    notice.save(update_fields=["emailed_at", "last_error"])
    return True


def email(notice: Notice, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """The e-mail of a notice: plain text, with the link to the page in the back office."""
    link = reverse("wagtailadmin_pages:edit", args=[notice.page_id]) if notice.page_id else reverse("wagtailadmin_home")
    context = {
        "notice": notice,
        "link": settings.WAGTAILADMIN_BASE_URL + link,
        "site": settings.WAGTAIL_SITE_NAME,
    }
    return EmailMessage(
        subject=" ".join(f"[{settings.WAGTAIL_SITE_NAME}] {notice.subject}".split()),
        body=render_to_string("email/notice.txt", context),
        to=[notice.recipient.email],
        headers={"Auto-Submitted": "auto-generated"},
        connection=connection,
    )


def _note_failure(notice: Notice, error: Exception) -> None:
    notice.attempts += 1
    notice.last_error = str(error)[:255]
    notice.save(update_fields=["attempts", "last_error"])
