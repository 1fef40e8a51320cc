"""Reminding the coordinators of a profile that nobody confirmed for six months, then for twelve."""

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from network.models import ClsmPage, CoordinatorAssignment, FreshnessReminder
from network.regions import moderators_for
from network.services.freshness import FRESH_MONTHS, STALE_MONTHS, months_before
from portal.moderation.notify import tell
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
    sent = set(FreshnessReminder.objects.filter(clsm=clsm, since=since).values_list("months", flat=True))
    if max(reached) in sent:
        return False
    people = _people(clsm, today, max(reached))
    if not people:
        return False
    FreshnessReminder.objects.bulk_create(
        FreshnessReminder(clsm=clsm, since=since, months=months, sent_on=today)
        for months in reached
        if months not in sent
    )
    event = "profile_unverified" if max(reached) == STALE_MONTHS else "profile_to_check"
    tell(event, people, link=f"/mon-clsm/{clsm.pk}/", page=clsm, since=since)
    return True


def _people(clsm: ClsmPage, today: date, months: int) -> list[User]:
    """The coordinators in post; where there is none, at twelve months, the moderators in charge."""
    posts = CoordinatorAssignment.objects.current(today).filter(clsm=clsm, user__is_active=True)
    people = [post.user for post in posts.select_related("user")]
    return people or (list(moderators_for(clsm)) if months == STALE_MONTHS else [])
