"""What the templates of an episode need for its player. Everything is lazy."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from caps_sheets.podcasts.models import episode_links, structured_data
from caps_sheets.podcasts.models.episode_links import CHAPTER, Link, PlayerStep, steps_of

if TYPE_CHECKING:
    from caps_sheets.podcasts.models.episode import EpisodePage
    from caps_sheets.podcasts.models.show import ShowPage

FILES = {"txt": "texte", "vtt": "WebVTT", "srt": "SRT"}


class Player:
    """The player of one episode; its absolute URLs are empty while they would answer 404."""

    def __init__(self, episode: "EpisodePage", show: "ShowPage | None", links: Sequence[Link]) -> None:
        self.episode = episode
        self.show = show
        self.links = links

    @cached_property
    def steps(self) -> list[PlayerStep]:
        """Chapters and linked pages, in the order of the sound."""
        return steps_of(self.episode, self.links)

    @cached_property
    def moments(self) -> list[PlayerStep]:
        """The linked pages with a time in the sound."""
        return [step for step in self.steps if step.kind != CHAPTER]

    @cached_property
    def picture(self) -> str:
        """A square image URL, relative to the site: the episode’s, else the artwork of its show."""
        return structured_data.picture_url(self.episode.image, self.show.artwork if self.show else None)

    @property
    def picture_url(self) -> str:
        return urljoin(self.page_url, self.picture) if self.picture else ""

    @property
    def page_url(self) -> str:
        return episode_links.page_url(self.episode) if self.episode.live else ""

    @property
    def audio_url(self) -> str:
        return episode_links.audio_url(self.episode)

    @property
    def embed_url(self) -> str:
        return episode_links.embed_url(self.episode) if self.episode.live else ""

    @property
    def oembed_url(self) -> str:
        return structured_data.oembed_url(self.episode)

    @property
    def transcript_files(self) -> list[tuple[str, str]]:
        """(label, URL) of the transcript as files."""
        if not (self.page_url and self.episode.cues):
            return []
        return [(label, episode_links.transcript_url(self.episode, name)) for name, label in FILES.items()]

    @property
    def subscribe_url(self) -> str:
        return episode_links.subscribe_url(self.show) if self.show else ""

    @property
    def frame(self) -> str:
        """The HTML to embed in another site."""
        return structured_data.frame(self.episode) if self.page_url else ""

    @property
    def structured_data(self) -> SafeString | str:
        if self.show is None or not self.page_url:
            return ""
        data = structured_data.episode_data(self.episode, self.show, self.steps, self.links, self.picture)
        return structured_data.as_script(data)
