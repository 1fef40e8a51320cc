"""Noting that something shown by the feeds changed, in the transaction of the change itself."""

import secrets
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_slug_changed, post_page_move

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import (
    EpisodeClsm,
    EpisodePage,
    EpisodeSheet,
    EpisodeSpeaker,
    EpisodeTheme,
    FeedMark,
    ShowPage,
    ShowProof,
    ShowSeason,
)
from network.models import ClsmPage
from portal.medialib.models import PortalImage, PortalMedia
from portal.taxonomies.models import Term, Theme

WATCHED: tuple[type[Model], ...] = (
    CapsSheetPage,
    ClsmPage,
    EpisodeClsm,
    EpisodePage,
    EpisodeSheet,
    EpisodeSpeaker,
    EpisodeTheme,
    PageViewRestriction,
    PortalImage,
    PortalMedia,
    ShowPage,
    ShowProof,
    ShowSeason,
    Site,
    Term,
    Theme,
)
#: What a page saves when only its draft changed.
OF_DRAFTS = {"draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"}
TOKEN_BITS = 40  # the sum of a million of them still fits the database


def note(instance: Model) -> None:
    """One query, and no wait for whoever publishes something else."""
    mark = FeedMark(
        kind=instance._meta.label,
        object_key=str(instance.pk),
        token=secrets.randbits(TOKEN_BITS),
        changed_at=timezone.now(),
    )
    FeedMark.objects.bulk_create(
        [mark],
        update_conflicts=True,
        unique_fields=["kind", "object_key"],
        update_fields=["token", "changed_at"],
    )


def _saved(instance: Model, update_fields: frozenset[str] | None = None, raw: bool = False, **kwargs: Any) -> None:
    if not raw and not (update_fields and update_fields <= OF_DRAFTS):
        note(instance)


def _deleted(instance: Model, **kwargs: Any) -> None:
    note(instance)


def _address_changed(instance: Page, **kwargs: Any) -> None:
    note(instance)


def watch() -> None:
    """Connect every model that a feed shows."""
    for model in WATCHED:
        uid = f"feed-marks-{model._meta.label}"
        post_save.connect(_saved, sender=model, dispatch_uid=uid)
        post_delete.connect(_deleted, sender=model, dispatch_uid=uid)
    post_page_move.connect(_address_changed, dispatch_uid="feed-marks-move")
    page_slug_changed.connect(_address_changed, dispatch_uid="feed-marks-slug")
