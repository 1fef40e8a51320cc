"""Merging one CLSM into another: what pointed to it follows, and its address leads to the one that stays."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import ManyToOneRel
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.log_actions import log

from network.life.telling import tell_each
from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment, FreshnessReminder
from network.models.covered_area import moderators_for
from network.services import coordinators
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.base.references import relations, replace_in_revisions, replace_rows
from portal.moderation.retirement import retire, retirement_refusals
from portal.taxonomies.models import Term, Vocabulary
from portal.users.models import User

MERGED = "network.clsm_merged"
MERGED_STATUS = "fusionne"
#: What belongs to the profile itself, and stays with it.
OWN = (ClsmRecord, FreshnessReminder, CoordinatorAssignment)


@dataclass(frozen=True)
class MergeReport:
    """``rows``: how many stored rows follow, by what they are; ``revisions``: how many versions were rewritten."""

    rows: dict[str, int]
    revisions: int
    coordinators: int


def stays(relation: ManyToOneRel) -> bool:
    """Whether the rows of ``relation`` belong to the profile: its parts, its own lists, its record, its posts."""
    holder = relation.related_model
    if holder._meta.auto_created:
        return holder._meta.auto_created is ClsmPage
    is_split = holder._meta.label_lower == "network.clsmsplit"
    return holder in OWN or is_split or isinstance(relation.field, ParentalKey)


def what_follows(old: ClsmPage) -> dict[str, int]:
    """How many rows a merge would move, by what they are: the summary shown before it."""
    counts: dict[str, int] = {}
    for relation in relations(ClsmPage):
        if not stays(relation):
            number = relation.related_model._base_manager.filter(**{relation.field.name: old.pk}).count()
            owner = next(
                (
                    field.related_model
                    for field in relation.related_model._meta.fields
                    if isinstance(field, ParentalKey)
                ),
                relation.related_model,
            )
            if number:
                name = str(owner._meta.verbose_name_plural)
                counts[name] = counts.get(name, 0) + number
    return counts


def merge_refusals(old: ClsmPage, new: ClsmPage) -> list[str]:
    refusals = retirement_refusals(old, [new])
    if new.replaced_by_id == old.pk:
        refusals.append(f"« {new.title} » est lui-même remplacé par « {old.title} ».")
    if old.current_workflow_state is not None:
        refusals.append(f"« {old.title} » est en relecture : terminez ou annulez cette relecture d’abord.")
    return refusals


@transaction.atomic
def merge_clsm(old: ClsmPage, new: ClsmPage, *, by: User, reason: str = "", today: date | None = None) -> MergeReport:
    """Merge ``old`` into ``new``: all or nothing. Text and territory of ``new`` are left to its coordinators."""
    first, second = sorted((old, new), key=lambda each: each.pk)
    kept = {each.pk: locked(each) for each in (first, second)}
    old, new = kept[old.pk], kept[new.pk]
    if refusals := merge_refusals(old, new):
        raise Refused(*refusals)
    today = today or timezone.localdate()
    people = follow(old, new, by=by, today=today)
    rows, revisions = inherit(old, new)
    mark(old, new, by=by, today=today)
    reason = reason or f"Ce CLSM a rejoint « {new.title} »."
    retire(old, replacements=[new], reason=reason, by=by, today=today)
    log(instance=new, action=MERGED, user=by, data={"old": old.pk, "title": old.title, "rows": rows})
    moderators = moderators_for(new)
    tell_each("clsm_merged", new, coordinators=people, moderators=moderators, old=old.title, reason=reason)
    return MergeReport(rows, revisions, len(people))


def inherit(old: ClsmPage, new: ClsmPage) -> tuple[dict[str, int], int]:
    """Make sheets, actions, episodes, invitations… name ``new``; their drafts and older versions too."""
    rows = replace_rows(old, new, keep=stays)
    revisions = replace_in_revisions(old, new)
    new.save()  # derives its territory again, and tells the search that what names it changed
    return rows, revisions


def follow(old: ClsmPage, new: ClsmPage, *, by: User | None, today: date) -> list[User]:
    """End the posts of ``old`` the day before, and open the same at ``new``; those already there stay as they are."""
    posts = CoordinatorAssignment.objects.filter(clsm=old).exclude(end__lt=today).select_related("user")
    already = set(CoordinatorAssignment.objects.current(today).filter(clsm=new).values_list("user", flat=True))
    people = []
    for post in posts:
        people.append(post.user)
        start, end = max(post.start, today), post.end
        if post.start >= today:
            coordinators.delete_assignment(post, by=by)
        else:
            coordinators.end(post, on=today - timedelta(days=1), by=by)
        if post.user_id not in already:
            display = {name: getattr(post, name) for name in ("job_title", "phone", *SHOWN)}
            coordinators.assign(new, post.user, start=start, end=end, by=by, **display)
    return people


SHOWN = ("shows_name", "shows_email", "shows_phone")


def mark(old: ClsmPage, new: ClsmPage, *, by: User, today: date) -> None:
    """Write on the profile, and on its last draft, what it became."""
    status = Term.objects.filter(vocabulary=Vocabulary.CLSM_STATUS, slug=MERGED_STATUS).first()
    values = {"replaced_by": new} | ({"status": status, "status_date": today} if status else {})
    ClsmPage.objects.filter(pk=old.pk).update(**values)
    draft = old.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save_revision(user=by, clean=False)
    old.refresh_from_db()
