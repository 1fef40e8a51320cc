"""Splitting a CLSM: new profiles are drafted from its own, and it points to them once they are all published."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.actions.copy_page import CopyPageAction
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.signals import page_published

from network.life.merging import follow, inherit
from network.life.telling import tell_each
from network.models import ClsmPage, ClsmSplit, CoordinatorAssignment
from network.models.covered_area import moderators_for
from network.services import coordinators
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.moderation.notices.services import tell
from portal.moderation.retirement import retire
from portal.users.models import User

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

    The coordinators in post get every draft, to complete it and send it to moderation as usual.
    """
    clsm = locked(clsm)
    if refusals := split_refusals(clsm, titles):
        raise Refused(*refusals)
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
    """A copy of the profile, never published: its text is there to be corrected."""
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
            coordinators.assign(part, post.user, start=today, end=post.end, by=by, job_title=post.job_title)
    return [post.user for post in posts]


@transaction.atomic
def complete(split: ClsmSplit, *, today: date | None = None) -> bool:
    """Once every part is public: the old profile goes and points to all of them. Returns whether it was time."""
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
