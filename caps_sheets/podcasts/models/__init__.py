"""The podcasts: a show, its episodes and what they point to."""

from caps_sheets.podcasts.models.audience import EpisodeDay, Source
from caps_sheets.podcasts.models.episode import EpisodePage
from caps_sheets.podcasts.models.feed_changes import FeedMark
from caps_sheets.podcasts.models.production import ChecklistTick, EpisodeScript, ScriptSegment
from caps_sheets.podcasts.models.related import EpisodeClsm, EpisodeSheet, EpisodeSpeaker, EpisodeTheme
from caps_sheets.podcasts.models.show import ShowPage, ShowPlatform, ShowProof, ShowSeason
from caps_sheets.podcasts.models.voices import VoiceAuthorisation

__all__ = [
    "ChecklistTick",
    "EpisodeClsm",
    "EpisodeDay",
    "EpisodePage",
    "EpisodeScript",
    "EpisodeSheet",
    "EpisodeSpeaker",
    "EpisodeTheme",
    "FeedMark",
    "ScriptSegment",
    "ShowPage",
    "ShowPlatform",
    "ShowProof",
    "ShowSeason",
    "Source",
    "VoiceAuthorisation",
]
