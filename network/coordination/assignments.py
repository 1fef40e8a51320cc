"""Dated posts of coordinators, the rights that follow from them, and their expiry.

Each CLSM has one group, with the right to change its page and nothing else. Its members follow from the current
assignments, never from a manual list: ``sync_groups`` updates them at each change of an assignment and at each
request of the person (``network.middleware``). Rights end with the post, or after a year without a login.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission

from network.models import ClsmPage, ClsmRecord, ContactConsent, ContactItem, CoordinatorAssignment
from network.models.coordination import SHOWN
from network.models.covered_area import moderators_for
from portal.base.dates import months_ago, months_before
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.notifications import tell, tell_once
from portal.users.models import User
from portal.users.queries import COORDINATION

ASSIGNED = "network.coordinator_assigned"

CHANGED = "network.coordinator_changed"

ENDED = "network.coordinator_ended"


def assign(
    clsm: ClsmPage,
    user: User,
    *,
    start: date,
    end: date | None = None,
    by: User | None = None,
    consent_note: str = "",
    **display: object,
) -> CoordinatorAssignment:
    """Put ``user`` in post from ``start`` to ``end`` inclusive. ``display``: title, phone, consents."""
    assignment = CoordinatorAssignment(clsm=clsm, user=user, start=start, end=end, **display)
    assignment.full_clean()
    return save_assignment(assignment, by=by, consent_note=consent_note)


def locked_post(assignment: CoordinatorAssignment) -> CoordinatorAssignment:
    """The current row of the post, locked after its CLSM: another order could deadlock two people."""
    locked(assignment.clsm)
    return locked(assignment, "clsm", "user")


@transaction.atomic
def end(
    assignment: CoordinatorAssignment, *, on: date, by: User | None = None, reason: str = ""
) -> CoordinatorAssignment:
    """``on`` is the last day in post: the right to edit ends at the first request of the next day.

    ``RefusedError`` if somebody has changed the end of the post since ``assignment`` was read.
    """
    fresh = locked_post(assignment)
    if fresh.end != assignment.end:
        last_day = f"finit le {fresh.end:%d/%m/%Y}" if fresh.end else "n’a plus de fin"
        raise already_decided(f"le poste de {fresh.user} {last_day}")
    fresh.end = assignment.end = on
    fresh.full_clean()
    return save_assignment(fresh, by=by, reason=reason)


@transaction.atomic
def save_assignment(
    assignment: CoordinatorAssignment, *, by: User | None = None, reason: str = "", consent_note: str = ""
) -> CoordinatorAssignment:
    """Save a new or changed post, grant or withdraw the rights, log who decided it, date what the person shows.

    ``consent_note``: how the person agreed, when somebody else writes it down.
    """
    before = CoordinatorAssignment.objects.filter(pk=assignment.pk).first()
    assignment.save()
    if before is not None and before.user_id != assignment.user_id:
        sync_groups(before.user)
    sync_groups(assignment.user)
    _log(_action(before, assignment), assignment, by, reason)
    _date_consents(before, assignment, by, consent_note)
    return assignment


def newly_shown(before: CoordinatorAssignment | None, after: CoordinatorAssignment) -> list[ContactItem]:
    return [item for name, item in SHOWN.items() if getattr(after, name) and not getattr(before, name, False)]


def shown_since(assignment: CoordinatorAssignment) -> dict[str, date]:
    """Field ``shows_…`` that is in force → day of the consent."""
    shown = {item: name for name, item in SHOWN.items() if getattr(assignment, name)}
    decided = assignment.consents.filter(item__in=shown, is_given=True).order_by("decided_at", "pk")
    return {shown[ContactItem(one.item)]: timezone.localtime(one.decided_at).date() for one in decided}


def _date_consents(
    before: CoordinatorAssignment | None, after: CoordinatorAssignment, by: User | None, note: str
) -> None:
    changed = [name for name in SHOWN if getattr(after, name) != getattr(before, name, False)]
    ContactConsent.objects.bulk_create(
        ContactConsent(
            assignment=after, item=SHOWN[name], is_given=getattr(after, name), decided_by=by, note=note[:200]
        )
        for name in changed
    )


@transaction.atomic
def save_for_the_person(assignment: CoordinatorAssignment, *, by: User, consent_note: str) -> CoordinatorAssignment:
    """A post that the Centre entered or changed: what it shows from now on is told to the person, who may undo it."""
    before = CoordinatorAssignment.objects.filter(pk=assignment.pk).first()
    shown = newly_shown(before, assignment)
    save_assignment(assignment, by=by, consent_note=consent_note)
    if shown and assignment.user != by:
        tell(
            "contact_shown",
            [assignment.user],
            page=assignment.clsm,
            link=reverse("space_details", args=[assignment.clsm_id]),
            shown=", ".join(item.label for item in shown),
            note=consent_note,
        )
    return assignment


@transaction.atomic
def update_details(
    assignment: CoordinatorAssignment, *, by: User, today: date | None = None, **details: object
) -> CoordinatorAssignment:
    """The coordinator’s own function, telephone and consents, applied at once to each of their open posts there.

    ``RefusedError`` if the post ended since the page was shown.
    """
    fresh = locked_post(assignment)
    open_posts = CoordinatorAssignment.objects.current(today).filter(clsm=fresh.clsm, user=fresh.user)
    if not open_posts.filter(pk=fresh.pk).exists():
        raise RefusedError("Votre poste a pris fin : ces coordonnées ne sont plus montrées.")
    for post in open_posts.select_related("clsm", "user"):
        for name, value in details.items():
            setattr(post, name, value)
        post.full_clean()
        save_assignment(post, by=by)
    fresh.refresh_from_db()
    return fresh


@transaction.atomic
def hide_email(user: User) -> None:
    """The address of the account changed: the consent was to the former one. The person, told, may consent again."""
    for post in CoordinatorAssignment.objects.filter(user=user, shows_email=True).select_related("clsm"):
        fresh = locked_post(post)
        fresh.shows_email = False
        save_assignment(fresh, consent_note="l’adresse du compte a changé")
        if fresh.end is None or fresh.end >= timezone.localdate():
            link = reverse("space_details", args=[fresh.clsm_id])
            tell("email_hidden", [user], page=fresh.clsm, link=link)


@transaction.atomic
def delete_assignment(assignment: CoordinatorAssignment, *, by: User | None = None) -> None:
    """Delete an assignment entered by mistake: its history is deleted, the log keeps a line. Otherwise, end it."""
    _log(ENDED, assignment, by)
    assignment.delete()
    sync_groups(assignment.user)


def clsm_group(clsm: ClsmPage) -> Group:
    """The group of a CLSM, created at its first use: it may change that page and nothing else."""
    record, _ = ClsmRecord.objects.select_related("group").get_or_create(clsm_id=clsm.pk)
    if record.group is None:
        record.group = Group.objects.get_or_create(name=group_name(clsm))[0]
        record.save(update_fields=["group"])
    change = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.get_or_create(group=record.group, page_id=clsm.pk, permission=change)
    return record.group


def group_name(clsm: ClsmPage) -> str:
    """``CLSM – <slug>``; a group's name holds 150 characters, a slug 255."""
    name = f"CLSM – {clsm.slug}"
    return name if len(name) <= 150 else f"CLSM – {clsm.slug[:120]} ({clsm.pk})"


def coordination_group() -> Group:
    """The group of every coordinator, with access to the back office. ``setup_roles`` sets its other rights."""
    group, created = Group.objects.get_or_create(name=COORDINATION)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def sync_groups(user: User, today: date | None = None) -> bool:
    """Set the groups of ``user`` from the assignments of the day. Returns True if they changed."""
    current = CoordinatorAssignment.objects.current(today).filter(user=user).select_related("clsm")
    wanted = {clsm_group(assignment.clsm) for assignment in current}
    if wanted:
        wanted.add(coordination_group())
    held = set(user.groups.filter(clsm_record__isnull=False)) | set(user.groups.filter(name=COORDINATION))
    user.groups.remove(*(held - wanted))
    user.groups.add(*(wanted - held))
    return wanted != held


class RightsOfDay(NamedTuple):
    """``in_agreement``: the groups of a person match their posts of the day."""

    in_agreement: bool
    holds_post: bool


def rights_of_day(user: User, today: date | None = None) -> RightsOfDay:
    """One query."""
    current = CoordinatorAssignment.objects.current(today).filter(user=user)
    posts = current.order_by().values_list(Value("post"), "clsm__record__group")
    kept = user.groups.filter(Q(clsm_record__isnull=False) | Q(name=COORDINATION))
    kind = Case(When(name=COORDINATION, then=Value("office")), default=Value("group"))
    rows = list(posts.union(kept.order_by().values_list(kind, "pk")))
    wanted, held = ({pk for kind_of_row, pk in rows if kind_of_row == name} for name in ("post", "group"))
    in_office = any(kind_of_row == "office" for kind_of_row, _ in rows)
    return RightsOfDay(wanted == held and in_office == bool(wanted), bool(wanted))


def _action(before: CoordinatorAssignment | None, after: CoordinatorAssignment) -> str:
    if before is None:
        return ASSIGNED
    return ENDED if after.end is not None and before.end != after.end else CHANGED


def _log(action: str, assignment: CoordinatorAssignment, by: User | None, reason: str = "") -> None:
    data = {
        "coordinator": assignment.user_id,
        "start": assignment.start.isoformat(),
        "end": assignment.end.isoformat() if assignment.end else "",
    }
    if reason:
        data["reason"] = reason
    log(instance=assignment.clsm, action=action, user=by, data=data)


INACTIVE_MONTHS = 12

WARNING_MONTHS = 1

INACTIVITY = "inactivité"


@dataclass(frozen=True)
class Departures:
    """The number of accounts that lost the groups of a past post, that were warned, and that lost an unused post."""

    closed: int
    warned: int
    expired: int


def last_seen(assignment: CoordinatorAssignment) -> date:
    """Latest activity: a login (a session lasts two weeks at most), or the decision that created the post."""
    login = assignment.user.last_login
    seen = [timezone.localtime(login).date()] if login else []
    return max([*seen, assignment.entered_on, assignment.start])


def expire_coordinators(today: date | None = None) -> Departures:
    """Close past posts, end those unused for a year, warn a month before. A second run on the same day changes
    nothing.
    """
    today = today or timezone.localdate()
    expired = warned = 0
    current = CoordinatorAssignment.objects.current(today).select_related("user", "clsm").order_by("pk")
    for assignment in current:
        if may_expire(assignment, today):
            expired += _expire(assignment, today)
        elif needs_warning(assignment, today):
            warned += _warn(assignment, today)
    return Departures(_close_past_posts(today), warned, expired)


@transaction.atomic
def close(assignment: CoordinatorAssignment, *, on: date, by: User) -> CoordinatorAssignment:
    """End a post on the Centre's decision; the person is notified."""
    end(assignment, on=on, by=by)
    tell("post_ended", [assignment.user], page=assignment.clsm, link=reverse("account_home"), last_day=on)
    return assignment


def needs_warning(assignment: CoordinatorAssignment, today: date) -> bool:
    seen = last_seen(assignment)
    return seen < months_before(today, INACTIVE_MONTHS - WARNING_MONTHS) and not _was_warned(assignment, seen)


def dormant_posts(today: date) -> QuerySet[CoordinatorAssignment]:
    """The current posts without activity for so long that their person is warned, as ``last_seen`` tells it."""
    months = INACTIVE_MONTHS - WARNING_MONTHS
    limit = months_before(today, months)
    absent = Q(user__last_login=None) | Q(user__last_login__lt=months_ago(months, today))
    return CoordinatorAssignment.objects.current(today).filter(absent, entered_on__lt=limit, start__lt=limit)


def may_expire(assignment: CoordinatorAssignment, today: date) -> bool:
    """A year without activity, and a month since the warning. If the command did not run for long, it warns first."""
    seen = last_seen(assignment)
    if seen >= months_before(today, INACTIVE_MONTHS) or not _was_warned(assignment, seen):
        return False
    return _was_warned(assignment, seen, by=months_before(today, WARNING_MONTHS))


def _was_warned(assignment: CoordinatorAssignment, seen: date, by: date | None = None) -> bool:
    """Whether a warning was sent after the latest activity, on ``by`` at the latest."""
    warned = assignment.inactivity_warned_on
    return warned is not None and warned > seen and (by is None or warned <= by)


def _warn(assignment: CoordinatorAssignment, today: date) -> bool:
    """Nothing if another run warned them."""
    warned_on = assignment.inactivity_warned_on
    unwarned = CoordinatorAssignment.objects.filter(pk=assignment.pk, inactivity_warned_on=warned_on)
    notices = partial(
        tell,
        "inactivity_warning",
        [assignment.user],
        page=assignment.clsm,
        link=reverse("space"),
        last_seen=last_seen(assignment),
        months=INACTIVE_MONTHS,
    )
    return tell_once(unwarned, notices, inactivity_warned_on=today)


def _expire(assignment: CoordinatorAssignment, today: date) -> bool:
    """The last day is yesterday: the rights end at the next request. False if somebody has just decided otherwise."""
    with suppress(RefusedError), transaction.atomic():
        seen = last_seen(assignment)
        end(assignment, on=today - timedelta(days=1), reason=INACTIVITY)
        clsm, person = assignment.clsm, assignment.user
        tell("inactivity_ended", [person], page=clsm, link=reverse("account_home"), last_seen=seen)
        link = reverse("network_coordination:detail", args=[clsm.pk])
        tell("coordinator_lost", moderators_for(clsm), page=clsm, link=link, person=str(person), last_seen=seen)
        return True
    return False


def _close_past_posts(today: date) -> int:
    """Rights are computed at each request; this updates the groups of people who do not log in."""
    holders = User.objects.filter(Q(groups__name=COORDINATION) | Q(groups__clsm_record__isnull=False)).distinct()
    late = [user for user in holders if not rights_of_day(user, today).in_agreement]
    for user in late:
        sync_groups(user, today)
    return len(late)
