"""The episodes of an external feed, read as hosts write it; what is dropped, changed or guessed is a notice.

Nothing is fetched nor written here. Sources: RSS 2.0, Apple « podcast requirements », podcast namespace 1.0, and the
spellings of them that are found in feeds.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element

import nh3
from django.utils import timezone

from caps_sheets.podcasts.formats.chapters import Chapter, read_podlove
from caps_sheets.podcasts.lint.channel_rules import PODCAST_SPACE
from caps_sheets.podcasts.lint.document import NAMES, FeedError, attribute, every, read_document, text
from portal.base.characters import FORBIDDEN
from portal.base.encodings import LINE_END, decode
from portal.base.readings import Reading, Remark

SUMMARY_LENGTH = 300
TITLE_LENGTH = 255
BOUNDS = ("startTime", "duration")  # of a soundbite, in seconds
LARGEST_NUMBER = 32_767  # of the database field
MOST_EPISODES = 10_000  # a few seconds to read them
KINDS = {"full", "trailer", "bonus"}
EXPLICIT = {"true": True, "yes": True, "explicit": True, "false": False, "no": False, "clean": False, "": False}
NOTES_TAGS = {"p", "br", "a", "ul", "ol", "li", "b", "i"}
EDITOR_TAGS = (
    (re.compile(r"<(/?)strong\b[^<>]*>"), r"<\1b>"),
    (re.compile(r"<(/?)em\b[^<>]*>"), r"<\1i>"),
    (re.compile(r"<(/?)(?:div|h[1-6])\b[^<>]*>"), r"<\1p>"),
)
#: Tags that part words.
BLOCK_TAG = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|blockquote)\b", re.IGNORECASE)
TAG_NAME = re.compile(r"<([a-z][a-z0-9]*)\b", re.IGNORECASE)
KEPT_TAGS = NOTES_TAGS | {"strong", "em", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6"}
#: Format → its types in feeds, and the end of its addresses. The first format keeps the voices.
TRANSCRIPT_FORMATS = {
    "vtt": {"text/vtt", "text/webvtt", "application/vtt", "application/x-vtt"},
    "srt": {f"{group}/{name}" for group in ("text", "application") for name in ("srt", "x-srt", "subrip", "x-subrip")},
    "json": {"application/json", "text/json", "application/x-json"},
}
#: What becomes a field of the episode, or is read again from its sound.
TAKEN = {
    *("title", "guid", "enclosure", "pubDate", "description", "content:encoded"),
    *("itunes:title", "itunes:summary", "itunes:subtitle", "itunes:season", "itunes:episode", "itunes:episodeType"),
    *("itunes:explicit", "itunes:duration", "podcast:season", "podcast:episode", "podcast:transcript"),
    *("podcast:chapters", "podcast:soundbite", "psc:chapters"),
}
#: Said for each episode, since a person has to do it.
TO_DO = {
    "itunes:image": "l’image n’est pas reprise : ajoutez-la avec son crédit et sa licence",
    "podcast:person": "cette personne n’est pas reprise : nommez la voix par sa fonction, avec son autorisation",
    "podcast:license": "cette licence n’est pas reprise : celle de l’émission vaut pour ses épisodes",
    "cc:license": "cette licence n’est pas reprise : celle de l’émission vaut pour ses épisodes",
}
SPACES = {**NAMES, "cc": "http://creativecommons.org/ns#", "dc": "http://purl.org/dc/elements/1.1/"}
#: Of which nothing is read, but named as in the file: nobody reads « {http://…}explicit ».
OTHER_SPACES = {
    "googleplay": "http://www.google.com/schemas/play-podcasts/1.0",
    "rawvoice": "http://www.rawvoice.com/rawvoiceRssModule/",
    "media": "http://search.yahoo.com/mrss/",
    "spotify": "http://www.spotify.com/ns/rss",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
    "slash": "http://purl.org/rss/1.0/modules/slash/",
    "psc": "http://podlove.org/simple-chapters",
}
ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.ASCII)
FRENCH_DATE = re.compile(r"(\d\d?)[/.](\d\d?)[/.](\d{4})", re.ASCII)
ENTITY = re.compile(r"&(#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);|&", re.IGNORECASE)
XML_ENTITIES = {"amp", "lt", "gt", "quot", "apos"}
ENCODING = re.compile(r"(<\?xml[^>]{0,200}?)\sencoding=(?:\"[^\"]*\"|'[^']*')")
DECLARED = re.compile(
    rb"<\?xml[^>]{0,200}?\sencoding=[\"'](iso-8859-1|iso-8859-15|latin-?1|us-ascii|windows-1252|cp1252)[\"']", re.I
)
#: The codes 128 to 159, no characters in XML but letters in Windows-1252, which is what writers mean by them.
CONTROL = re.compile(rb"[\x80-\x9f]")
CONTROL_REFERENCE = re.compile(r"&#(?:1(?:2[89]|[34]\d|5\d)|x[89][0-9a-f]);", re.I | re.ASCII)
CDATA = re.compile(r"(<!\[CDATA\[|\]\]>)")


@dataclass(frozen=True)
class ImportedEpisode:
    """``date`` is None when the feed gives none that can be read: a draft may wait for it."""

    guid: str
    title: str
    date: date | None
    summary: str
    notes: str
    season: int
    number: int | None
    kind: str
    is_explicit: bool
    sound_url: str
    sound_type: str
    transcript_url: str
    chapters_url: str
    chapters: tuple[Chapter, ...]
    soundbite: tuple[int, int] | None
    notices: tuple[Remark, ...] = field(default=())


@dataclass(frozen=True)
class ImportedFeed:
    """``guid``: the identity of the show, if the feed has one. ``notices``: those about the feed as a whole."""

    title: str
    guid: UUID | None
    episodes: tuple[ImportedEpisode, ...]
    notices: tuple[Remark, ...] = ()


def read_feed(content: bytes) -> ImportedFeed:
    """The feed, or ``FeedError`` if it is none."""
    root, notices = _document(content)
    notices += _known_names(root)
    channel = root.find("channel")
    assert channel is not None  # noqa: S101 - ``read_document`` refuses a feed without one
    guid = text(channel, "podcast:guid")
    try:
        identity = UUID(guid)
    except ValueError:
        identity = None
        if guid:
            notices.append(_remark(channel.find("podcast:guid", NAMES), "cet identifiant n’est pas un UUID", guid))
    items = list(root.iter("item"))
    outside = next((item for item in root.iterfind("item")), None)
    if outside is not None:
        notices.append(_remark(outside, "cet épisode est hors de « channel », il est lu comme s’il y était"))
    language = text(channel, "language") or "fr"
    if len(items) > MOST_EPISODES:
        message = f"ce flux a {len(items)} épisodes : après le {MOST_EPISODES}e, coupez-les dans un autre fichier"
        notices.append(_remark(items[MOST_EPISODES], message))
    episodes = tuple(_Item(item, language).episode() for item in items[:MOST_EPISODES])
    counts = Counter(episode.guid for episode in episodes if episode.guid)
    notices += [
        Remark(f"{count} épisodes portent cet identifiant : un seul est ajouté", cell="guid", text=guid)
        for guid, count in counts.items()
        if count > 1
    ]
    return ImportedFeed(_plain(text(channel, "title")), identity, episodes, (*notices, *_left_out(channel)))


def read_feed_file(path: Path) -> Reading[dict[str, Any]]:
    """``read_feed`` for the command line."""
    try:
        feed = read_feed(path.read_bytes())
    except FeedError as error:
        return Reading(errors=[Remark(str(error))])
    items = [{name: value for name, value in asdict(item).items() if name != "notices"} for item in feed.episodes]
    return Reading(items, [*feed.notices, *(notice for item in feed.episodes for notice in item.notices)])


def _document(content: bytes) -> tuple[Element, list[Remark]]:
    """The root, after one mending of what stops or misleads an XML parser: encoding, entities of HTML, lone « & »."""
    blank = len(content) - len(content.lstrip(b"\xef\xbb\xbf \t\r\n"))
    before = len(LINE_END.findall(content[:blank].decode("latin-1")))
    refusal = None
    if not _misleads(content[blank:]):
        try:
            return _moved(read_document(content[blank:]), before), []
        except FeedError as error:
            refusal = error
    source, encoding = decode(content)
    source = LINE_END.sub("\n", source)
    if not refusal and encoding is None and not source.isascii():
        encoding = Remark("le flux est en UTF-8, quoi qu’il déclare : vérifiez les lettres accentuées", before + 1)
    mended, notices = _mended(source)
    if refusal and not notices and encoding is None:
        raise refusal
    mended = ENCODING.sub(r"\1", mended.lstrip(), count=1)
    before = len(source[: len(source) - len(source.lstrip())].split("\n")) - 1
    return _moved(read_document(mended), before), [*([encoding] if encoding else []), *notices]


def _misleads(content: bytes) -> bool:
    """Whether an XML parser reads the text of ``content`` without an error, but other letters than its writer meant."""
    declared = DECLARED.match(content)
    if declared is None:
        return CONTROL_REFERENCE.search(content.decode("latin-1")) is not None
    if declared[1].lower() not in (b"windows-1252", b"cp1252") and CONTROL.search(content):
        return True
    try:
        return not content.isascii() and bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return CONTROL_REFERENCE.search(content.decode("latin-1")) is not None


def _moved(root: Element, lines: int) -> Element:
    if lines:
        for element in root.iter():
            element.line += lines  # type: ignore[attr-defined]
    return root


def _mended(source: str) -> tuple[str, list[Remark]]:
    notices = []
    lines = source.split("\n")
    is_open = False  # within CDATA, where « & » is itself
    for rank, line in enumerate(lines):
        clean = FORBIDDEN.sub("", line)
        if clean != line:
            message = "des caractères interdits en XML ne sont pas gardés"
            notices.append(Remark(message, rank + 1, text=clean))
        parts = CDATA.split(clean)
        for place, part in enumerate(parts):
            if CDATA.fullmatch(part):
                is_open = part != "]]>"
            elif not is_open:
                parts[place] = ENTITY.sub(_entity, part)
        lines[rank] = "".join(parts)
        if lines[rank] != clean:
            notices.append(Remark("« & » mal écrit en XML, lu comme en HTML", rank + 1, text=clean))
    return "\n".join(lines), notices


def _entity(match: re.Match[str]) -> str:
    name = match[1]
    if name and (name in XML_ENTITIES or (name.startswith("#") and not CONTROL_REFERENCE.fullmatch(match[0]))):
        return match[0]
    character = html.unescape(match[0]) if name else "&"
    return html.escape(match[0]) if character == match[0] else html.escape(character)


def _known_names(root: Element) -> list[Remark]:
    """Gives the elements of a namespace written otherwise (case, scheme, last slash) its exact name."""
    exact = {_loose(space): space for space in SPACES.values()}
    exact |= {"backend.userland.com/creativecommonsrssmodule": SPACES["cc"], "web.resource.org/cc": SPACES["cc"]}
    renamed: dict[str, int] = {}
    for element in root.iter():
        space, brace, name = element.tag[1:].partition("}") if element.tag[:1] == "{" else ("", "", element.tag)
        if not brace:
            continue
        known = SPACES["podcast"] if PODCAST_SPACE.match(element.tag.lower()) else exact.get(_loose(space), space)
        if known != space:
            renamed.setdefault(space, getattr(element, "line", 0))
            element.tag = f"{{{known}}}{name}"
    message = "cet espace de noms est mal écrit, il est lu comme s’il était exact"
    return [Remark(message, line, text=space) for space, line in renamed.items()]


def _loose(space: str) -> str:
    return re.sub(r"^https?://", "", space.strip().lower()).rstrip("/#")


def _short(tag: str) -> str:
    """« itunes:image » for the full name of an element."""
    space, _, name = tag.removeprefix("{").rpartition("}")
    prefix = next((prefix for prefix, known in (SPACES | OTHER_SPACES).items() if known == space), "")
    return f"{prefix}:{name}" if prefix else name


def _shown(element: Element) -> str:
    """What an element holds: its text, else its attributes."""
    return " ".join((element.text or "").split()) or " ".join(element.attrib.values())


def _remark(element: Element | None, message: str, shown: str = "") -> Remark:
    if element is None:
        return Remark(message, text=shown)
    return Remark(message, getattr(element, "line", 0) or None, _short(element.tag), shown or _shown(element))


def _left_out(channel: Element) -> Iterator[Remark]:
    """What is read nowhere: once each name, for the show and for the episodes."""
    for whose, parents in (("de l’émission", [channel]), ("des épisodes", list(channel.iter("item")))):
        first: dict[str, Element] = {}
        for parent in parents:
            for element in parent:
                first.setdefault(_short(element.tag), element)
        read = {"title", "podcast:guid", "item"} if parents == [channel] else TAKEN | set(TO_DO)
        for name, element in first.items():
            if name not in read:
                yield _remark(element, f"ce renseignement {whose} n’est pas repris")


def _plain(value: str) -> str:
    """A title in which entities of HTML were written twice, on one line."""
    return " ".join(html.unescape(value).split())


def _words(value: str) -> str:
    """The text of HTML, its blocks apart."""
    return " ".join(html.unescape(nh3.clean(BLOCK_TAG.sub(r" \g<0>", value), tags=set())).split())


class _Item:
    """Reads one ``item``; notices come in the order of the fields."""

    def __init__(self, item: Element, language: str) -> None:
        self.item = item
        self.language = language
        self.notices: list[Remark] = []

    def episode(self) -> ImportedEpisode:
        item = self.item
        enclosure = self._enclosure()
        url = "" if enclosure is None else enclosure.get("url", "").strip()
        description = text(item, "itunes:summary") or text(item, "description")
        values: dict[str, Any] = {
            "guid": self._guid(url),
            "title": self._title(),
            "date": self._date(),
            "summary": self._summary(description),
            "notes": self._notes(),
            "season": self._number("season") or 1,
            "number": self._number("episode"),
            "kind": self._value("itunes:episodeType", {kind: kind for kind in KINDS}, "full"),
            "is_explicit": self._value("itunes:explicit", EXPLICIT, default=False),
            "sound_url": url,
            "sound_type": "" if enclosure is None else media_type(enclosure),
            "transcript_url": self._transcript_url(),
            "chapters_url": attribute(item, "podcast:chapters", "url"),
            "chapters": self._chapters(),
            "soundbite": self._soundbite(),
        }
        for name, message in TO_DO.items():
            self.notices += [_remark(element, message) for element in item.iterfind(name, SPACES)]
        return ImportedEpisode(**values, notices=tuple(self.notices))

    def say(self, name: str, message: str, shown: str = "") -> None:
        element = self.item.find(name, SPACES)
        self.notices.append(_remark(self.item if element is None else element, message, shown))

    def _enclosure(self) -> Element | None:
        """The first sound."""
        enclosures = [element for element in self.item.iterfind("enclosure") if element.get("url", "").strip()]
        if not enclosures:
            self.say("enclosure", "le son manque : ajoutez-le dans l’épisode", text(self.item, "title"))
            return None
        sounds = [element for element in enclosures if media_type(element).startswith("audio/")]
        taken = (sounds or enclosures)[0]
        others = [element for element in enclosures if element is not taken]
        self.notices += [_remark(element, "ce fichier n’est pas repris : un épisode a un son") for element in others]
        return taken

    def _guid(self, url: str) -> str:
        guid = text(self.item, "guid")
        if not guid:
            self.say("guid", "l’identifiant manque : l’adresse du son en tient lieu", url)
        return guid or url

    def _title(self) -> str:
        long, short = _plain(text(self.item, "title")), _plain(text(self.item, "itunes:title"))
        if short and long and short != long:
            self.say("title", "ce titre n’est pas gardé : « itunes:title » est pris", long)
        title = short or long
        if not title:
            self.say("title", "le titre manque : « Épisode sans titre » est mis, à corriger", "")
        if len(title) > TITLE_LENGTH:
            self.say("title", f"le titre dépasse {TITLE_LENGTH} caractères, la fin n’est pas gardée", title)
        return title[:TITLE_LENGTH] or "Épisode sans titre"

    def _date(self) -> date | None:
        """The day in Paris; a date without a zone that is known is taken as it is written."""
        names = ("pubDate", "dc:date", "atom:published", "atom:updated")
        name = next((name for name in names if (self.item.findtext(name, "", SPACES) or "").strip()), "pubDate")
        value = (self.item.findtext(name, "", SPACES) or "").strip()
        day, is_certain = read_date(value)
        if not value:
            self.say(name, "la date de diffusion manque : indiquez-la dans l’épisode", text(self.item, "title"))
        elif day is None:
            self.say(name, "cette date ne se lit pas : indiquez-la dans l’épisode", value)
        elif day > timezone.localdate():
            self.say(name, f"cette date est à venir ({day:%d/%m/%Y}) : vérifiez-la", value)
        elif not is_certain or name != "pubDate":
            self.say(name, f"cette date est comprise comme le {day:%d/%m/%Y}, à vérifier", value)
        return day

    def _summary(self, value: str) -> str:
        """Plain text, cut between two words."""
        plain = _words(value)
        subtitle = _words(text(self.item, "itunes:subtitle"))
        if (
            subtitle.rstrip("…. ")
            not in f"{_words(text(self.item, 'description'))} {plain} {_plain(text(self.item, 'title'))}"
        ):
            self.say("itunes:subtitle", "ce sous-titre n’est pas gardé", subtitle)
        if len(plain) <= SUMMARY_LENGTH:
            return plain
        name = "itunes:summary" if text(self.item, "itunes:summary") else "description"
        self.say(name, f"le résumé dépasse {SUMMARY_LENGTH} caractères, la fin n’y est pas gardée", plain)
        return plain[: SUMMARY_LENGTH - 1].rsplit(" ", 1)[0][: SUMMARY_LENGTH - 1] + "…"

    def _notes(self) -> str:
        """The rich text that the editor accepts; a plain text becomes a paragraph."""
        encoded, description = text(self.item, "content:encoded"), text(self.item, "description")
        summary = text(self.item, "itunes:summary")
        if encoded and description and summary and len({encoded, description, summary}) == 3:
            self.say("description", "ce texte n’est pas gardé : le résumé et les notes viennent d’ailleurs")
        value = encoded or description
        lost = sorted({name.lower() for name in TAG_NAME.findall(value)} - KEPT_TAGS)
        if lost:
            name = "content:encoded" if encoded else "description"
            self.say(name, f"les notes perdent ce qui n’est pas du texte ou un lien : {', '.join(lost)}")
        for tag, replacement in EDITOR_TAGS:
            value = tag.sub(replacement, value)
        clean = nh3.clean(
            value, tags=NOTES_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
        )
        return clean if "<p>" in clean or not clean.strip() else f"<p>{clean.strip()}</p>"

    def _number(self, name: str) -> int | None:
        value, other = text(self.item, f"itunes:{name}"), text(self.item, f"podcast:{name}")
        if value and other and value != other:
            self.say(f"podcast:{name}", f"ce nombre n’est pas gardé : « itunes:{name} » est pris", other)
        name, value = (f"itunes:{name}", value) if value else (f"podcast:{name}", other)
        if not value:
            return None
        match = re.fullmatch(r"([0-9]{1,5})(?:\.0+)?", value)
        if match and 0 < int(match[1]) <= LARGEST_NUMBER:
            return int(match[1])
        self.say(name, "ce nombre n’est pas gardé : un nombre à partir de 1 est attendu", value)
        return None

    def _value(self, name: str, known: dict[str, Any], default: Any) -> Any:
        value = text(self.item, name)
        if value and value.lower() not in known:
            self.say(name, "cette valeur n’est pas connue, elle n’est pas gardée", value)
        return known.get(value.lower(), default)

    def _transcript_url(self) -> str:
        """In the language of the show if there is one, the format that keeps most.

        Other formats are said unless they give the same text in the same language.
        """
        elements = [element for element in every(self.item, "podcast:transcript") if element.get("url", "").strip()]
        ranks = {element: rank for element in elements if (rank := _transcript_rank(element)) is not None}
        own = _main_language(self.language)
        taken = min(ranks, key=lambda element: (self._language(element) != own, ranks[element]), default=None)
        for element in elements:
            if taken is None:
                self.notices.append(_remark(element, "cette transcription sans temps n’est pas reprise"))
            elif self._language(element) != self._language(taken):
                self.notices.append(_remark(element, "cette transcription dans une autre langue n’est pas reprise"))
        return "" if taken is None else taken.get("url", "").strip()

    def _language(self, element: Element) -> str:
        return _main_language(element.get("language", "").strip() or self.language)

    def _chapters(self) -> tuple[Chapter, ...]:
        elements = list(every(self.item, "psc:chapters/psc:chapter"))
        reading = read_podlove(elements)
        self.notices += [*reading.errors, *reading.notices]
        for element in elements:
            if image := element.get("image", "").strip():
                self.notices.append(_remark(element, "l’image de ce chapitre n’est pas reprise", image))
        if reading.items and (url := attribute(self.item, "podcast:chapters", "url")):
            self.say("podcast:chapters", "ce fichier n’est pas lu : les chapitres du flux sont pris", url)
        return tuple(reading.items)

    def _soundbite(self) -> tuple[int, int] | None:
        elements = list(every(self.item, "podcast:soundbite"))
        taken = None
        for element in elements:
            bounds = _bounds(element) if taken is None else None
            if bounds is None:
                why = "un épisode a un extrait" if taken else "son début ou sa durée ne se lit pas"
                self.notices.append(
                    _remark(element, f"cet extrait n’est pas gardé : {why}", " ".join(element.attrib.values()))
                )
            elif (title := _plain(element.text or "")) not in ("", _plain(text(self.item, "title"))):
                self.notices.append(_remark(element, "le titre de cet extrait n’est pas gardé", title))
            if bounds and [float(element.get(name, "")) for name in BOUNDS] != list(bounds):
                message = f"cet extrait est arrondi à {bounds[0]} s, pour {bounds[1]} s"
                self.notices.append(_remark(element, message, " ".join(element.attrib.values())))
            taken = taken or bounds
        return taken


def read_date(value: str) -> tuple[date | None, bool]:
    """The day of a date (RFC 2822, ISO 8601, « 3/12/2025 ») in Paris, and whether it is certain."""
    try:
        if match := FRENCH_DATE.fullmatch(value):
            return date(int(match[3]), int(match[2]), int(match[1])), False
        is_iso = ISO_DATE.fullmatch(value)
        moment = datetime.fromisoformat(value.replace(" +", "+")) if is_iso else parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None, False
    if moment.year < 1990:
        return None, False
    if moment.tzinfo is None and value.endswith("-0000"):  # RFC 2822: in UTC, the zone of the writer being unknown
        moment = moment.replace(tzinfo=UTC)
    return (timezone.localtime(moment).date(), True) if moment.tzinfo else (moment.date(), bool(is_iso))


def media_type(element: Element) -> str:
    """The type without its parameters, in lower case."""
    return element.get("type", "").partition(";")[0].strip().lower()


def _transcript_rank(element: Element) -> int | None:
    """By its type, else by the end of its address; None for a text without times."""
    kind = media_type(element)
    path = re.split(r"[?#]", element.get("url", "").strip())[0]
    ending = path.lower().rpartition(".")[2] if kind != "text/html" else ""
    ranks = list(TRANSCRIPT_FORMATS)
    by_type = next((rank for rank, name in enumerate(ranks) if kind in TRANSCRIPT_FORMATS[name]), None)
    return by_type if by_type is not None else (ranks.index(ending) if ending in ranks else None)


def _main_language(name: str) -> str:
    """« fr » for « fr-FR »."""
    return re.split("[-_]", name.lower())[0]


def _bounds(element: Element) -> tuple[int, int] | None:
    try:
        start, duration = (round(float(element.get(name, ""))) for name in BOUNDS)
    except (ValueError, OverflowError):
        return None
    return (start, duration) if start >= 0 and 0 < duration <= LARGEST_NUMBER else None
