"""A screen in few lines: what it says, where it leads, what it asks. Neither its looks nor the keys of its rows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, count, takewhile
from pathlib import Path

from bs4 import BeautifulSoup, Comment, NavigableString, Tag
from django.conf import settings

from tests.rendered.hostile import HOSTILE, MARK
from tests.rendered.visiting import OF_A_PAGE, Seen, shape

#: What a reader, a reading aid or a script finds in an element.
TOLD = {"action", "alt", "autocomplete", "checked", "colspan", "content", "datetime", "disabled"}
TOLD |= {"download", "enctype", "for", "headers", "hidden", "href", "id", "inputmode", "lang", "max"}
TOLD |= {"maxlength", "media", "method", "min", "multiple", "name", "open", "placeholder", "property"}
TOLD |= {"rel", "required", "role", "scope", "selected", "src", "tabindex", "target", "title", "type"}
TOLD |= {"value"}
#: What stands around the screens’ own part.
LAYOUTS = re.compile(r"^(?:(?:\w+/)*\w*(?:base|bare|layout)\.html|components/.*)$")
#: Elements written whatever they hold; the others when they have something of ``TOLD``.
STRUCTURE = {"a", "article", "aside", "audio", "blockquote", "button", "dd", "details", "dialog", "dl", "dt"}
STRUCTURE |= {"em", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "header", "iframe", "img"}
STRUCTURE |= {"input", "label", "legend", "li", "main", "mark", "nav", "ol", "option", "output", "p"}
STRUCTURE |= {"progress", "section", "select", "strong", "summary", "table", "td", "template", "textarea"}
STRUCTURE |= {"th", "time", "tr", "ul"}
#: Wagtail’s own screens and our guides, read elsewhere; a drawing made of a key; a search for a hostile text.
UNKEPT = re.compile(rf"^/admin/pages/(?!\d+/{OF_A_PAGE})|^/admin/guides/|/2fa/totp/|zz8")
#: What a screen asks for besides what it says.
OF_ITS_OWN = "meta[name=robots], link[rel=stylesheet], script[src]:not([src*=wagtail])"
IN_A_NAME = str.maketrans({"/": "_", "?": "_", "&": "_", " ": "-"})
UNREAD = {"script", "style", "svg", "noscript"}
#: What changes from one world to the next: keys of rows, tokens, fingerprints of files.
CHANGING = (
    (re.compile(r"(?<=\?v=)[0-9a-f]{8}"), "VERSION"),  # of Wagtail's files: drawn from its settings
    (re.compile(r"_[A-Za-z0-9]{7}(?=\.[a-z0-9])"), ""),
    (re.compile(r"(?<=data-measure-token=)\S+"), "KEY"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "UUID"),
    (re.compile(r"(?<=[/=_.:-])(?=[\w-]*\d)[\w-]{16,}(?:[:.][\w-]{16,})*"), "KEY"),
    (re.compile(r"(?:(?<=[/_])|(?<=[a-z]-)|(?<= value=))\d+(?=[/_.&?#\s>-]|$)"), "N"),
    (re.compile(r"(?<=\?|&)(\w+=)\d+"), r"\1N"),
    (re.compile(r'(?<="key": ")[a-z0-9]{5}(?=")'), "KEY"),  # Draft.js draws a key for each paragraph
)


def outlines(screens: Iterable[Seen]) -> dict[str, str]:
    """Name of a file → a screen of ours; those who see the same share it, and the first of each sees it whole."""
    found: dict[str, str] = {}
    people: set[str] = set()
    for screen in screens:
        if screen.is_html and not UNKEPT.search(screen.address) and any(_is_ours(name) for name in screen.templates):
            text = "\n".join(outline(screen.soup, whole=screen.who not in people)) + "\n"
            people.add(screen.who)
            if text not in found.values():
                found[_free(f"{screen.who}{shape(screen.address)}{screen.sent}".translate(IN_A_NAME), found)] = text
    return found


def _free(name: str, taken: Mapping[str, str]) -> str:
    """The name, numbered when another screen of that shape has it."""
    return next(each for each in chain([name], (f"{name}_{rank}" for rank in count(2))) if each not in taken)


def _is_ours(template: str) -> bool:
    return not LAYOUTS.match(template) and (Path(settings.BASE_DIR) / "templates" / template).exists()


def outline(soup: BeautifulSoup, *, whole: bool) -> list[str]:
    """Its lines, two spaces for each level; with what stands around its own part when it is ``whole``."""
    title = f"« {soup.title.get_text(strip=True)} »" if soup.title else ""
    files = [] if whole else [f"{tag.name}{_told(tag)}" for tag in soup.select(OF_ITS_OWN)]
    own = soup if whole or not soup.main else soup.main
    return [_steady(line) for line in (title, *files, *_lines(own, ""))]


def _lines(tag: Tag, indent: str) -> Iterator[str]:
    for child in tag.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, Comment) and (said := " ".join(child.split())):
                yield f"{indent}{said}"
        elif isinstance(child, Tag) and child.name not in UNREAD:
            told = _told(child)
            is_told = bool(told) or child.name in STRUCTURE
            if is_told:
                yield f"{indent}<{child.name}{told}>"
            yield from _lines(child, f"{indent}  " if is_told else indent)


def _told(tag: Tag) -> str:
    names = [name for name in tag.attrs if name in TOLD or name.startswith(("aria-", "data-"))]
    values = {name: " ".join(tag.get_attribute_list(name)) for name in names}
    if values.get("name") == "csrfmiddlewaretoken":
        values["value"] = ""
    return "".join(f" {name}={' '.join(value.split())}" if value else f" {name}" for name, value in values.items())


def _steady(line: str) -> str:
    while (place := line.find(MARK)) >= 0:
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(line[place:], HOSTILE, strict=False)))
        line = f"{line[:place]}☠{line[place + alike :]}"
    for pattern, word in CHANGING:
        line = pattern.sub(word, line)
    return line
