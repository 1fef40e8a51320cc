"""All the rules applied to one feed, or to the feed as it would be with a draft in it."""

from collections.abc import Callable, Iterable, Iterator
from xml.etree.ElementTree import Element

from django.utils import timezone

from caps_sheets.podcasts.feeds.builder import build_channel, public_episodes
from caps_sheets.podcasts.feeds.queries import draft_parts, stored_parts
from caps_sheets.podcasts.feeds.rss import write
from caps_sheets.podcasts.lint import channel_rules, item_rules
from caps_sheets.podcasts.lint.document import FeedError, Finding, Level, read_document, text
from caps_sheets.podcasts.models import EpisodePage, ShowPage

Rule = Callable[[Element], Iterable[str]]

#: Stable name → rule about the whole feed.
CHANNEL_RULES: dict[str, Rule] = {
    "titre": channel_rules.title,
    "page": channel_rules.link,
    "description": channel_rules.description,
    "langue": channel_rules.language,
    "pochette": channel_rules.artwork,
    "categorie": channel_rules.category,
    "public-averti": channel_rules.explicit,
    "auteur": channel_rules.author,
    "ordre": channel_rules.show_type,
    "recit-sans-numero": channel_rules.serial_numbers,
    "adresse-du-flux": channel_rules.self_link,
    "espace-de-noms": channel_rules.podcast_namespace,
    "identifiant": channel_rules.show_guid,
    "verrou": channel_rules.locked,
    "medium": channel_rules.medium,
    "rythme": channel_rules.frequency,
    "date-du-flux": channel_rules.build_date,
    "nouvelle-adresse": channel_rules.new_address,
    "identifiant-double": channel_rules.unique_guids,
    "son-double": channel_rules.unique_sounds,
    "numero-double": channel_rules.unique_numbers,
    "sans-episode": channel_rules.episodes,
}

#: Stable name → rule about one episode.
ITEM_RULES: dict[str, Rule] = {
    "episode-titre": item_rules.title,
    "episode-identifiant": item_rules.guid,
    "episode-son": item_rules.sound,
    "episode-son-https": item_rules.secure_sound,
    "episode-poids": item_rules.sound_length,
    "episode-type-de-son": item_rules.sound_type,
    "episode-duree": item_rules.duration,
    "episode-date": item_rules.date,
    "episode-page": item_rules.link,
    "episode-resume": item_rules.description,
    "episode-notes": item_rules.notes,
    "episode-public-averti": item_rules.explicit,
    "episode-type": item_rules.kind,
    "episode-numero": item_rules.numbers,
    "episode-saison": item_rules.season,
    "episode-transcription": item_rules.transcript,
    "episode-fichier-de-chapitres": item_rules.chapters_file,
    "episode-chapitres": item_rules.simple_chapters,
    "episode-voix": item_rules.persons,
    "episode-lieu": item_rules.places,
    "episode-extrait": item_rules.soundbite,
    "episode-image": item_rules.artwork,
}

#: Allowed, with a warning.
ADVICE = {
    "auteur",
    "numero-double",
    "episode-son-https",
    "episode-transcription",
    "episode-extrait",
    "medium",
    "rythme",
    "episode-duree",
}


def lint(content: bytes) -> list[Finding]:
    """All the findings about a feed, the worst first; an unreadable document is one finding."""
    try:
        root = read_document(content)
    except FeedError as error:
        return [Finding("illisible", Level.ERROR, str(error))]
    channel = root.find("channel")
    assert channel is not None  # noqa: S101 - ``read_document`` refuses a feed without one
    findings = list(_findings(channel))
    return sorted(findings, key=lambda finding: finding.level != Level.ERROR)


def errors(findings: Iterable[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level == Level.ERROR]


def _findings(channel: Element) -> Iterator[Finding]:
    yield from _applied(CHANNEL_RULES, channel, "")
    for item in channel.iter("item"):
        yield from _applied(ITEM_RULES, item, text(item, "title") or text(item, "guid") or "épisode sans titre")


def _applied(rules: dict[str, Rule], element: Element, where: str) -> Iterator[Finding]:
    for name, rule in rules.items():
        level = Level.ADVICE if name in ADVICE else Level.ERROR
        for message in rule(element):
            yield Finding(name, level, message, where)


def lint_show(show: ShowPage) -> list[Finding]:
    """The feed of ``show`` with its latest text, and its public episodes."""
    draft = show.get_latest_revision_as_object()
    return _checked(draft, public_episodes(show))


def lint_episode(episode: EpisodePage) -> list[Finding]:
    """The findings about one episode, in its latest text, as if it were public."""
    draft: EpisodePage = episode.get_latest_revision_as_object()
    draft.has_transcript = bool(draft.transcript.strip())
    show = episode.get_parent().specific
    others = [public_episode for public_episode in public_episodes(show) if public_episode.pk != episode.pk]
    before = set(_checked(show, others))
    return [finding for finding in _checked(show, others, draft) if finding not in before]


def _checked(show: ShowPage, episodes: list[EpisodePage], draft: EpisodePage | None = None) -> list[Finding]:
    parts = stored_parts(episodes)
    if draft:
        episodes, parts = [draft, *episodes], {**parts, draft.pk: draft_parts(draft)}
    return lint(write(build_channel(show, timezone.now(), episodes, parts)))
