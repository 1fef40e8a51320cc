"""What the judge knows of a document, apart from any database and any engine."""

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tests.relevance.corpus.labels import label


class Kind(StrEnum):
    SHEET = "sheet"
    CLSM = "clsm"
    EPISODE = "episode"
    NEWS = "news"
    PAGE = "page"


@dataclass(frozen=True)
class Item:
    """One document of the corpus. ``key`` is stable: ``sheet/cellule-habitat``.

    Terms are slugs of the portal's vocabularies; ``themes`` starts with the main one; ``communes`` are INSEE codes
    (of a CLSM only); ``departments`` are codes. ``body`` holds paragraphs of plain text.
    """

    key: str
    kind: Kind
    title: str
    hook: str = ""
    summary: str = ""
    body: tuple[str, ...] = ()
    quote: str = ""
    themes: tuple[str, ...] = ()
    publics: tuple[str, ...] = ()
    milieux: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    clsms: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    epcis: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    qpv: str = ""
    year: int = 2022

    @property
    def slug(self) -> str:
        return self.key.partition("/")[2]

    @property
    def main(self) -> str:
        return self.themes[0] if self.themes else ""

    @property
    def text(self) -> str:
        """Everything a reader sees, without accents or capitals."""
        return folded(" ".join((self.title, self.hook, self.summary, *self.body, self.quote, *self.labels)))

    @property
    def labels(self) -> tuple[str, ...]:
        """The terms, in the words of the portal."""
        return tuple(label(name, slug) for name, slugs in self.terms.items() for slug in slugs)

    @property
    def terms(self) -> dict[str, tuple[str, ...]]:
        """Slugs by vocabulary."""
        return {
            "themes": self.themes,
            "publics": self.publics,
            "milieux": self.milieux,
            "types-action": self.types,
            "programmes": self.programmes,
            "fonctions-cles": self.functions,
        }


def folded(text: str) -> str:
    """Without accents, capitals, ligatures or typographic apostrophes."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("’", "'"))
    return "".join(character for character in plain if not unicodedata.combining(character))
