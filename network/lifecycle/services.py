"""Lifecycle of a CLSM profile: merge, split, and reminders to confirm it.

A merge moves every reference to the remaining CLSM, and redirects the URL of the other. A split drafts new profiles
from the old one, which points to them once all are published. Coordinators are reminded of a profile without
confirmation after six months, then after twelve; if the post is vacant, the moderators in charge are notified, at
twelve months only. The texts of the notices are in ``templates/email/notices/``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, ManyToOneRel
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from modelcluster.fields import ParentalKey
from wagtail.actions.copy_page import CopyPageAction
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.signals import page_published

from network.coordination import assignments
from network.models import ClsmPage, ClsmRecord, ClsmSplit, CoordinatorAssignment, FreshnessReminder
from network.models.coordination import SHOWN
from network.models.covered_area import moderators_for
from network.models.records import FRESH_MONTHS, STALE_MONTHS
from portal.base.dates import months_before
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.references import relations, replace_in_revisions, replace_rows
from portal.moderation.notices import Event
from portal.moderation.notifications import tell
from portal.moderation.retirement import retire, retirement_refusals
from portal.taxonomies.models import Term, Vocabulary
from portal.users.models import User


def space_url(clsm: ClsmPage) -> str:
    return reverse("space_home", args=[clsm.pk])


def tell_each(
    event: str,
    clsm: ClsmPage,
    *,
    coordinators: Iterable[User] = (),
    moderators: Iterable[User] = (),
    page: ClsmPage | None = None,
    **context: Any,
) -> None:
    """Notify coordinators with a link to the space of ``clsm``, moderators with one to the page; each person once."""
    in_post = {person.pk: person for person in coordinators}
    others = [person for person in moderators if person.pk not in in_post]
    tell(event, in_post.values(), link=space_url(clsm), page=page or clsm, **context)
    tell(event, others, page=page or clsm, **context)


MERGED = "network.clsm_merged"

MERGED_STATUS = "fusionne"

#: What belongs to the profile itself, and stays with it.
OWN = (ClsmRecord, FreshnessReminder, CoordinatorAssignment)


@dataclass(frozen=True)
class MergeReport:
    """``rows``: number of changed rows, by plural name; ``revisions``: number of rewritten versions."""

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
    """The number of rows that a merge would change, by plural name: the summary shown before it."""
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
    """Merge ``old`` into ``new``: all or nothing. The text and covered area of ``new`` are left to its coordinators."""
    first, second = sorted((old, new), key=lambda each: each.pk)
    kept = {page.pk: locked(page) for page in (first, second)}
    old, new = kept[old.pk], kept[new.pk]
    if refusals := merge_refusals(old, new):
        raise RefusedError(*refusals)
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
    """Make sheets, actions, episodes, invitations… reference ``new``, in drafts and older versions too."""
    rows = replace_rows(old, new, keep=stays)
    revisions = replace_in_revisions(old, new)
    new.save()  # computes its territory again, and tells the search that rows referencing it changed
    return rows, revisions


def follow(old: ClsmPage, new: ClsmPage, *, by: User | None, today: date) -> list[User]:
    """End the posts of ``old`` the day before, and create the same at ``new``; existing ones stay unchanged."""
    posts = CoordinatorAssignment.objects.filter(clsm=old).exclude(end__lt=today).select_related("user")
    already = set(CoordinatorAssignment.objects.current(today).filter(clsm=new).values_list("user", flat=True))
    people = []
    for post in posts:
        people.append(post.user)
        start, end = max(post.start, today), post.end
        if post.start >= today:
            assignments.delete_assignment(post, by=by)
        else:
            assignments.end(post, on=today - timedelta(days=1), by=by)
        if post.user_id not in already:
            display = {name: getattr(post, name) for name in ("job_title", "phone", *SHOWN)}
            note = f"repris du poste au {old.title}"
            assignments.assign(new, post.user, start=start, end=end, by=by, consent_note=note, **display)
    return people


def mark(old: ClsmPage, new: ClsmPage, *, by: User, today: date) -> None:
    """Record on the profile, and on its last draft, its replacement."""
    status = Term.objects.filter(vocabulary=Vocabulary.CLSM_STATUS, slug=MERGED_STATUS).first()
    values = {"replaced_by": new} | ({"status": status, "status_date": today} if status else {})
    ClsmPage.objects.filter(pk=old.pk).update(**values)
    draft = old.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(draft, name, value)
    draft.save_revision(user=by, clean=False)
    old.refresh_from_db()


SPLIT_STARTED = "network.clsm_split_started"

SPLIT = "network.clsm_split"


def split_refusals(clsm: ClsmPage, titles: Sequence[str]) -> list[str]:
    refusals = []
    if not clsm.live:
        refusals.append("Ce profil n’est pas en ligne.")
    if ClsmSplit.objects.filter(clsm=clsm).exists():
        refusals.append("La scission de ce CLSM est déjà commencée.")
    if len({slugify(title) for title in titles}) < max(2, len(titles)):
        refusals.append("Donnez au moins deux noms, tous différents.")
    longest = Page._meta.get_field("title").max_length
    refusals += [f"« {title[:40]}… »\xa0: {longest} caractères au plus." for title in titles if len(title) > longest]
    return refusals


@transaction.atomic
def start_split(
    clsm: ClsmPage, titles: Sequence[str], *, by: User, reason: str = "", today: date | None = None
) -> ClsmSplit:
    """Draft one profile for each of ``titles``; the first inherits sheets, actions and exchanges at the end.

    The coordinators in post get every draft, to complete it and submit it as usual.
    """
    clsm = locked(clsm)
    if refusals := split_refusals(clsm, titles):
        raise RefusedError(*refusals)
    today = today or timezone.localdate()
    parts = [_draft(clsm, title, by) for title in titles]
    split = ClsmSplit.objects.create(
        clsm=clsm,
        heir=parts[0],
        reason=reason or f"Ce CLSM est devenu {' et '.join(f'« {title} »' for title in titles)}.",
        started_by=by,
        started_on=today,
    )
    split.parts.set(parts)
    people = _open_posts(clsm, parts, by, today)
    log(instance=clsm, action=SPLIT_STARTED, user=by, data={"parts": [part.pk for part in parts]})
    tell("clsm_split_started", people, link=reverse("space"), page=clsm, titles=list(titles))
    return split


def _draft(clsm: ClsmPage, title: str, by: User) -> ClsmPage:
    """A copy of the profile, never published, to be edited."""
    siblings = set(Page.objects.child_of(clsm.get_parent()).values_list("slug", flat=True))
    slug = slugify(title) or "clsm"
    if slug in siblings:
        slug = f"{slug}-{uuid4().hex[:6]}"
    changes = {"title": title, "draft_title": title, "slug": slug, "short_name": "", "other_name": ""}
    copy = CopyPageAction(clsm, update_attrs=changes, copy_revisions=False, keep_live=False, user=by)
    return copy.execute(skip_permission_checks=True)


def _open_posts(clsm: ClsmPage, parts: Sequence[ClsmPage], by: User, today: date) -> list[User]:
    posts = list(CoordinatorAssignment.objects.current(today).filter(clsm=clsm).select_related("user"))
    for post in posts:
        for part in parts:
            assignments.assign(part, post.user, start=today, end=post.end, by=by, job_title=post.job_title)
    return [post.user for post in posts]


@transaction.atomic
def complete(split: ClsmSplit, *, today: date | None = None) -> bool:
    """Once every part is public, the old profile is unpublished and points to all of them. Returns whether this was
    done.
    """
    clsm = locked(split.clsm)
    split = locked(split)
    parts = list(split.parts.order_by("title"))
    if split.completed_on or not clsm.live or not all(part.live for part in parts):
        return False
    today = today or timezone.localdate()
    author = split.started_by
    people = follow(split.clsm, split.heir, by=author, today=today)
    inherit(split.clsm, split.heir)
    retire(split.clsm, replacements=parts, reason=split.reason, by=author, today=today)
    ClsmSplit.objects.filter(pk=split.pk).update(completed_on=today)
    log(instance=split.clsm, action=SPLIT, user=author, data={"parts": [part.pk for part in parts]})
    moderators = moderators_for(split.heir)
    tell_each("clsm_split", split.heir, coordinators=people, moderators=moderators, page=split.clsm, parts=parts)
    return True


@receiver(page_published, sender=ClsmPage)
def complete_when_published(instance: ClsmPage, **kwargs: Any) -> None:
    for split in ClsmSplit.objects.filter(parts=instance.pk, completed_on=None):
        complete(split)


def remind_profiles(today: date | None = None) -> int:
    """Send the reminders that are due, one at each age for one confirmation. Returns the number of profiles
    concerned.
    """
    today = today or timezone.localdate()
    profiles = ClsmPage.objects.live().annotate(verified_on=F("record__verified_on")).order_by("pk")
    return sum(_remind(profile, today) for profile in profiles)


@transaction.atomic
def _remind(clsm: ClsmPage, today: date) -> bool:
    since = clsm.verified_on or (timezone.localdate(clsm.first_published_at) if clsm.first_published_at else None)
    reached = [months for months in (FRESH_MONTHS, STALE_MONTHS) if since and since < months_before(today, months)]
    if since is None or not reached:
        return False
    locked(clsm)  # two simultaneous runs send one reminder
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
    posts = CoordinatorAssignment.objects.held(today).filter(clsm=clsm)
    return [post.user for post in posts.select_related("user")]


COORDINATORS = "les coordinations du CLSM"


def lifecycle_events() -> list[Event]:
    return [
        Event("profile_to_check", "Un profil n’est pas confirmé depuis six mois", COORDINATORS),
        Event(
            "profile_unverified",
            "Un profil n’est pas confirmé depuis un an",
            f"{COORDINATORS} ; la modération de la région s’il n’y en a pas",
        ),
        Event("clsm_merged", "Un CLSM en a rejoint un autre", "les coordinations des deux CLSM et la modération"),
        Event("clsm_split_started", "La scission d’un CLSM est préparée", COORDINATORS),
        Event("clsm_split", "La scission d’un CLSM est faite", f"{COORDINATORS} et la modération"),
    ]
