"""Safe parsing of a feed (no entity, no document type, nothing fetched), and the findings of the lint."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from caps_sheets.podcasts.feeds.rss import NAMESPACES

NAMES = {**NAMESPACES, "atom": "http://www.w3.org/2005/Atom"}

MAX_SIZE = 20_000_000  # bytes


class FeedError(Exception):
    """The document is not a readable feed; the message gives the reason, in French."""


class LineElement(Element):
    """``line``: where its start tag ends in the document, as an editor counts."""

    line = 0


def _parsed(content: bytes | str) -> Element:
    def make(tag: str, attributes: dict[str, str]) -> LineElement:
        element = LineElement(tag, attributes)
        element.line = parser.parser.CurrentLineNumber
        return element

    parser = DefusedXMLParser(target=TreeBuilder(element_factory=make), forbid_dtd=True)
    parser.feed(content)
    root: Element = parser.close()
    return root


def read_document(content: bytes | str) -> Element:
    """The root of a feed, its elements ``LineElement``, or ``FeedError``."""
    if len(content) > MAX_SIZE:
        raise FeedError("Ce flux dépasse 20 Mo : partagez-le en plusieurs fichiers.")
    try:
        root = _parsed(content)
    except ParseError as error:
        line, column = error.position
        remedy = "corrigez cet endroit, ou exportez de nouveau le flux"
        raise FeedError(f"Ce n’est pas du XML bien formé (ligne {line}, colonne {column}) : {remedy}.") from error
    except DefusedXmlException as error:
        raise FeedError(
            "Ce document déclare un type ou des entités (« <!DOCTYPE… ») : retirez cette déclaration."
        ) from error
    except (LookupError, ValueError) as error:
        raise FeedError("L’encodage de ce document n’est pas reconnu : enregistrez-le en UTF-8.") from error
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
