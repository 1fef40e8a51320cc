"""Chapters of an episode: read as any tool writes them, kept as lines « 00:12:30 Titre » or « 00:12:30 Titre | URL ».

``read_chapters`` is the only reader, of the field, of an uploaded file and of an imported feed. It takes lines (a time,
then a title), JSON chapters of any tool, chapters in WebVTT and Podlove Simple Chapters.

Sources: Apple Podcasts (support/5482) reads chapters in the notes from three on, the first one at zero; the file
follows the JSON chapters 1.2.0 of the Podcast Namespace.
"""

import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from portal.base.characters import clean, normalize
from portal.base.encodings import LINE_END, decode
from portal.base.plurals import counted
from portal.base.readings import Reading, Remark

VERSION = "1.2.0"

CONTENT_TYPE = "application/json+chapters"

FEWEST = 3

MOST = 200

MAX_TITLE = 128  # characters: what podcast apps show

MAX_FILE = 500_000  # bytes

LATEST = 360_000  # seconds: two digits of hours

SHOWN_ERRORS = 10

ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"]*)?|/(?!/)[^\s<>\"\\]*", re.ASCII)

#: What is meant as an address, right or wrong.
MEANT_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S*|/\S*|www\.\S*", re.IGNORECASE | re.ASCII)

_CLOCK = r"(?:[0-9]{1,3}:)?[0-9]{1,3}:[0-9]{2}(?:[.,][0-9]{1,9})?|[0-9]{1,2} ?h ?[0-9]{1,2}(?: ?mi?n? ?[0-9]{1,2})?"
CLOCK = re.compile(
    r"(?:(?P<hours>[0-9]{1,3}):)?(?P<minutes>[0-9]{1,3}):(?P<seconds>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?"
    r"|(?P<h>[0-9]{1,2}) ?h ?(?P<m>[0-9]{1,2})(?: ?mi?n? ?(?P<s>[0-9]{1,2}))?"
    r"|(?P<plain>[0-9]{1,6})(?:[.,](?P<plain_fraction>[0-9]+))?",
    re.IGNORECASE,
)
TIMED_LINE = re.compile(
    rf"(?P<mark>[-*•·–—] |[0-9]{{1,3}}[.)] )? ?(?P<open>[\[(])? ?(?P<start>{_CLOCK})(?![0-9]|:[0-9]) ?(?P<close>[\])])?"
    rf"(?P<end> ?(?:-->|->|[-–—→à]) ?[\[(]?(?:{_CLOCK})(?![0-9]|:[0-9])[\])]?)?"
    r"(?P<dash> ?[-–—:|→•·=](?= |$))?(?P<title>.*)",
    re.IGNORECASE,
)
TIME_LAST = re.compile(
    rf"(?P<title>[^\n]*?[^\s0-9:])(?P<dash> [-–—:|→])? [\[(]?(?P<start>{_CLOCK})[\])]?", re.IGNORECASE
)
LABEL_LINE = re.compile(r"(?P<start>[0-9]+[.,][0-9]+)\t(?P<end>[0-9]+[.,][0-9]+)\t(?P<title>.*)")  # Audacity
CUE_TIMES = re.compile(rf"(?P<start>{_CLOCK}) *--> *(?:{_CLOCK})(?P<settings> .*)?")
TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
#: No-break and other spaces that tools write, in place of which a plain one is matched; those of a title are kept.
BLANK = re.compile(r"\s")
LAID_OUT = re.compile(r"\s{2,}|[\t\n\r\f\v]")
#: Characters that take no room.
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
PODLOVE = "{http://podlove.org/simple-chapters}"

HELP = "écrivez le temps puis le titre, par exemple « 00:12:30 Titre »"


@dataclass(frozen=True, slots=True)
class Chapter:
    """From ``start`` (whole seconds) on. ``url``: « https://… », « /page/ » or nothing. Plain text: escape it."""

    start: int
    title: str
    url: str = ""

    def __str__(self) -> str:
        """The line that an author would type."""
        minutes, seconds = divmod(self.start, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours:02}:{minutes:02}:{seconds:02} {self.title}" + (f" | {self.url}" if self.url else "")


@dataclass
class RawChapter:
    """One chapter as a file gives it; ``line`` or ``cell`` is its place, ``text`` what is there."""

    start: str
    title: str
    url: str = ""
    line: int | None = None
    cell: str = ""
    text: str = ""

    def remark(self, message: str, text: str = "") -> Remark:
        return Remark(message, self.line, self.cell, text or self.text)


@dataclass
class _Notices:
    """Notices, those of the layout once each: the first place and the number of others."""

    remarks: list[Remark] = field(default_factory=list)
    layout: dict[str, tuple[Remark, int]] = field(default_factory=dict)

    def add_layout(self, remark: Remark) -> None:
        first, others = self.layout.get(remark.message, (remark, -1))
        self.layout[remark.message] = (first, others + 1)

    def all(self) -> list[Remark]:
        layout = [
            Remark(f"{remark.message}{_elsewhere(others)}", remark.line, remark.cell, remark.text)
            for remark, others in self.layout.values()
        ]
        return sorted([*self.remarks, *layout], key=lambda remark: remark.line or 0)


def _elsewhere(others: int) -> str:
    return f", ici et dans {counted(others, 'autre chapitre')}" if others else ""


def read_chapters(content: bytes | str) -> Reading[Chapter]:
    """Chapters in the order of their times. Nothing is dropped, changed or guessed without a notice."""
    if len(content) > MAX_FILE:
        return Reading(errors=[Remark("Ce fichier dépasse 500 ko : gardez-en les chapitres seuls.")])
    notices = _Notices()
    errors: list[Remark] = []
    if isinstance(content, bytes):
        content, encoding = decode(content)
        notices.remarks.extend([encoding] if encoding else [])
    text = normalize("NFC", LINE_END.sub("\n", content.removeprefix("\ufeff")))
    return _read(_raw_chapters(text, notices, errors), notices, errors)


def read_podlove(elements: Iterable[Element]) -> Reading[Chapter]:
    """``read_chapters`` for the ``psc:chapter`` elements of a feed."""
    return _read(_podlove_chapters(elements), _Notices(), [])


def read_chapters_file(path: Path) -> Reading[dict[str, Any]]:
    """``read_chapters`` for the command line."""
    reading = read_chapters(path.read_bytes())
    return Reading([asdict(chapter) for chapter in reading.items], reading.notices, reading.errors)


def read(text: str) -> list[Chapter]:
    """Chapters to show: empty while a draft cannot be read."""
    reading = read_chapters(text)
    return [] if reading.errors else reading.items


def check(text: str, duration: float | None = None) -> list[str]:
    """What refuses the publication of the chapters, also against the ``duration`` of the sound (seconds)."""
    reading = read_chapters(text)
    late = [chapter for chapter in reading.items if duration and chapter.start >= duration]
    messages = [
        *reading.messages(),
        *(f"« {chapter} » : ce chapitre commence après la fin du son." for chapter in late),
    ]
    return messages[:SHOWN_ERRORS]


def write(chapters: Iterable[Chapter]) -> str:
    """The text that ``read_chapters`` reads back."""
    return "\n".join(str(chapter) for chapter in chapters)


def as_json(chapters: Iterable[Chapter]) -> dict[str, Any]:
    """JSON chapters 1.2.0; URLs are given as they are in the chapters."""
    return {
        "version": VERSION,
        "chapters": [
            {"startTime": chapter.start, "title": chapter.title} | ({"url": chapter.url} if chapter.url else {})
            for chapter in chapters
        ],
    }


def read_clock(text: str) -> float | None:
    """Seconds of « 1:02:03.5 », « 75:10 », « 1h02 » or « 90 »; None for anything else, or from 100 hours on."""
    match = CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    if match["plain"]:
        seconds = float(f"{match['plain']}.{match['plain_fraction'] or 0}")
    else:
        hours, minutes, whole = (
            int(match[long] or match[short] or 0)
            for long, short in (("hours", "h"), ("minutes", "m"), ("seconds", "s"))
        )
        if whole >= 60 or (minutes >= 60 and (match["hours"] or match["h"])):
            return None
        seconds = hours * 3600 + minutes * 60 + float(f"{whole}.{match['fraction'] or 0}")
    return seconds if seconds < LATEST else None


def _raw_chapters(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    start = text.lstrip()
    if start.startswith("{") or re.match(r"\[\s*[\[{\]]", start):
        yield from _from_json(text, notices, errors)
    elif start.startswith("WEBVTT"):
        yield from _from_vtt(text, notices, errors)
    elif start.startswith("<"):
        yield from _from_podlove(text, errors)
    else:
        yield from _from_lines(text, notices, errors)


def _from_lines(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    for number, original in enumerate(map(str.strip, text.split("\n")), start=1):
        if not original:
            continue
        line = UNSEEN.sub("", original)
        match = LABEL_LINE.fullmatch(line)
        if match is None:
            line = LAID_OUT.sub(" ", line)
            plain = BLANK.sub(" ", line)
            match = TIMED_LINE.fullmatch(plain) or TIME_LAST.fullmatch(plain)
        if match is None:
            errors.append(Remark(f"cette ligne ne se lit pas : {HELP}", number, text=original))
            continue
        for message in _layout(match):
            notices.add_layout(Remark(message, number, text=original))
        title, url = _title_and_link(line[slice(*match.span("title"))].strip())
        yield RawChapter(match["start"], title, url, line=number, text=original)


def _layout(match: re.Match[str]) -> Iterator[str]:
    parts = match.groupdict()
    if parts.get("mark"):
        yield "la puce ou le numéro de la ligne n’est pas gardé"
    if parts.get("open") or parts.get("close"):
        yield "les crochets autour du temps ne sont pas gardés"
    if parts.get("end"):
        yield "le temps de fin n’est pas gardé"
    if parts.get("dash") and parts["title"].strip():
        yield "le signe entre le temps et le titre n’est pas gardé"


def _title_and_link(text: str) -> tuple[str, str]:
    """« Titre <adresse> » (Podlove) or « Titre | adresse »; what is no address stays in the title."""
    title, bracket, rest = text.rpartition("<")
    if bracket and rest.endswith(">") and MEANT_ADDRESS.fullmatch(rest[:-1]):
        return title.strip(), rest[:-1]
    title, bar, rest = text.rpartition(" | ")
    if bar and MEANT_ADDRESS.fullmatch(rest.strip()):
        return title.strip(), rest.strip()
    return text, ""


def _from_vtt(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    """A cue is a chapter: its first line of times, then its title."""
    number = 1
    for block in text.lstrip("\n").split("\n\n"):
        lines = block.split("\n")
        rank = next((rank for rank, line in enumerate(lines) if "-->" in line), None)
        first = number + next((rank for rank, line in enumerate(lines) if line.strip()), 0)
        if rank is None:
            if block.strip() and number > 1:
                notices.remarks.append(Remark("ce bloc n’est pas un chapitre, il n’est pas gardé", first, text=block))
        elif (match := CUE_TIMES.fullmatch(lines[rank].strip())) is None:
            errors.append(
                Remark(
                    "ces temps ne se lisent pas : écrivez-les « 00:12:30.000 --> 00:15:00.000 »",
                    number + rank,
                    text=lines[rank],
                )
            )
        else:
            title = " ".join(" ".join(lines[rank + 1 :]).split())
            plain = html.unescape(TAG.sub("", title)) if "<" in title or "&" in title else title
            raw = RawChapter(match["start"], plain, line=number + rank, text=title or lines[rank])
            if TAG.search(title):
                notices.add_layout(raw.remark("la mise en forme du titre n’est pas gardée"))
            yield raw
        number += len(lines) + 1


def _from_podlove(text: str, errors: list[Remark]) -> Iterator[RawChapter]:
    try:
        root: Element = fromstring(text.strip().encode(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else None
        errors.append(Remark("ce XML ne se lit pas : exportez de nouveau les chapitres, en texte ou en JSON", line))
        return
    elements = [element for element in root.iter() if element.tag in ("chapter", f"{PODLOVE}chapter")]
    if not elements:
        errors.append(Remark("Ce fichier XML ne contient aucun chapitre « psc:chapter »."))
    yield from _podlove_chapters(elements)


def _podlove_chapters(elements: Iterable[Element]) -> Iterator[RawChapter]:
    for rank, element in enumerate(elements, start=1):
        start, title, href = (element.get(name, "").strip() for name in ("start", "title", "href"))
        yield RawChapter(start, title, href, getattr(element, "line", None), f"chapitre {rank}", f"{start} {title}")


STARTS, TITLES, LINKS = ("startTime", "start_time", "start"), ("title", "name"), ("url", "href", "link")


def _from_json(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        errors.append(Remark("ce fichier JSON ne se lit pas : exportez-le de nouveau", line))
        return
    items = document.get("chapters") if isinstance(document, dict) else document
    if not isinstance(items, list):
        errors.append(Remark("Ce fichier n’a pas de liste « chapters » : exportez les chapitres, et eux seuls."))
        return
    if not items:
        errors.append(Remark("Ce fichier ne contient aucun chapitre."))
    yield from _from_items(items, notices, errors)


def _from_items(items: list[Any], notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    for rank, item in enumerate(items, start=1):
        cell, original = f"chapitre {rank}", json.dumps(item, ensure_ascii=False)
        if not isinstance(item, dict):
            errors.append(Remark("un objet avec « startTime » et « title » est attendu", cell=cell, text=original))
            continue
        tags = tags if isinstance(tags := item.get("tags"), dict) else {}
        title = _first(item, TITLES) or _first(tags, TITLES)
        raw = RawChapter(_first(item, STARTS), title, _first(item, LINKS), cell=cell, text=original)
        if item.get("toc", True) is False:
            notices.remarks.append(raw.remark("ce chapitre est caché (« toc »), il n’est pas gardé"))
        elif not title and item.get("img"):
            notices.remarks.append(raw.remark("ce chapitre n’a qu’une image, il n’est pas gardé"))
        else:
            for name in sorted({str(key) for key in item} - {*STARTS, *TITLES, *LINKS, "toc", "tags", "id"}):
                notices.add_layout(raw.remark(f"« {name} » n’est pas gardé"))
            yield raw


def _first(item: dict[str, Any], names: Iterable[str]) -> str:
    """The first value that is a text or a number, as a text."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST:
            return f"{value:.3f}"
    return ""


def _read(raws: Iterable[RawChapter], notices: _Notices, errors: list[Remark]) -> Reading[Chapter]:
    """``raws`` add to ``notices`` and ``errors`` as they come."""
    numbered = [(chapter, raw) for raw in raws if (chapter := _understood(raw, notices, errors)) is not None]
    items = _in_order(numbered, notices)
    return Reading(items, [*notices.all(), *_whole(items, numbered)], errors)


def _understood(raw: RawChapter, notices: _Notices, errors: list[Remark]) -> Chapter | None:
    seconds = read_clock(raw.start)
    shown = UNSEEN.sub("", raw.title)
    title = LAID_OUT.sub(" ", clean(shown)).strip()
    if seconds is None:
        errors.append(raw.remark(f"le temps de ce chapitre ne se lit pas : {HELP}"))
        return None
    if not title:
        errors.append(raw.remark(f"ce chapitre n’a pas de titre : {HELP}"))
        return None
    if seconds != math.floor(seconds):
        notices.add_layout(raw.remark("la fraction de seconde n’est pas gardée"))
    if "".join(title.split()) != "".join(shown.split()):
        notices.remarks.append(raw.remark("des caractères illisibles du titre ne sont pas gardés"))
    if len(title) > MAX_TITLE:
        notices.remarks.append(raw.remark(f"le titre dépasse {MAX_TITLE} caractères, la fin n’est pas gardée"))
        title = f"{title[: MAX_TITLE - 1].rstrip()}…"
    url = raw.url.strip()
    if url and not ADDRESS.fullmatch(url):
        message = "ce lien n’est pas gardé : donnez une adresse « https://… » ou celle d’une page, « /fiches/… »"
        notices.remarks.append(raw.remark(message, url))
        url = ""
    return Chapter(math.floor(seconds), title, url)


def _in_order(numbered: list[tuple[Chapter, RawChapter]], notices: _Notices) -> list[Chapter]:
    """By their times; of two chapters at the same second, the first is kept."""
    items: dict[int, Chapter] = {}
    latest = -1
    for chapter, raw in numbered:
        if chapter.start in items:
            message = "un autre chapitre commence à la même seconde, celui-ci n’est pas gardé"
            notices.remarks.append(raw.remark(message))
            continue
        if chapter.start < latest:
            notices.remarks.append(raw.remark("ce chapitre commence avant le précédent, il est remis à sa place"))
        latest = max(latest, chapter.start)
        items[chapter.start] = chapter
    return [items[start] for start in sorted(items)]


def _whole(items: list[Chapter], numbered: list[tuple[Chapter, RawChapter]]) -> Iterator[Remark]:
    """What is kept but refused at publication, because apps would not show it."""
    if not items:
        return
    if items[0].start:
        raw = next(raw for chapter, raw in numbered if chapter is items[0])
        yield raw.remark("le premier chapitre doit commencer à 00:00:00 pour être publié")
    if len(items) < FEWEST:
        yield Remark(f"Il faut au moins {FEWEST} chapitres pour publier : les applications n’en montrent pas moins.")
    if len(items) > MOST:
        yield Remark(f"{MOST} chapitres au plus pour publier : il y en a {len(items)}.")
