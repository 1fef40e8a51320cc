"""Daily and weekly e-mails that group notices, for those who chose them. A digest day starts at 7 a.m."""

from datetime import date, datetime, timedelta

from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from portal.moderation.models.notices import Notice, NoticePreference, Rhythm
from portal.moderation.notices.delivery import claim, send, waiting, with_server
from portal.moderation.notices.texts import digest
from portal.users.models import User

GROUPED = (Rhythm.DAILY, Rhythm.WEEKLY)
START = timedelta(hours=7)


def rhythm_of(user: User) -> str:
    preference = NoticePreference.objects.filter(user=user).first()
    return preference.rhythm if preference else Rhythm.EACH


@transaction.atomic
def choose_rhythm(user: User, rhythm: str, now: datetime | None = None) -> None:
    """Store the preference of the person, for future and pending notices."""
    now = now or timezone.now()
    NoticePreference.objects.update_or_create(
        user=user, defaults={"rhythm": rhythm, "last_digest_on": digest_day(now) if rhythm in GROUPED else None}
    )
    pending = Notice.objects.filter(recipient=user, emailed_at=None, due_at__isnull=False)
    pending.update(rhythm=rhythm, due_at=None if rhythm == Rhythm.NEVER else now)


def deliver_digests(now: datetime | None = None) -> int:
    """Send each digest that is due, without notices read meanwhile; return their number."""
    now = now or timezone.now()
    day = digest_day(now)
    sent = 0
    for preference in NoticePreference.objects.filter(rhythm__in=GROUPED, user__is_active=True).order_by("pk"):
        if _is_due(preference, day):
            sent += _deliver_digest(preference, day, now)
    return sent


def digest_day(now: datetime) -> date:
    return timezone.localdate(now - START)


def _is_due(preference: NoticePreference, day: date) -> bool:
    last = preference.last_digest_on
    if last is None or preference.rhythm == Rhythm.DAILY:
        return last is None or last < day
    return last < day - timedelta(days=day.weekday())  # Monday of this week


def _deliver_digest(preference: NoticePreference, day: date, now: datetime) -> int:
    unread = waiting(now).filter(recipient=preference.user_id, rhythm__in=GROUPED, read_at=None)
    ids = list(unread.values_list("pk", flat=True))

    def work(server: BaseEmailBackend) -> int:
        claimed = claim(ids, now)
        if not claimed or not send(digest(claimed, server), claimed, now):
            return 0
        NoticePreference.objects.filter(pk=preference.pk).update(last_digest_on=day)
        return 1

    return with_server(work, ids, now)
