"""Notification of a WebSub hub when a feed changes (W3C WebSub §6), so that apps need not poll.

Off unless ``PODCAST_WEBSUB_HUB`` names a hub. The hub is notified after the publication is saved, by the background
worker if there is one (``TASKS_BACKEND``). A failure of the hub does not affect the publication.
"""

import logging
from typing import Any

import urllib3
from django.conf import settings
from django.db import transaction
from django_tasks import task
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url
from portal.taxonomies.models import Theme

logger = logging.getLogger("portal.podcasts")

SECONDS = 5.0


class HubError(Exception):
    """The hub refused the notification; the message gives the reason, in French."""


def tell_hub(hub: str, feeds: list[str]) -> None:
    """One POST for all the ``feeds``, or ``HubError``."""
    fields = [("hub.mode", "publish"), *(("hub.url", feed) for feed in feeds)]
    try:
        with urllib3.PoolManager(timeout=SECONDS, retries=False) as pool:
            response = pool.request("POST", hub, fields=fields, encode_multipart=False, redirect=False)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise HubError(f"Le relais {hub} ne répond pas.") from error
    if not 200 <= response.status < 300:
        raise HubError(f"Le relais {hub} répond {response.status}.")


def feeds_of(show: ShowPage) -> list[str]:
    """The feed of the show, and those of the themes that its public episodes have."""
    episodes = EpisodePage.objects.child_of(show).visible()
    themes = Theme.objects.filter(episode_items__content_object__in=episodes).order_by("slug").distinct()
    return [feed_url(show), *(feed_url(show, theme.slug) for theme in themes)]


@task()
def tell_hub_of_show(show_id: int) -> None:
    """A failure of the hub is logged, nothing more."""
    show = ShowPage.objects.live().filter(pk=show_id).first()
    if show is None or not settings.PODCAST_WEBSUB_HUB:
        return
    try:
        tell_hub(settings.PODCAST_WEBSUB_HUB, feeds_of(show))
    except HubError as error:
        logger.warning("%s", error)


def _changed(instance: Page, **kwargs: Any) -> None:
    if not settings.PODCAST_WEBSUB_HUB:
        return
    show_id = instance.pk if isinstance(instance, ShowPage) else instance.get_parent().pk
    transaction.on_commit(lambda: tell_hub_of_show.enqueue(show_id), robust=True)


def watch() -> None:
    for signal in (page_published, page_unpublished):
        for model in (EpisodePage, ShowPage):
            signal.connect(_changed, sender=model, dispatch_uid=f"websub-{model.__name__}")
