"""The audio version of the sheets: a show, its episodes and what they point to."""

from caps_sheets.podcasts.models.episode import EpisodePage
from caps_sheets.podcasts.models.links import EpisodeClsm, EpisodeSheet, EpisodeSpeaker, EpisodeTheme
from caps_sheets.podcasts.models.show import ShowPage, ShowPlatform, ShowProof, ShowSeason

__all__ = [
    "EpisodeClsm",
    "EpisodePage",
    "EpisodeSheet",
    "EpisodeSpeaker",
    "EpisodeTheme",
    "ShowPage",
    "ShowPlatform",
    "ShowProof",
    "ShowSeason",
]
