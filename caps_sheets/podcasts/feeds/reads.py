"""Everything that a feed says, read in a number of queries that does not grow with the episodes."""

import html
from datetime import datetime
from uuid import uuid5

from django.conf import settings
from django.db.models import BooleanField, ExpressionWrapper, Prefetch, Q, prefetch_related_objects
from django.utils.html import strip_tags

from caps_sheets.podcasts.feeds.content import Channel
from caps_sheets.podcasts.feeds.items import Around, build_item, image_url
from caps_sheets.podcasts.feeds.licences import feed_licence
from caps_sheets.podcasts.feeds.notes import expanded
from caps_sheets.podcasts.feeds.parts import Parts, stored_parts
from caps_sheets.podcasts.feeds.places import places_of
from caps_sheets.podcasts.formats import artwork
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.podcasts.models.episode_links import feed_url, page_url, show_guid
from portal.medialib.models import PortalRendition
from portal.taxonomies.models import Theme

DEFAULT_DESCRIPTION = "Les actions des conseils locaux de santé mentale, racontées de vive voix."


def read_feed(show: ShowPage, changed_at: datetime, theme: Theme | None = None) -> Channel:
    """The public episodes of ``show``, latest first, or those on ``theme``."""
    episodes = public_episodes(show, theme)
    return build_channel(show, changed_at, episodes, stored_parts(episodes), theme)


def public_episodes(show: ShowPage, theme: Theme | None = None) -> list[EpisodePage]:
    """Latest first. An episode whose sound was lost is left out: it cannot be heard."""
    pages = EpisodePage.objects.child_of(show).visible().latest_first()
    if theme:
        pages = pages.filter(theme_items__tag=theme)
    has_transcript = ExpressionWrapper(~Q(transcript=""), output_field=BooleanField())
    heard = pages.filter(audio__isnull=False).exclude(audio__version="").select_related("audio", "image")
    return list(heard.defer("transcript").annotate(has_transcript=has_transcript))


def build_channel(
    show: ShowPage,
    changed_at: datetime,
    episodes: list[EpisodePage],
    parts: dict[int, Parts],
    theme: Theme | None = None,
) -> Channel:
    """``episodes``: public ones, or drafts held in memory; ``parts``: what hangs from each, by id."""
    around = _around(show, parts)
    images = [image for image in (show.artwork, *(episode.image for episode in episodes)) if image]
    renditions = PortalRendition.objects.filter(filter_spec=artwork.RENDITION)
    prefetch_related_objects(images, Prefetch("renditions", renditions))
    notes = expanded([episode.notes for episode in episodes], around.root_url)
    own_url = feed_url(show)
    guid = show.guid or show_guid(own_url)
    return Channel(
        title=f"{show.title} – {theme.name}" if theme else show.title,
        url=around.show_url,
        feed_url=feed_url(show, theme.slug) if theme else own_url,
        description=_plain(show.introduction) or DEFAULT_DESCRIPTION,
        guid=str(uuid5(guid, theme.slug) if theme else guid),
        changed_at=changed_at,
        author=show.author,
        copyright=show.copyright,
        category=show.category,
        order=show.order,
        frequency=show.frequency,
        frequency_label=show.get_frequency_display(),
        is_complete=show.is_complete,
        owner_email=show.owner_email,
        new_feed_url="" if theme else show.new_feed_url,
        image_url=image_url(show.artwork, around.root_url),
        licence=feed_licence(show.licence, around.show_url),
        proofs=tuple((proof.purpose, proof.value) for proof in show.proof_items.all()),
        hub_url=settings.PODCAST_WEBSUB_HUB,
        is_listed=theme is None,
        items=tuple(
            build_item(episode, parts[episode.pk], text, around) for episode, text in zip(episodes, notes, strict=True)
        ),
    )


def _around(show: ShowPage, parts: dict[int, Parts]) -> Around:
    address = show.get_url_parts()
    show_url = page_url(show)
    root_url = f"{address[1]}/" if address else "/"
    return Around(
        show_url=show_url,
        root_url=root_url,
        root_path=show.url_path.removesuffix(show_url.removeprefix(root_url)),
        season_names={season.number: season.name for season in show.season_items.all()},
        places=places_of(clsm for each in parts.values() for clsm in each.clsms),
    )


def _plain(rich_text: str) -> str:
    """Rich text as plain paragraphs: a description has no tags."""
    return html.unescape(strip_tags(rich_text.replace("</p>", "\n"))).strip()
