"""The e-mails of the notices: each is sent once, and retried until the server accepts it.

A worker first claims a notice: one UPDATE whose conditions the database checks again under its row lock, so that two
workers never hold the same one. If a worker dies after the sending and before its record, its claim remains: the
notice is sent again once the claim expires. This is the only case in which a person gets two e-mails.
"""

import logging
import os
import re
import smtplib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When
from django.utils import timezone

from portal.base.dates import months_ago
from portal.moderation.models.notices import Notice, Rhythm
from portal.moderation.notices.texts import email

logger = logging.getLogger(__name__)

#: A ``ValueError`` comes from an e-mail address or a subject that no message can carry.
MAIL_FAILURES = (OSError, smtplib.SMTPException, ValueError)
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")  # RFC 3463
#: After that many refusals by the server, the message stays in the space only.
MAX_REFUSALS = 10
CLAIM = timedelta(minutes=10)
FIRST_DELAY = timedelta(minutes=5)
LONGEST_DELAY = timedelta(hours=1)
LETTERS_KEPT_MONTHS = 6


def waiting(now: datetime) -> QuerySet[Notice]:
    """Notices whose e-mail is due, sent one by one or grouped."""
    active = Q(recipient__is_active=True) | Q(recipient=None)
    return Notice.objects.filter(active, emailed_at=None, due_at__lte=now).order_by("pk")


def deliver(ids: Iterable[int] | None = None, now: datetime | None = None) -> int:
    """Send notices that are e-mailed one by one, among ``ids`` or all; return their number. A dead server never
    raises.
    """
    now = now or timezone.now()
    notices = waiting(now).filter(rhythm=Rhythm.EACH)
    if ids is not None:
        notices = notices.filter(pk__in=list(ids))
    keys = list(notices.values_list("pk", flat=True))
    return with_server(lambda server: sum(_deliver_one(pk, server, now) for pk in keys), keys, now)


def with_server(work: Callable[[BaseEmailBackend], int], ids: Sequence[int], now: datetime) -> int:
    """Run ``work`` over one connection; if the server does not answer, postpone the notices ``ids``."""
    if not ids:
        return 0
    server = get_connection()
    try:
        server.open()
    except MAIL_FAILURES as error:
        logger.warning("Serveur de courriel injoignable : %s", failure(error))
        for notice in Notice.objects.filter(pk__in=ids, emailed_at=None):
            _postpone(notice, error, now)
        return 0
    try:
        return work(server)
    finally:
        _close(server)


def failure(error: Exception) -> str:
    """The error for a column and a log: the codes of the server, never its text, which quotes the e-mail address."""
    code, words = getattr(error, "smtp_code", ""), getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        code, words = next(iter(error.recipients.values()))
    status = STATUS.search(words.decode("ascii", "replace") if isinstance(words, bytes) else str(words))
    errno = (error.errno or 0) if isinstance(error, OSError) else 0
    system = os.strerror(errno) if errno > 0 else ""
    return " ".join(str(part) for part in (type(error).__name__, code, status and status.group(), system) if part)


def claim(ids: Sequence[int], now: datetime) -> list[Notice]:
    """Those of ``ids`` that this worker alone may send."""
    token = uuid4()
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    Notice.objects.filter(free, pk__in=ids, emailed_at=None).update(claim=token, claimed_until=now + CLAIM)
    return list(Notice.objects.filter(claim=token).select_related("recipient", "page").order_by("pk"))


def send(message: EmailMessage, notices: Sequence[Notice], now: datetime) -> bool:
    """Send ``message``, which groups ``notices``, and store the outcome."""
    try:
        message.send()
    except MAIL_FAILURES as error:
        logger.warning("Avis %s non envoyé : %s", ", ".join(str(notice.pk) for notice in notices), failure(error))
        for notice in notices:
            _postpone(notice, error, now)
        return False
    sent = Notice.objects.filter(pk__in=[notice.pk for notice in notices])
    # For somebody without an account the message is only an e-mail: neither it nor its link is kept.
    forgotten = {
        name: Case(When(recipient=None, then=Value("")), default=F(name), output_field=TextField())
        for name in ("message", "link", "calendar")
    }
    sent.update(emailed_at=timezone.now(), last_error="", claim=None, claimed_until=None, **forgotten)
    return True


def forget_letters(today: date | None = None) -> int:
    """Delete the remaining e-mails to people without an account after six months; returns their number."""
    letters = Notice.objects.filter(recipient=None, created_at__lt=months_ago(LETTERS_KEPT_MONTHS, today))
    return letters.delete()[0]


def _deliver_one(pk: int, server: BaseEmailBackend, now: datetime) -> bool:
    claimed = claim([pk], now)
    return bool(claimed) and send(email(claimed[0], server), claimed, now)


def _postpone(notice: Notice, error: Exception, now: datetime) -> None:
    """Retry with growing delays; give up only on a message that a working server keeps refusing."""
    notice.attempts = min(notice.attempts + 1, 1000)
    notice.last_error = failure(error)
    notice.claim = notice.claimed_until = None
    delay = min(FIRST_DELAY * 2 ** min(notice.attempts - 1, 10), LONGEST_DELAY)
    refused = isinstance(error, REFUSALS)
    notice.due_at = None if refused and notice.attempts >= MAX_REFUSALS else now + delay
    notice.save(update_fields=["attempts", "last_error", "claim", "claimed_until", "due_at"])


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except MAIL_FAILURES as error:
        logger.info("Fin de connexion au serveur de courriel : %s", failure(error))
