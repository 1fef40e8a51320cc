"""Chapters of an episode: read as any tool writes them, kept as lines « 00:12:30 Titre » or « 00:12:30 Titre | URL ».

``read_chapters`` is the only reader, of the field, of an uploaded file and of an imported feed. It takes lines (a time,
then a title), JSON chapters of any tool, chapters in WebVTT and Podlove Simple Chapters.

Sources: Apple Podcasts (support/5482) reads chapters in the notes from three on, the first one at zero; the file
follows the JSON chapters 1.2.0 of the Podcast Namespace.
"""

import csv
import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from itertools import zip_longest
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

LONGEST_SOUND = 36_000  # seconds

SHOWN_ERRORS = 10

ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"]*)?|/(?!/)[^\s<>\"\\]*", re.ASCII)

#: What is meant as an address, right or wrong.
BRACKETED_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S*|/[^\s/]+/\S*|www\.\S*", re.IGNORECASE | re.ASCII)
WEB_ADDRESS = re.compile(r"https?://\S+|www\.\S+", re.IGNORECASE)
MEANT_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:\S*|/\S*|www\.\S*", re.IGNORECASE | re.ASCII)

CLOCK = re.compile(
    r"(?P<hours>[0-9]{1,3}):(?P<minutes>[0-9]{1,3}):(?P<seconds>[0-9]{2})[:;](?P<images>[0-9]{2})"
    r"|(?:(?P<hours2>[0-9]{1,3}):)?(?P<minutes2>[0-9]{1,3}):(?P<seconds2>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r"|(?P<h>[0-9]{1,2}) ?h ?(?P<m>[0-9]{1,2})"
    r"(?: ?(?:min|mn|m)(?: ?(?P<s>[0-9]{1,2})(?: ?s(?:ec)?(?![^\W\d]))?|(?![^\W\d])))?"
    r"|(?P<m2>[0-9]{1,3}) ?(?:min|mn|m) ?(?P<s2>[0-9]{2})(?: ?s(?:ec)?(?![^\W\d]))?",
    re.IGNORECASE,
)
_CLOCK = re.sub(r"\?P<\w+>", "?:", CLOCK.pattern)
SECONDS = re.compile(r"(?P<whole>[0-9]{1,6})(?:[.,](?P<fraction>[0-9]+))?")
WHOLE = re.compile(r"[0-9]{1,9}")
NOT_CLOCK = r"(?![0-9]|[:;][0-9])"
TIMED_LINE = re.compile(
    rf"(?P<mark>[-*•·–—] |[0-9]{{1,3}}[.)] |#{{1,6}} |> )? ?(?P<open>[\[(*_]{{1,3}})? ?(?P<start>{_CLOCK}){NOT_CLOCK}"
    rf"(?: ?(?P<close>[\])*_]{{1,3}}))?"
    rf"(?P<end> ?(?:-->|->|[-–—→à]) ?[\[(]?(?P<until>{_CLOCK}){NOT_CLOCK}[\])]?)?"
    r"(?P<dash>[-–—|=~](?=[0-9]))?(?P<title>.*)",
    re.IGNORECASE,
)
#: What stands before a title and is no part of it; « -5 degrés » is.
DASHES = re.compile(r"(?: *[-–—:|→•·=~>;,]+(?=[^0-9]|$))+ *")
TIME_LAST = re.compile(
    rf"(?P<title>[^\n]*?[^\s0-9:])(?P<dash> [-–—:|→])? [\[(]?(?P<start>{_CLOCK})[\])]?", re.IGNORECASE
)
LABEL_LINE = re.compile(r"(?P<start>[0-9]+[.,][0-9]+)\t(?P<end>[0-9]+[.,][0-9]+)\t(?P<title>.*)")  # Audacity
CUE_TIMES = re.compile(rf"(?P<start>{_CLOCK}) *--> *(?:{_CLOCK})(?P<settings> .*)?")
_BLOCKS = "blockquote|dd|div|dl|dt|h[1-6]|li|ol|p|table|tbody|td|th|thead|tr|ul"
_INLINE = "a|abbr|b|big|center|cite|code|del|em|font|i|img|ins|mark|s|small|span|strike|strong|sub|sup|tt|u|wbr"
#: « a<b & c> » is no tag.
_ATTRIBUTES = r"""(?:\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))*\s*/?>"""
TAG = re.compile(rf"</?(?:br|hr|{_BLOCKS}|{_INLINE}){_ATTRIBUTES}", re.IGNORECASE)
LINE_TAG = re.compile(rf"(?:<[bh]r|</?(?:{_BLOCKS})){_ATTRIBUTES}", re.IGNORECASE)
CUE_TAG = re.compile(r"</?(?:c|v|lang)(?:[.\s][^<>]*)?>|<[0-9:.]{5,20}>", re.IGNORECASE)
HREF = re.compile(r"""<a\s[^<>]*?\bhref\s*=\s*["']?(?P<link>[^"'\s<>]+)""", re.IGNORECASE)
ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
#: Of Markdown: bold, code, links.
EMPHASIS = re.compile(r"\*\*([^*]+)\*\*|__([^_]+)__|`([^`]+)`")
MARKED_LINK = re.compile(r"\[(?P<text>[^\[\]]+)\]\((?P<link>[^\s()<>]+)\)")
FORMATTED = "la mise en forme du titre n’est pas gardée"
DEEPEST = 5  # marks and entities inside others
#: No-break and other spaces that tools write, in place of which a plain one is matched; those of a title are kept.
BLANK = re.compile(r"\s")
LAID_OUT = re.compile(r"\s{2,}|[\t\n\r\f\v]")
#: Characters that take no room.
UNSEEN = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
OGM_LINE = re.compile(r"CHAPTER(?P<rank>[0-9]{1,4})(?P<name>NAME)?\s*=\s*(?P<value>.*)", re.IGNORECASE)
TITLE_HEADING = re.compile(r"(?:marker )?(?:name|title|titre|nom)", re.IGNORECASE)
START_HEADING = re.compile(r"start(?: ?time)?|in|début|temps|time(?: ?code)?|timestamp|position", re.IGNORECASE)
LINK_HEADING = re.compile(r"url|lien|link|href|adresse", re.IGNORECASE)
DASH_DROPPED = "le signe entre le temps et le titre n’est pas gardé"

#: A time inside a line, which may start a chapter of its own.
_APART = r"[\s|,;/•·–—-]"
INNER_TIME = re.compile(
    rf"(?:(?<={_APART})|(?<={_APART}[\[(]))(?:[0-9]{{1,3}}:)?[0-9]{{1,3}}:[0-9]{{2}}{NOT_CLOCK}(?=[\])]? ?\S)"
)
BETWEEN_CHAPTERS = re.compile(r"[\s|,;/•·–—\[(-]+$")

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
    text = text.strip()
    if match := SECONDS.fullmatch(text):
        seconds = float(f"{match['whole']}.{match['fraction'] or 0}")
    elif match := CLOCK.fullmatch(text):
        hours, minutes, whole = (
            int(next((match[name] for name in names if match[name]), 0))
            for names in (
                ("hours", "hours2", "h"),
                ("minutes", "minutes2", "m", "m2"),
                ("seconds", "seconds2", "s", "s2"),
            )
        )
        if whole >= 60 or (minutes >= 60 and (match["hours"] or match["hours2"] or match["h"])):
            return None
        # How many images a second has is not written: any number of them is a part of one.
        fraction = match["fraction"] or ("5" if int(match["images"] or 0) else 0)
        seconds = hours * 3600 + minutes * 60 + float(f"{whole}.{fraction}")
    else:
        return None
    return seconds if seconds < LATEST else None


def _raw_chapters(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    reader = next(reader for start, reader in READERS if start.match(text))
    yield from reader(text, notices, errors)


def _from_lines(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    lines = text.split("\n")
    is_alone = sum(1 for line in lines if line.strip()) == 1
    for number, line in enumerate(lines, start=1):
        if is_alone and (chapters := _on_one_line(line)):
            notices.remarks.append(
                Remark(f"cette ligne est lue comme {len(chapters)} chapitres, un par temps", number, text=line.strip())
            )
            for chapter in chapters:
                yield from _from_line(number, chapter, notices, errors)
            continue
        pieces = LINE_TAG.split(line) if "<" in line else [line]
        if len(pieces) > 1:
            notices.add_layout(Remark(FORMATTED, number, text=line.strip()))
        for original in filter(None, map(str.strip, pieces)):
            yield from _from_line(number, original, notices, errors)


def _on_one_line(line: str) -> list[str]:
    """The chapters of a list whose line breaks were lost: at least three times that rise; [] for any other line."""
    line = line.strip()
    places = [0, *(match.start() for match in INNER_TIME.finditer(line) if match.start())]
    parts = [line[first:last] for first, last in zip_longest(places, places[1:])]
    starts = [match and read_clock(match["start"]) for match in map(TIMED_LINE.match, parts)]
    if len(parts) < FEWEST or None in starts or sorted(set(starts)) != starts:  # type: ignore[type-var]
        return []
    return [BETWEEN_CHAPTERS.sub("", part) for part in parts]


def _from_line(number: int, original: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    line, links, is_formatted = _plain(UNSEEN.sub("", original))
    if is_formatted:
        notices.add_layout(Remark(FORMATTED, number, text=original))
    if not line.strip():
        return
    line = line.strip()
    match = LABEL_LINE.fullmatch(line)
    if match is None:
        line = LAID_OUT.sub(" ", line)
        plain = BLANK.sub(" ", line)
        match = TIMED_LINE.fullmatch(plain) or TIME_LAST.fullmatch(plain)
    if match is None:
        errors.append(Remark(f"cette ligne ne se lit pas : {HELP}", number, text=original))
        return
    has_end = _has_end(match)
    for message in _layout(match, has_end=has_end):
        notices.add_layout(Remark(message, number, text=original))
    first, last = match.span("title")
    if not has_end and match.groupdict().get("end"):
        first = match.start("end")
    title, url = _title_and_link(line[first:last].strip())
    raw = RawChapter(match["start"], title, url, line=number, text=original)
    if INNER_TIME.search(title):
        notices.add_layout(raw.remark("un temps dans le titre reste du texte : un chapitre s’écrit sur sa ligne"))
    _give_link(raw, links, notices)
    yield raw


def _has_end(match: re.Match[str]) -> bool:
    """Whether the second time of a line is an end: « 00:00 à 10h30 on commence » has none."""
    parts = match.groupdict()
    if "until" not in parts:
        return bool(parts.get("end"))
    start, end = read_clock(parts["start"]), read_clock(parts["until"] or "")
    is_alike = (":" in parts["start"]) == (":" in (parts["until"] or ""))
    return start is not None and end is not None and start < end and is_alike


def _layout(match: re.Match[str], *, has_end: bool) -> Iterator[str]:
    parts = match.groupdict()
    if parts.get("mark"):
        yield "la puce ou le numéro de la ligne n’est pas gardé"
    around = (parts.get("open") or "") + (parts.get("close") or "")
    if around.strip("*_"):
        yield "les crochets autour du temps ne sont pas gardés"
    elif around:
        yield FORMATTED
    if has_end:
        yield "le temps de fin n’est pas gardé"
    if parts.get("dash") and parts["title"].strip():
        yield DASH_DROPPED


def _plain(text: str) -> tuple[str, list[str], bool]:
    """``text`` as it reads on a page, the addresses of its links, and whether it had any mark of HTML or Markdown."""
    links: list[str] = []
    is_formatted = False
    for _ in range(DEEPEST):
        before = text
        links += [match["link"] for pattern in (HREF, MARKED_LINK) for match in pattern.finditer(text)]
        text = MARKED_LINK.sub(r"\g<text>", TAG.sub("", text))
        text = EMPHASIS.sub(lambda match: match[match.lastindex or 0], text)
        is_formatted |= text != before
        text = ENTITY.sub(lambda match: html.unescape(f"&{match[1]};"), text)
        if text == before:
            break
    return text, links, is_formatted


def _give_link(raw: RawChapter, links: list[str], notices: _Notices) -> None:
    for link in links:
        if raw.url and raw.url != link:
            notices.remarks.append(raw.remark("ce lien n’est pas gardé : un chapitre n’en a qu’un", link))
        raw.url = raw.url or link


def _from_ogm(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    """Two lines a chapter: « CHAPTER01=00:00:00.000 », « CHAPTER01NAME=Titre » (Matroska, MP4Box)."""
    raws: dict[str, RawChapter] = {}
    for number, line in enumerate(map(str.strip, text.split("\n")), start=1):
        match = OGM_LINE.fullmatch(line)
        if match:
            raw = raws.setdefault(match["rank"], RawChapter("", "", line=number, text=line))
            is_given = raw.title if match["name"] else raw.start
            if is_given:
                errors.append(Remark("cette ligne est donnée deux fois : gardez-en une", number, text=line))
            elif match["name"]:
                raw.title = match["value"]
            else:
                raw.start, raw.line, raw.text = match["value"], number, line
        elif line:
            errors.append(Remark(f"cette ligne ne se lit pas : {HELP}", number, text=line))
    yield from raws.values()


def _from_table(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    """Markers of Audition, Premiere or Reaper: a line of headings, then a line for each."""
    lines = text.split("\n")
    heading = next(line for line in lines if line.strip())
    delimiter = max("\t;,", key=heading.count)
    reader = csv.reader(lines, delimiter=delimiter)
    names: list[str] = []
    try:
        for row in reader:
            if names and any(map(str.strip, row)):
                yield from _from_row(
                    names, row, RawChapter("", "", line=reader.line_num, text=delimiter.join(row)), notices
                )
            elif any(map(str.strip, row)):
                names = [name.strip() for name in row]
    except csv.Error:
        errors.append(Remark(f"ce tableau ne se lit plus à partir d’ici : {HELP}", reader.line_num))


def _from_row(names: list[str], row: list[str], raw: RawChapter, notices: _Notices) -> Iterator[RawChapter]:
    for name, value in zip_longest(names, map(str.strip, row), fillvalue=""):
        if TITLE_HEADING.fullmatch(name) and not raw.title:
            raw.title = value
        elif START_HEADING.fullmatch(name) and not raw.start:
            raw.start = value
        elif LINK_HEADING.fullmatch(name) and not raw.url:
            raw.url = value
        elif value:
            notices.add_layout(raw.remark(f"« {name or 'sans titre'} » n’est pas gardé"))
    yield raw


def _title_and_link(text: str) -> tuple[str, str]:
    """« Titre <adresse> » (Podlove) or « Titre | adresse »; what is no address stays in the title."""
    title, bracket, rest = text.rpartition("<")
    if bracket and rest.endswith(">") and BRACKETED_ADDRESS.fullmatch(rest[:-1]):
        return title.strip(), rest[:-1]
    title, bar, rest = text.rpartition(" | ")
    if bar and MEANT_ADDRESS.fullmatch(rest.strip()):
        return title.strip(), rest.strip()
    title, separator, rest = text.rpartition(";")
    if separator and title.strip() and WEB_ADDRESS.fullmatch(rest.strip()):
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
            raw = RawChapter(match["start"], CUE_TAG.sub("", title), line=number + rank, text=title or lines[rank])
            if raw.title != title:
                notices.add_layout(raw.remark(FORMATTED))
            yield raw
        number += len(lines) + 1


def _from_podlove(text: str, notices: _Notices, errors: list[Remark]) -> Iterator[RawChapter]:
    try:
        # A text is already decoded: the encoding that it declares no longer counts.
        root: Element = fromstring(text.strip(), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ParseError) else None
        errors.append(Remark("ce XML ne se lit pas : exportez de nouveau les chapitres, en texte ou en JSON", line))
        return
    elements = [element for element in root.iter() if str(element.tag).rpartition("}")[2] == "chapter"]
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
        _tell_differences(item, raw, notices)
        if item.get("toc", True) is False:
            notices.remarks.append(raw.remark("ce chapitre est caché (« toc »), il n’est pas gardé"))
        elif not title and item.get("img"):
            notices.remarks.append(raw.remark("ce chapitre n’a qu’une image, il n’est pas gardé"))
        else:
            for name in sorted({str(key) for key in item} - {*STARTS, *TITLES, *LINKS, "toc", "tags", "id"}):
                notices.add_layout(raw.remark(f"« {name} » n’est pas gardé"))
            yield raw


def _tell_differences(item: dict[str, Any], raw: RawChapter, notices: _Notices) -> None:
    """Two names of one value may hold two values: the first is kept."""
    for names in (STARTS, TITLES, LINKS):
        for name in names:
            if (value := _first(item, (name,))) and value != _first(item, names):
                message = f"« {name} » diffère de la valeur gardée, il n’est pas gardé"
                notices.remarks.append(raw.remark(message, f'"{name}": {json.dumps(item[name], ensure_ascii=False)}'))


def _first(item: dict[str, Any], names: Iterable[str]) -> str:
    """The first value that is a text or a number, as a text."""
    for name in names:
        value = item.get(name)
        if isinstance(value, str) and value.strip():
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < LATEST * 1000:
            return str(int(value)) if value == int(value) else f"{value:.3f}"
    return ""


#: First characters of a format → its reader.
READERS = (
    (re.compile(r"\s*(?:\{|\[\s*[\[{\]])"), _from_json),
    (re.compile(r"\s*WEBVTT"), _from_vtt),
    (re.compile(rf"\s*<(?!(?:br|{_BLOCKS}|b|em|i|span|strong|a(?=\s))\b)", re.IGNORECASE), _from_podlove),
    (re.compile(r"\s*CHAPTER[0-9]+(?:NAME)?\s*=", re.IGNORECASE), _from_ogm),
    (
        re.compile(
            r"\s*(?=\S)(?=[^\n]*\b(?:name|title|titre|nom)\b)"
            r"(?=[^\n]*\b(?:start|starttime|début|in|temps|time|timecode|timestamp|position)\b)[^\n0-9]{1,500}(?:\n|$)",
            re.IGNORECASE,
        ),
        _from_table,
    ),
    (re.compile(""), _from_lines),
)


def _read(raws: Iterable[RawChapter], notices: _Notices, errors: list[Remark]) -> Reading[Chapter]:
    """``raws`` add to ``notices`` and ``errors`` as they come."""
    raws = list(raws)
    _read_milliseconds(raws, notices)
    numbered = [(chapter, raw) for raw in raws if (chapter := _understood(raw, notices, errors)) is not None]
    items = _in_order(numbered, notices)
    return Reading(items, [*notices.all(), *_whole(items, numbered)], errors)


def _read_milliseconds(raws: list[RawChapter], notices: _Notices) -> None:
    """Whole numbers of which one is no second of a sound are milliseconds."""
    timed = [raw for raw in raws if raw.start]
    if not all(WHOLE.fullmatch(raw.start) for raw in timed):
        return
    if max((int(raw.start) for raw in timed), default=0) < LONGEST_SOUND:
        return
    for raw in timed:
        raw.start = f"{int(raw.start) / 1000:.3f}"
        notices.add_layout(raw.remark("trop grand pour des secondes, le temps est lu en millisecondes"))


def _title(raw: RawChapter, notices: _Notices) -> tuple[str, str]:
    """The title without what surrounds it, as it is given and on one line."""
    shown, links, is_formatted = _plain(UNSEEN.sub("", raw.title))
    _give_link(raw, links, notices)
    if is_formatted:
        notices.add_layout(raw.remark(FORMATTED))
    if (dashes := DASHES.match(shown)) and dashes.end() < len(shown):
        shown = shown[dashes.end() :]
        notices.add_layout(raw.remark(DASH_DROPPED))
    return shown, LAID_OUT.sub(" ", clean(shown)).strip()


def _understood(raw: RawChapter, notices: _Notices, errors: list[Remark]) -> Chapter | None:
    seconds = read_clock(raw.start)
    shown, title = _title(raw, notices)
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
