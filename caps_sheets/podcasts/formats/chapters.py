"""Chapters of an episode, one per line as an author types them: « 00:12:30 Titre » or « 00:12:30 Titre | URL ».

Errors are reported line by line. Sources: Apple Podcasts (support/5482) reads chapters in the notes from three on,
the first one at zero; the file follows the JSON chapters 1.2.0 of the Podcast Namespace.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from portal.base.characters import normalize
from portal.base.errors import LineFaultError, UnreadableTextError

VERSION = "1.2.0"

CONTENT_TYPE = "application/json+chapters"

FEWEST = 3

MOST = 200

MAX_TITLE = 128  # characters: what podcast apps show

MAX_FILE = 500_000  # bytes

SHOWN_ERRORS = 10

LINE = re.compile(r"(\d{2}):([0-5]\d):([0-5]\d)[ \t]+(\S.*)", re.ASCII)

ADDRESS = re.compile(r"https://[\w.-]+(?::\d+)?(?:[/?#][^\s<>\"]*)?|/(?!/)[^\s<>\"\\]*", re.ASCII)


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


class ChaptersError(UnreadableTextError):
    """The chapters cannot be parsed."""


def parse(text: str) -> list[Chapter]:
    """Chapters in their order, empty for an empty text. Raises ``ChaptersError`` with every error (the first ten)."""
    chapters: list[tuple[int, Chapter]] = []
    errors: list[str] = []
    for number, line in _numbered_lines(text):
        try:
            chapter = _read_line(number, line)
            if chapters and chapter.start <= chapters[-1][1].start:
                raise LineFaultError(number, "ce chapitre doit commencer après le précédent.")
            chapters.append((number, chapter))
        except LineFaultError as error:
            errors.append(str(error))
    errors = errors or _whole_errors(chapters)
    if errors:
        raise ChaptersError(errors[:SHOWN_ERRORS])
    return [chapter for _, chapter in chapters]


def read(text: str) -> list[Chapter]:
    """Chapters to show: empty while a draft cannot be parsed."""
    try:
        return parse(text)
    except ChaptersError:
        return []


def check(text: str, duration: float | None = None) -> list[str]:
    """Errors of the chapters, also against the ``duration`` of the sound (seconds); empty if they are correct."""
    try:
        chapters = parse(text)
    except ChaptersError as error:
        return error.messages
    if not (chapters and duration):
        return []
    return [
        f"Ligne {number} : ce chapitre commence après la fin du fichier audio."
        for (number, _), chapter in zip(_numbered_lines(text), chapters, strict=True)
        if chapter.start >= duration
    ][:SHOWN_ERRORS]


def write(chapters: Iterable[Chapter]) -> str:
    """The text that ``parse`` reads back."""
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


def decode(content: bytes) -> str:
    """Text of an uploaded file of chapters: JSON chapters (any 1.x) or the lines themselves, in UTF-8.

    Raises ``ChaptersError``. Hidden chapters (``"toc": false``) are left out, fractions of a second are dropped.
    """
    if len(content) > MAX_FILE:
        raise ChaptersError(["Ce fichier dépasse 500 ko."])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ChaptersError(["Le fichier n’est pas enregistré en UTF-8."]) from error
    if not text.lstrip().startswith(("{", "[")):
        parse(text)
        return text
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ChaptersError([f"Ce fichier JSON ne se lit pas{_place(error)}."]) from error
    text = write(_read_document(document))
    parse(text)
    return text


def _numbered_lines(text: str) -> list[tuple[int, str]]:
    """(number, content) of the lines that are not blank."""
    lines = normalize("NFC", text.removeprefix("\ufeff")).splitlines()
    return [(number, line.strip()) for number, line in enumerate(lines, start=1) if line.strip()]


def _read_line(number: int, line: str) -> Chapter:
    match = LINE.fullmatch(line)
    if match is None:
        raise LineFaultError(number, "écrivez l’heure, les minutes, les secondes puis le titre : « 00:12:30 Titre ».")
    hours, minutes, seconds = (int(part) for part in match.groups()[:3])
    title, bar, url = match[4].rpartition(" | ")
    title, url = (title.strip(), url.strip()) if bar else (match[4].strip(), "")
    if not title or any(unicodedata.category(character) == "Cc" for character in title):
        raise LineFaultError(number, "le titre est vide ou illisible.")
    if len(title) > MAX_TITLE:
        raise LineFaultError(number, f"le titre dépasse {MAX_TITLE} caractères.")
    if bar and not ADDRESS.fullmatch(url):
        raise LineFaultError(
            number, "après « | », donnez une adresse « https://… » ou celle d’une page, « /fiches/… »."
        )
    return Chapter(hours * 3600 + minutes * 60 + seconds, title, url)


def _whole_errors(found: list[tuple[int, Chapter]]) -> list[str]:
    """Errors of the list as a whole."""
    if not found:
        return []
    first_line, first = found[0]
    errors = [f"Ligne {first_line} : le premier chapitre commence à 00:00:00."] if first.start else []
    if len(found) < FEWEST:
        errors.append(f"Il faut au moins {FEWEST} chapitres : les applications n’en montrent pas moins.")
    if len(found) > MOST:
        errors.append(f"{MOST} chapitres au plus : il y en a {len(found)}.")
    return errors


def _place(error: Exception) -> str:
    return f" (ligne {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""


def _read_document(document: object) -> list[Chapter]:
    items = document.get("chapters") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(items, list):
        raise ChaptersError(["Ce fichier n’a pas de liste « chapters »."])
    if not str(document.get("version", "")).startswith("1."):
        raise ChaptersError(["Seuls les chapitres JSON de version 1 sont lus (« version » : « 1.2.0 »)."])
    chapters: list[Chapter] = []
    errors: list[str] = []
    for rank, item in enumerate(items, start=1):
        fault = _item_fault(item)
        if fault:
            errors.append(f"Chapitre {rank} : {fault}")
        elif item.get("toc", True) is not False:
            chapters.append(Chapter(int(item["startTime"]), " ".join(item["title"].split()), item.get("url") or ""))
    if errors:
        raise ChaptersError(errors[:SHOWN_ERRORS])
    if not chapters:
        raise ChaptersError(["Ce fichier ne contient aucun chapitre."])
    return chapters


def _item_fault(item: object) -> str:
    if not isinstance(item, dict):
        return "un objet est attendu."
    if not _is_start(item.get("startTime")):
        return "« startTime » doit être un nombre de secondes."
    hidden = item.get("toc", True) is False
    if not hidden and not (isinstance(item.get("title"), str) and item["title"].strip()):
        return "« title » manque."
    if not isinstance(item.get("url") or "", str):
        return "« url » doit être une adresse."
    return ""


def _is_start(value: object) -> bool:
    """Whether the seconds fit in two digits of hours."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and 0 <= value < 360_000
