"""Reminding the coordinators of a profile that nobody confirmed for six months, then for twelve.

Where nobody is in post, the moderators in charge are told, at twelve months only.
"""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from network.life.telling import tell_each
from network.models import ClsmPage, CoordinatorAssignment, FreshnessReminder
from network.models.covered_area import moderators_for
from network.models.records import FRESH_MONTHS, STALE_MONTHS
from portal.base.dates import months_before
from portal.base.locks import locked
from portal.users.models import User


def remind_profiles(today: date | None = None) -> int:
    """Send the reminders that are due: one at each age for one confirmation. Returns how many profiles had one."""
    today = today or timezone.localdate()
    profiles = ClsmPage.objects.live().annotate(verified_on=F("record__verified_on")).order_by("pk")
    return sum(_remind(profile, today) for profile in profiles)


@transaction.atomic
def _remind(clsm: ClsmPage, today: date) -> bool:
    since = clsm.verified_on or (timezone.localdate(clsm.first_published_at) if clsm.first_published_at else None)
    reached = [months for months in (FRESH_MONTHS, STALE_MONTHS) if since and since < months_before(today, months)]
    if since is None or not reached:
        return False
    locked(clsm)  # two nightly runs at once send one reminder
    sent = set(FreshnessReminder.objects.filter(clsm=clsm, since=since).values_list("months", flat=True))
    if max(reached) in sent:
        return False
    coordinators, moderators = _coordinators(clsm, today), []
    if not coordinators and max(reached) == STALE_MONTHS:
        moderators = list(moderators_for(clsm))
    if not coordinators and not moderators:
        return False
    FreshnessReminder.objects.bulk_create(
        FreshnessReminder(clsm=clsm, since=since, months=months, sent_on=today)
        for months in reached
        if months not in sent
    )
    event = "profile_unverified" if max(reached) == STALE_MONTHS else "profile_to_check"
    tell_each(event, clsm, coordinators=coordinators, moderators=moderators, since=since)
    return True


def _coordinators(clsm: ClsmPage, today: date) -> list[User]:
    posts = CoordinatorAssignment.objects.current(today).filter(clsm=clsm, user__is_active=True)
    return [post.user for post in posts.select_related("user")]
