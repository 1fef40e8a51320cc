"""The parts of the episodes of a feed as plain values, in four queries, and the notes of an episode.

The notes are the text of the episode, followed by what an app without chapters or transcripts cannot show.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin

import nh3
from django.db.models import Exists, OuterRef, Subquery
from wagtail.rich_text import expand_db_html

from caps_sheets.podcasts.feeds.rss import clock
from caps_sheets.podcasts.formats.chapters import Chapter
from caps_sheets.podcasts.models import EpisodeClsm, EpisodePage, EpisodeSheet, EpisodeSpeaker, EpisodeTheme
from network.models import ClsmPage
from network.territories.models import Department
from portal.base.feeds import HELP
from portal.base.querysets import is_visible, visible


@dataclass(frozen=True, slots=True)
class Linked:
    """A page that the episode is about; ``department``: name of the first one of a CLSM, if any."""

    pk: int
    title: str
    url_path: str
    department: str | None = None


@dataclass(frozen=True, slots=True)
class CreditedVoice:
    """``url_path``: the page of the CLSM, empty if it has no public one."""

    role: str
    is_host: bool
    is_synthetic: bool
    url_path: str = ""


@dataclass(slots=True)
class Parts:
    """``themes``: (name, whether it requires the help numbers)."""

    themes: list[tuple[str, bool]] = field(default_factory=list)
    sheets: list[Linked] = field(default_factory=list)
    clsms: list[Linked] = field(default_factory=list)
    voices: list[CreditedVoice] = field(default_factory=list)


def stored_parts(episodes: Iterable[EpisodePage]) -> dict[int, Parts]:
    """By episode id, in the author's order. What is not public is left out."""
    parts_by_id = {episode.pk: Parts() for episode in episodes}
    themes = EpisodeTheme.objects.filter(content_object__in=list(parts_by_id)).order_by("pk")
    for page, name, shows_help in themes.values_list("content_object", "tag__name", "tag__shows_help"):
        parts_by_id[page].themes.append((name, shows_help))
    sheets = EpisodeSheet.objects.filter(is_visible("sheet"), page__in=list(parts_by_id))
    for page, *values in sheets.values_list("page", "sheet", "sheet__title", "sheet__url_path"):
        parts_by_id[page].sheets.append(Linked(*values))
    department = Department.objects.filter(clsm_pages=OuterRef("clsm")).order_by("code").values("name")[:1]
    clsms = EpisodeClsm.objects.filter(is_visible("clsm"), page__in=list(parts_by_id))
    named = clsms.annotate(department=Subquery(department))
    for page, *values in named.values_list("page", "clsm", "clsm__title", "clsm__url_path", "department"):
        parts_by_id[page].clsms.append(Linked(*values))
    is_public = Exists(visible(ClsmPage.objects.filter(pk=OuterRef("clsm"))))
    voices = EpisodeSpeaker.objects.filter(page__in=list(parts_by_id)).annotate(is_public=is_public)
    rows = voices.values_list("page", "role", "is_host", "is_synthetic", "is_public", "clsm__url_path")
    for page, role, is_host, is_synthetic, is_public_clsm, url_path in rows:
        parts_by_id[page].voices.append(CreditedVoice(role, is_host, is_synthetic, url_path if is_public_clsm else ""))
    return parts_by_id


def draft_parts(draft: EpisodePage) -> Parts:
    """The same for a draft held in memory; linked pages are taken as they will be."""
    sheets = [item.sheet for item in draft.sheet_items.all()]
    clsms = [item.clsm for item in draft.clsm_items.all()]
    return Parts(
        themes=[(item.tag.name, item.tag.shows_help) for item in draft.theme_items.all()],
        sheets=[Linked(sheet.pk, sheet.title, sheet.url_path) for sheet in sheets],
        clsms=[Linked(clsm.pk, clsm.title, clsm.url_path) for clsm in clsms],
        voices=[
            CreditedVoice(voice.role, voice.is_host, voice.is_synthetic, voice.clsm.url_path if voice.clsm else "")
            for voice in draft.speaker_items.all()
        ],
    )


TAGS = {"p", "br", "a", "ul", "ol", "li", "strong", "em"}

SCHEMES = {"http", "https", "mailto"}

HREF = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)"')

EDITOR_TAGS = ((re.compile(r"<(/?)b>"), r"<\1strong>"), (re.compile(r"<(/?)i>"), r"<\1em>"))

SEPARATOR = "<!--next-->"  # a text cleaned by ``nh3`` holds no comment

Link = tuple[str, str]  # title, absolute URL


def sanitised(text: str) -> str:
    """HTML from any source, reduced to paragraphs, lists, emphasis and plain links."""
    for tag, replacement in EDITOR_TAGS:
        text = tag.sub(replacement, text)
    return nh3.clean(text, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


def expanded(texts: list[str], root_url: str) -> list[str]:
    """Rich texts for feed readers: links to our pages resolved, all together, and absolute."""
    stored = [
        nh3.clean(text, tags=TAGS | {"b", "i"}, attributes={"a": {"href", "linktype", "id"}}, link_rel=None)
        for text in texts
    ]
    shown = expand_db_html(SEPARATOR.join(stored)).split(SEPARATOR) if stored else []
    return [sanitised(HREF.sub(lambda match: _absolute(match, root_url), text)) for text in shown]


def _absolute(match: re.Match[str], root_url: str) -> str:
    return f'{match[1]}{html.escape(urljoin(root_url, html.unescape(match[2])))}"'


def whole_notes(
    text: str,
    *,
    content_note: str,
    links: list[Link],
    chapters: tuple[Chapter, ...],
    transcript_url: str,
    shows_help: bool,
    has_synthetic_voice: bool,
) -> str:
    """``text`` is sanitised HTML already; everything else is plain text."""
    parts = [
        f"<p><strong>{html.escape(content_note)}</strong></p>" if content_note else "",
        text,
        _list(links),
        _chapters(chapters),
        f'<p><a href="{html.escape(transcript_url)}">Lire la transcription</a></p>' if transcript_url else "",
        f"<p>{html.escape(HELP)}</p>" if shows_help else "",
        "<p>Cet épisode contient des voix de synthèse.</p>" if has_synthetic_voice else "",
    ]
    return "\n".join(part for part in parts if part)


def _list(links: list[Link]) -> str:
    rows = "".join(f'<li><a href="{html.escape(url)}">{html.escape(title)}</a></li>' for title, url in links)
    return f"<p>À lire aussi :</p><ul>{rows}</ul>" if rows else ""


def _chapters(chapters: tuple[Chapter, ...]) -> str:
    """Apple and others read chapters there: one per line, from the first second on."""
    lines = "<br>".join(f"{clock(chapter.start)} {html.escape(chapter.title)}" for chapter in chapters)
    return f"<p>{lines}</p>" if lines else ""
