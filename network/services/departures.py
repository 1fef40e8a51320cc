"""Rights that end by themselves: posts that are over, and people whom nobody saw for a year."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from network.models import CoordinatorAssignment
from network.models.covered_area import moderators_for
from network.services.coordinators import end, in_agreement, sync_groups
from portal.base.dates import months_before
from portal.base.errors import Refused
from portal.moderation.notices.services import tell
from portal.users.models import User
from portal.users.queries import COORDINATION

INACTIVE_MONTHS = 12
WARNING_MONTHS = 1
INACTIVITY = "inactivité"


@dataclass(frozen=True)
class Departures:
    """How many accounts lost the groups of a past post, were warned, and lost an unused post."""

    closed: int
    warned: int
    expired: int


def last_seen(assignment: CoordinatorAssignment) -> date:
    """Latest sign of life: a login (a session lasts two weeks at most), or the decision that opened the post."""
    login = assignment.user.last_login
    seen = [timezone.localtime(login).date()] if login else []
    return max([*seen, assignment.entered_on, assignment.start])


def expire_coordinators(today: date | None = None) -> Departures:
    """Close what is over, end what nobody used for a year, warn a month before. Twice the same day changes nothing."""
    today = today or timezone.localdate()
    expired = warned = 0
    current = CoordinatorAssignment.objects.current(today).select_related("user", "clsm").order_by("pk")
    for assignment in current:
        if may_expire(assignment, today):
            expired += _expire(assignment, today)
        elif needs_warning(assignment, today):
            _warn(assignment, today)
            warned += 1
    return Departures(_close_past_posts(today), warned, expired)


@transaction.atomic
def close(assignment: CoordinatorAssignment, *, on: date, by: User) -> CoordinatorAssignment:
    """The Centre's decision on a last day; the person is told."""
    end(assignment, on=on, by=by)
    tell("post_ended", [assignment.user], page=assignment.clsm, link=reverse("account_home"), last_day=on)
    return assignment


def needs_warning(assignment: CoordinatorAssignment, today: date) -> bool:
    seen = last_seen(assignment)
    return seen < months_before(today, INACTIVE_MONTHS - WARNING_MONTHS) and not _was_warned(assignment, seen)


def may_expire(assignment: CoordinatorAssignment, today: date) -> bool:
    """A year without a sign, and a month since the warning: a command that did not run for long warns first."""
    seen = last_seen(assignment)
    if seen >= months_before(today, INACTIVE_MONTHS) or not _was_warned(assignment, seen):
        return False
    return _was_warned(assignment, seen, by=months_before(today, WARNING_MONTHS))


def _was_warned(assignment: CoordinatorAssignment, seen: date, by: date | None = None) -> bool:
    """Whether a warning followed the last sign of life, on ``by`` at the latest."""
    warned = assignment.inactivity_warned_on
    return warned is not None and warned > seen and (by is None or warned <= by)


def _warn(assignment: CoordinatorAssignment, today: date) -> None:
    with transaction.atomic():
        CoordinatorAssignment.objects.filter(pk=assignment.pk).update(inactivity_warned_on=today)
        tell(
            "inactivity_warning",
            [assignment.user],
            page=assignment.clsm,
            link=reverse("space"),
            last_seen=last_seen(assignment),
            months=INACTIVE_MONTHS,
        )


def _expire(assignment: CoordinatorAssignment, today: date) -> bool:
    """The last day is yesterday: the rights are gone at the next request. False when somebody has just decided."""
    with suppress(Refused), transaction.atomic():
        seen = last_seen(assignment)
        end(assignment, on=today - timedelta(days=1), reason=INACTIVITY)
        clsm, person = assignment.clsm, assignment.user
        tell("inactivity_ended", [person], page=clsm, link=reverse("account_home"), last_seen=seen)
        link = reverse("network_coordination:detail", args=[clsm.pk])
        tell("coordinator_lost", moderators_for(clsm), page=clsm, link=link, person=str(person), last_seen=seen)
        return True
    return False


def _close_past_posts(today: date) -> int:
    """The rights of a person are right at each request; this makes the groups right for people who do not come."""
    holders = User.objects.filter(Q(groups__name=COORDINATION) | Q(groups__clsm_record__isnull=False)).distinct()
    late = [user for user in holders if not in_agreement(user, today)]
    for user in late:
        sync_groups(user, today)
    return len(late)
