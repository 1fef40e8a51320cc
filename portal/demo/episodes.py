"""The demonstration episodes: three published, one that waits for its approval, one in preparation."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from wagtail.models import Collection

from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet, EpisodeSpeaker, ShowPage, ShowSeason
from network.models import ClsmPage
from portal.demo import artwork, backlog, lookups, publication
from portal.demo.accounts import account
from portal.demo.episode_steps import seed_making
from portal.demo.sheet_files import paragraphs
from portal.medialib.models import PortalMedia

FOLDER = Path(__file__).parent / "audio"
TABLE = Path(__file__).parent / "episodes.toml"
NOTES = (
    "Voix de synthèse : personne ne parle dans cet épisode. Le texte, écrit pour la démonstration, reprend la fiche "
    "liée ci-dessous."
)


@dataclass(frozen=True)
class Episode:
    """``slug``: the name of the sound and of its transcript. ``…_at`` and ``extract``: seconds of this sound."""

    slug: str
    title: str
    summary: str
    sheet: str
    sheet_at: int
    clsm: str
    clsm_at: int
    themes: tuple[str, ...]
    speakers: tuple[str, ...]
    day: date
    chapters: str
    extract: tuple[int, int] | None = None
    is_demo: bool = True
    waits: bool = False


@cache
def table() -> dict[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def episodes() -> list[Episode]:
    return [Episode(**row) for row in table()["episodes"]]


def seed_episodes() -> int:
    show = ShowPage.objects.get(slug="podcast")
    dress(show)
    added = 0
    for number, data in enumerate(episodes(), start=1):
        if publication.exists(show, data.slug):
            continue
        episode = build_episode(data, number)
        publication.add_draft(show, episode, account("edition"))
        if data.waits:
            backlog.submit(EpisodePage.objects.get(pk=episode.pk), account("edition"))
        else:
            publication.publish(episode, account("administration"))
        added += 1
    return added + seed_making(show, table()["preparing"]["sheet"])


def dress(show: ShowPage) -> None:
    """What directories require of a show, unless it is already filled in."""
    if show.artwork_id:
        return
    data = table()["show"]
    show.artwork = artwork.artwork()
    show.author, show.copyright = data["author"], data["copyright"]
    show.licence = lookups.licence(data["licence"])
    show.season_items = [ShowSeason(number=1, name=data["season"])]
    show.save_revision(user=account("administration")).publish(user=account("administration"))


def build_episode(data: Episode, number: int) -> EpisodePage:
    """The unsaved episode, its voices declared synthetic."""
    start, length = data.extract or (None, None)
    page = EpisodePage(
        title=data.title,
        slug=data.slug,
        number=number,
        date=data.day,
        summary=data.summary,
        notes=paragraphs(NOTES),
        audio=sound(data),
        transcript=(FOLDER / f"{data.slug}.vtt").read_text(encoding="utf-8"),
        chapters=data.chapters.strip(),
        soundbite_start=start,
        soundbite_duration=length,
        is_demo=data.is_demo,
    )
    page.mark_transcript_reviewed()
    sheet = CapsSheetPage.objects.get(slug=data.sheet)
    clsm = ClsmPage.objects.get(slug=data.clsm)
    page.sheet_items = [EpisodeSheet(sheet=sheet, start=data.sheet_at, reason="La fiche que raconte l’épisode")]
    page.clsm_items = [EpisodeClsm(clsm=clsm, start=data.clsm_at, reason="Le CLSM qui porte l’action")]
    page.speaker_items = [
        EpisodeSpeaker(role=role, is_synthetic=True, is_host=role == "Animation") for role in data.speakers
    ]
    page.themes.add(*lookups.themes_of(list(data.themes)))
    return page


def sound(data: Episode) -> PortalMedia:
    """The sound in the library, stored once."""
    title = f"{data.title} (voix de synthèse)"
    media = PortalMedia.objects.filter(title=title).first()
    if media:
        return media
    file = ContentFile((FOLDER / f"{data.slug}.mp3").read_bytes(), name=f"{data.slug}.mp3")
    collection = Collection.objects.filter(name="Podcast").first() or Collection.get_first_root_node()
    return PortalMedia.objects.create(title=title, file=file, collection=collection)
