"""Safe parsing of a feed (no entity, no document type, nothing fetched), and the findings of the lint."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from caps_sheets.podcasts.feeds.rss import NAMESPACES

NAMES = {**NAMESPACES, "atom": "http://www.w3.org/2005/Atom"}

MAX_SIZE = 20_000_000  # bytes


class FeedError(Exception):
    """The document is not a readable feed; the message gives the reason, in French."""


def read_document(content: bytes) -> Element:
    """The root of a feed, or ``FeedError``."""
    if len(content) > MAX_SIZE:
        raise FeedError("Ce flux dépasse 20 Mo.")
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise FeedError(f"Ce n’est pas du XML bien formé (ligne {line}, colonne {column}).") from error
    except DefusedXmlException as error:
        raise FeedError("Ce document déclare un type ou des entités : il n’est pas lu.") from error
    except (LookupError, ValueError) as error:
        raise FeedError("L’encodage de ce document n’est pas reconnu.") from error
    if root.tag != "rss" or root.find("channel") is None:
        raise FeedError("Ce document n’est pas un flux RSS : « rss » puis « channel » sont attendus.")
    return root


def text(element: Element, path: str) -> str:
    """Stripped text of the first element at ``path`` (prefixes of ``NAMES``); empty when there is none."""
    return (element.findtext(path, namespaces=NAMES) or "").strip()


def attribute(element: Element, path: str, name: str) -> str:
    child = element.find(path, NAMES)
    return "" if child is None else child.get(name, "").strip()


def every(element: Element, path: str) -> Iterator[Element]:
    yield from element.iterfind(path, NAMES)


class Level(StrEnum):
    ERROR = "erreur"  # directories or apps refuse it, or misread it
    ADVICE = "conseil"


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule``: stable name; ``where``: title of the episode, empty for the whole feed."""

    rule: str
    level: Level
    message: str
    where: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
