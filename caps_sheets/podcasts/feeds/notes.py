"""The notes of an episode in a feed: its own text, then what an app without chapters or transcripts cannot show."""

import html
import re
from urllib.parse import urljoin

import nh3
from wagtail.rich_text import expand_db_html

from caps_sheets.podcasts.feeds.writer import clock
from caps_sheets.podcasts.formats.chapters import Chapter
from portal.base.feeds import HELP

TAGS = {"p", "br", "a", "ul", "ol", "li", "strong", "em"}
SCHEMES = {"http", "https", "mailto"}
HREF = re.compile(r'(<a\b[^>]*?\bhref=")([^"]*)"')
EDITOR_TAGS = ((re.compile(r"<(/?)b>"), r"<\1strong>"), (re.compile(r"<(/?)i>"), r"<\1em>"))
SEPARATOR = "<!--next-->"  # no text that went through ``nh3`` has a comment

Link = tuple[str, str]  # title, absolute address


def sanitised(text: str) -> str:
    """HTML of anybody, kept to paragraphs, lists, emphasis and plain links."""
    for tag, replacement in EDITOR_TAGS:
        text = tag.sub(replacement, text)
    return nh3.clean(text, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES, link_rel=None)


def expanded(texts: list[str], root_url: str) -> list[str]:
    """Rich texts as readers elsewhere show them: links to our pages resolved, all together, and absolute."""
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
    """Apple and others read chapters there: one a line, from the first second on."""
    lines = "<br>".join(f"{clock(chapter.start)} {html.escape(chapter.title)}" for chapter in chapters)
    return f"<p>{lines}</p>" if lines else ""
