"""What the templates of an episode ask about its player; nothing is read or drawn before it is asked for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from caps_sheets.podcasts import addresses
from caps_sheets.podcasts.player import elsewhere, structured
from caps_sheets.podcasts.player.links import Link
from caps_sheets.podcasts.player.steps import CHAPTER, Step, steps_of

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage, ShowPage

FILES = {"txt": "texte", "vtt": "WebVTT", "srt": "SRT"}


class Player:
    """The player of one episode; its absolute addresses are empty while nobody would find anything there."""

    def __init__(self, episode: "EpisodePage", show: "ShowPage | None", links: Sequence[Link]) -> None:
        self.episode = episode
        self.show = show
        self.links = links

    @cached_property
    def steps(self) -> list[Step]:
        """Chapters and linked pages, in the order of the sound."""
        return steps_of(self.episode, self.links)

    @cached_property
    def moments(self) -> list[Step]:
        """The linked pages that have their moment."""
        return [step for step in self.steps if step.kind != CHAPTER]

    @cached_property
    def picture(self) -> str:
        """A square image, relative to the site: the episode’s, else the artwork of its show."""
        return structured.picture_url(self.episode.image, self.show.artwork if self.show else None)

    @property
    def picture_url(self) -> str:
        return urljoin(self.page_url, self.picture) if self.picture else ""

    @property
    def page_url(self) -> str:
        return addresses.page_url(self.episode) if self.episode.live else ""

    @property
    def audio_url(self) -> str:
        return addresses.audio_url(self.episode)

    @property
    def embed_url(self) -> str:
        return addresses.embed_url(self.episode) if self.episode.live else ""

    @property
    def oembed_url(self) -> str:
        return elsewhere.oembed_url(self.episode)

    @property
    def transcript_files(self) -> list[tuple[str, str]]:
        """(label, address) of the transcript as files."""
        if not (self.page_url and self.episode.cues):
            return []
        return [(label, addresses.transcript_url(self.episode, name)) for name, label in FILES.items()]

    @property
    def subscribe_url(self) -> str:
        return addresses.subscribe_url(self.show) if self.show else ""

    @property
    def frame(self) -> str:
        """The HTML to paste in another site."""
        return elsewhere.frame(self.episode) if self.page_url else ""

    @property
    def structured_data(self) -> SafeString | str:
        if self.show is None or not self.page_url:
            return ""
        data = structured.episode_data(self.episode, self.show, self.steps, self.links, self.picture)
        return structured.as_script(data)
