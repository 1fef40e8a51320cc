"""From the Markdown of a guide to HTML for the admin. The guides are our own files and hold no raw HTML."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from portal.home.guides.library import GUIDES

GUIDE_LINK = re.compile(r"([a-z-]+)\.md(#.*)?")
PICTURE = re.compile(r"images/([a-z0-9-]+\.png)")
SLUGS = {guide.slug for guide in GUIDES}
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Drawn:
    """``parts``: (anchor, heading) of each part, for the table of contents."""

    title: str
    parts: list[tuple[str, str]]
    html: SafeString


@lru_cache(maxsize=16)
def draw(source: str) -> Drawn:
    """The same text is rendered once; a changed file has another text."""
    tokens = MARKDOWN.parse(source)
    title, parts = "", []
    for token, content in headings(tokens):
        if token.tag == "h1":
            title = content
        elif token.tag == "h2":
            anchor = slugify(content)
            token.attrSet("id", anchor)
            parts.append((anchor, content))
    for token in tokens:
        token.children = list(rewritten(token.children or [])) if token.children is not None else None
    html = MARKDOWN.renderer.render(without_title(tokens), MARKDOWN.options, {})
    return Drawn(title, parts, mark_safe(scrolling(html)))  # noqa: S308 - our own files


def scrolling(html: str) -> str:
    """Each table is wrapped in a region that a keyboard can focus and scroll on a phone."""
    before, *tables = html.split("<table>")
    region = '<div class="guide__table" tabindex="0" role="region" aria-label="Tableau {}"><table>{}'
    return before + "".join(
        region.format(rank, text.replace("</table>", "</table></div>")) for rank, text in enumerate(tables, start=1)
    )


def headings(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    for token, inline in pairwise(tokens):
        if token.type == "heading_open":
            yield token, "".join(child.content for child in inline.children or [])


def without_title(tokens: list[Token]) -> list[Token]:
    """Remove the title of the text: the page has its own."""
    if tokens and tokens[0].tag == "h1":
        return tokens[3:]
    return tokens


def rewritten(children: list[Token]) -> Iterator[Token]:
    """Links and pictures of the file point to the views of the admin; an external link keeps its text only."""
    closes: list[bool] = []
    for token in children:
        if token.type == "link_open":
            address = led(str(token.attrs["href"]))
            closes.append(bool(address))
            token.attrs["href"] = address
            if address:
                yield token
        elif token.type == "link_close":
            if closes.pop():
                yield token
        elif token.type == "image":
            match = PICTURE.fullmatch(str(token.attrs["src"]))
            if match:
                token.attrs["src"] = reverse("guide_picture", args=[match[1]])
                token.attrs["loading"] = "lazy"
                yield token
        else:
            yield token


def led(address: str) -> str:
    """``edition.md`` → the view of that guide; an anchor or a public URL stays; a source file has none."""
    match = GUIDE_LINK.fullmatch(address)
    if match and match[1] in SLUGS:
        return reverse("guide", args=[match[1]]) + (match[2] or "")
    return address if address.startswith(("#", "https://")) else ""
