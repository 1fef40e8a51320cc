"""Notice to the CLSMs of an episode, the first time that it is public."""

from typing import Any

from django.db.models import Q
from wagtail.models import Revision

from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage
from network.notifications import tell_clsm
from portal.moderation.notices import Event

PUBLISHED = "episode_published"


def publication_events() -> list[Event]:
    return [Event(PUBLISHED, "Un épisode est en ligne", "les personnes qui coordonnent les CLSM dont il parle")]


def tell_of_publication(instance: EpisodePage, revision: Revision | None = None, **kwargs: Any) -> None:
    """The CLSMs of the episode and of its sheets. Nobody is told of what a command publishes."""
    author = revision.user if revision else None
    if author is None or not instance.is_newly_published:
        return
    told = Q(episode_items__page=instance.pk) | Q(sheet_items__page__episode_items__page=instance.pk)
    for clsm in ClsmPage.objects.filter(told).distinct():
        tell_clsm(PUBLISHED, clsm, link=instance.url or "", but=author, episode=instance.title)
