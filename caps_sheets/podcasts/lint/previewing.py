"""The feed as it would be with a draft in it: what an editor checks before publishing."""

from django.utils import timezone

from caps_sheets.podcasts.feeds.parts import draft_parts, stored_parts
from caps_sheets.podcasts.feeds.reads import build_channel, public_episodes
from caps_sheets.podcasts.feeds.writer import write
from caps_sheets.podcasts.lint.checking import lint
from caps_sheets.podcasts.lint.findings import Finding
from caps_sheets.podcasts.models import EpisodePage, ShowPage


def lint_show(show: ShowPage) -> list[Finding]:
    """The feed of ``show`` with its latest text, and its public episodes."""
    draft = show.get_latest_revision_as_object()
    return _checked(draft, public_episodes(show))


def lint_episode(episode: EpisodePage) -> list[Finding]:
    """What concerns one episode, in its latest text, once it stands among the public ones."""
    draft: EpisodePage = episode.get_latest_revision_as_object()
    draft.has_transcript = bool(draft.transcript.strip())
    show = episode.get_parent().specific
    others = [each for each in public_episodes(show) if each.pk != episode.pk]
    before = set(_checked(show, others))
    return [finding for finding in _checked(show, others, draft) if finding not in before]


def _checked(show: ShowPage, episodes: list[EpisodePage], draft: EpisodePage | None = None) -> list[Finding]:
    parts = stored_parts(episodes)
    if draft:
        episodes, parts = [draft, *episodes], {**parts, draft.pk: draft_parts(draft)}
    return lint(write(build_channel(show, timezone.now(), episodes, parts)))
