"""Freshness of the feeds: changes are noted in their transaction, and one query tells if a feed is current.

The version of a feed has two sources: the marks left by each change, and the episodes that are visible now, whatever
the way in which one was unpublished, expired or made private.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Max, Model, OuterRef, QuerySet, Subquery, Sum, Value
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
from portal.base.querysets import visible
from portal.base.texts import changes_public_page
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

TOKEN_BITS = 40  # the sum of a million of them still fits the database


def note(instance: Model) -> None:
    """One query, without a lock shared by other publications."""
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
    if not raw and changes_public_page(update_fields):
        note(instance)


def _deleted(instance: Model, **kwargs: Any) -> None:
    note(instance)


def _address_changed(instance: Page, **kwargs: Any) -> None:
    note(instance)


def watch() -> None:
    """Connect the signals of every model that a feed shows."""
    for model in WATCHED:
        uid = f"feed-marks-{model._meta.label}"
        post_save.connect(_saved, sender=model, dispatch_uid=uid)
        post_delete.connect(_deleted, sender=model, dispatch_uid=uid)
    post_page_move.connect(_address_changed, dispatch_uid="feed-marks-move")
    page_slug_changed.connect(_address_changed, dispatch_uid="feed-marks-slug")


ONE_MORE = 2**32  # added to each identifier, so that their sum depends on their number too

FORMAT = 1  # to be increased with each change of ``feeds.rss``: cached feeds are then built again


@dataclass(frozen=True, slots=True)
class FeedVersion:
    """``key``: the state, in a few characters; ``changed_at``: when it was reached, in whole seconds."""

    key: str
    changed_at: datetime


def with_version(shows: QuerySet[ShowPage]) -> QuerySet[ShowPage]:
    marks = FeedMark.objects.annotate(all=Value(1)).order_by().values("all")
    episodes = EpisodePage.objects.filter(path__startswith=OuterRef("path"), depth=OuterRef("depth") + 1)
    public = visible(episodes).annotate(all=Value(1)).order_by().values("all")
    pictures = PortalImage.objects.filter(shows_people=True, consent_until__lt=timezone.localdate())
    withdrawn = pictures.annotate(all=Value(1)).order_by().values("all")
    ended = episodes.filter(expire_at__lte=timezone.now()).annotate(all=Value(1)).order_by().values("all")
    return shows.annotate(
        marks=Subquery(marks.annotate(total=Sum("token")).values("total")),
        marked_at=Subquery(marks.annotate(last=Max("changed_at")).values("last")),
        public=Subquery(public.annotate(total=Sum(F("pk") + ONE_MORE)).values("total")),
        ended_at=Subquery(ended.annotate(last=Max("expire_at")).values("last")),
        consent_until=Subquery(withdrawn.annotate(last=Max("consent_until")).values("last")),
    )


def version_of(show: ShowPage, feed_url: str) -> FeedVersion:
    """``show`` comes from ``with_version``. The day counts too: an image may be shown until a given day."""
    state = (
        FORMAT,
        feed_url,
        show.marks,
        show.public,
        timezone.localdate(),
        settings.PODCAST_WEBSUB_HUB,
    )
    dates = [date for date in (show.marked_at, show.ended_at, show.last_published_at, _picture_left_at(show)) if date]
    changed_at = max(dates, default=datetime(2026, 1, 1, tzinfo=UTC)).replace(microsecond=0)
    return FeedVersion(hashlib.sha256(repr(state).encode()).hexdigest()[:32], changed_at)


def _picture_left_at(show: ShowPage) -> datetime | None:
    """The midnight at which the last expired consent to an image ended."""
    if show.consent_until is None:
        return None
    return timezone.make_aware(datetime.combine(show.consent_until + timedelta(days=1), time()))
