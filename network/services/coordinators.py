"""Dated posts of coordinators, and the rights that follow from them.

Each CLSM has one group, with the right to change its page and nothing else. Who is in it follows from the
assignments of the day, never from a hand-made list: ``sync_groups`` puts the two in agreement, at each change and
at each request of the person (``network.middleware``).
"""

from datetime import date

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Case, Q, Value, When
from wagtail.log_actions import log
from wagtail.models import GroupPagePermission

from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment
from portal.base.errors import already_decided
from portal.base.locks import locked
from portal.users.models import User
from portal.users.queries import COORDINATION

ASSIGNED = "network.coordinator_assigned"
CHANGED = "network.coordinator_changed"
ENDED = "network.coordinator_ended"


def assign(
    clsm: ClsmPage, user: User, *, start: date, end: date | None = None, by: User | None = None, **display: object
) -> CoordinatorAssignment:
    """Put ``user`` in post from ``start`` to ``end`` included. ``display``: title, phone, consents."""
    assignment = CoordinatorAssignment(clsm=clsm, user=user, start=start, end=end, **display)
    assignment.full_clean()
    return save_assignment(assignment, by=by)


def locked_post(assignment: CoordinatorAssignment) -> CoordinatorAssignment:
    """The post as it is now, held after its CLSM: in another order two people would wait for each other for ever."""
    locked(assignment.clsm)
    return locked(assignment, "clsm", "user")


@transaction.atomic
def end(
    assignment: CoordinatorAssignment, *, on: date, by: User | None = None, reason: str = ""
) -> CoordinatorAssignment:
    """``on`` is the last day in post: the right to edit is gone at the first request of the day after.

    ``Refused`` when somebody has given the post another end since ``assignment`` was read.
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
    assignment: CoordinatorAssignment, *, by: User | None = None, reason: str = ""
) -> CoordinatorAssignment:
    """Save a new or changed post, give or withdraw the rights, and write who decided it."""
    before = CoordinatorAssignment.objects.filter(pk=assignment.pk).first()
    assignment.save()
    if before is not None and before.user_id != assignment.user_id:
        sync_groups(before.user)
    sync_groups(assignment.user)
    _log(_action(before, assignment), assignment, by, reason)
    return assignment


@transaction.atomic
def delete_assignment(assignment: CoordinatorAssignment, *, by: User | None = None) -> None:
    """Undo an assignment entered by mistake: its history goes, the log keeps a line. Otherwise, end it."""
    _log(ENDED, assignment, by)
    assignment.delete()
    sync_groups(assignment.user)


def clsm_group(clsm: ClsmPage) -> Group:
    """The group of a CLSM, made at its first use: it may change that page and nothing else."""
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
    """What every coordinator shares: the door of the back office. Its other rights are set by ``setup_roles``."""
    group, created = Group.objects.get_or_create(name=COORDINATION)
    if created:
        group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))
    return group


def sync_groups(user: User, today: date | None = None) -> bool:
    """Make the groups of ``user`` say what the assignments of the day say. Returns True when they did not."""
    current = CoordinatorAssignment.objects.current(today).filter(user=user).select_related("clsm")
    wanted = {clsm_group(assignment.clsm) for assignment in current}
    if wanted:
        wanted.add(coordination_group())
    held = set(user.groups.filter(clsm_record__isnull=False)) | set(user.groups.filter(name=COORDINATION))
    user.groups.remove(*(held - wanted))
    user.groups.add(*(wanted - held))
    return wanted != held


def in_agreement(user: User, today: date | None = None) -> bool:
    """True when the groups of ``user`` already follow from the assignments of the day. One query."""
    current = CoordinatorAssignment.objects.current(today).filter(user=user)
    posts = current.order_by().values_list(Value("post"), "clsm__record__group")
    kept = user.groups.filter(Q(clsm_record__isnull=False) | Q(name=COORDINATION))
    kind = Case(When(name=COORDINATION, then=Value("door")), default=Value("group"))
    rows = list(posts.union(kept.order_by().values_list(kind, "pk")))
    wanted, held = ({pk for each, pk in rows if each == name} for name in ("post", "group"))
    return wanted == held and any(each == "door" for each, _ in rows) == bool(wanted)


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
