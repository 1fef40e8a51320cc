"""What an emergency takedown empties of the podcasts, and whom it tells."""

from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from django.db.models import Q
from django.urls import reverse
from wagtail.models import Page

from caps_sheets.podcasts.models import EpisodePage, ShowPage, episode_links
from network.models.queries import coordinators_in_post
from portal.base.querysets import visible
from portal.medialib.models import PortalImage
from portal.moderation.takedowns.addresses import Address, AddressSource, Kind, Target
from portal.users.models import User


class PodcastSource(AddressSource):
    name = "podcasts"

    def addresses(self, target: Target) -> Iterator[Address]:
        going = [page for page in target.seen if isinstance(page, ShowPage)]
        for page in target.seen:
            if isinstance(page, EpisodePage):
                yield from self._episode(page)
        for show in going:
            yield Address(Kind.PAGE, "S’abonner à l’émission", _path(episode_links.subscribe_url(show)))
            yield from self._feeds(show, Kind.PAGE, target)
        staying = [page for page in target.around if page.specific_class is ShowPage and page.pk not in target.ids]
        for show in [*staying, *_picturing(target)]:
            yield from self._feeds(show, Kind.LIST, target)

    def _episode(self, episode: EpisodePage) -> Iterator[Address]:
        page = _path(episode_links.page_url(episode))
        for name in episode_links.TRANSCRIPT_FORMATS:
            yield Address(Kind.FILE, f"Transcription ({name})", _path(episode_links.transcript_url(episode, name)))
        yield Address(Kind.FILE, "Chapitres", _path(episode_links.chapters_url(episode)))
        yield Address(Kind.PAGE, "Lecteur à intégrer", _path(episode_links.embed_url(episode)))
        if page:
            asked = f"{reverse('oembed')}?url={quote(episode_links.page_url(episode), safe='')}"
            yield Address(Kind.PAGE, "oEmbed", asked)

    def _feeds(self, show: Page, kind: Kind, target: Target) -> Iterator[Address]:
        yield Address(kind, f"Flux de « {show.title} »", _path(episode_links.feed_url(show)))
        for theme in target.themes:
            yield Address(kind, f"Flux de « {show.title} », {theme}", _path(episode_links.feed_url(show, theme.slug)))


def _picturing(target: Target) -> Iterable[ShowPage]:
    """The public shows whose feeds carry the picture to take down."""
    if not isinstance(target.content, PortalImage):
        return []
    pictured = EpisodePage.objects.filter(image=target.content).values_list("path", flat=True)
    return visible(
        ShowPage.objects.filter(Q(artwork=target.content) | Q(path__in=[path[: -Page.steplen] for path in pictured]))
    )


def _path(url: str) -> str:
    return urlsplit(url).path


def coordinators_of_episode(page: Page) -> Iterable[User]:
    """The hook ``takedown_people``: who coordinates today the CLSMs of the episode."""
    return coordinators_in_post(page.clsm_items.values("clsm")) if isinstance(page, EpisodePage) else []
