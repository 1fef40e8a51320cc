"""The episodes, the news and the pages of text of the corpus."""

from functools import lru_cache
from typing import Any

from portal.medialib.transcripts.formats import parse
from portal.site_setup.site_tree import TREE
from tests.relevance.corpus.items import Item, Kind
from tests.relevance.corpus.sheets import sheets
from tests.relevance.corpus.sources import DATA_DIR, tables

PORTAL_PAGES = ("besoin-d-aide", "les-clsm", "la-demarche-caps")


def transcript(slug: str) -> str:
    return (DATA_DIR / "transcripts" / f"{slug}.vtt").read_text(encoding="utf-8")


@lru_cache
def episodes() -> tuple[Item, ...]:
    return tuple(_episode(slug, values) for slug, values in tables("episodes.toml").items())


def _episode(slug: str, values: dict[str, Any]) -> Item:
    """An episode has the territory and the publics of the sheets it tells."""
    told = [sheet for sheet in sheets() if sheet.slug in values["sheets"]]
    return Item(
        key=f"episode/{slug}",
        kind=Kind.EPISODE,
        title=values["title"],
        hook=values["summary"],
        body=tuple(cue.text for cue in parse(transcript(slug))),
        themes=tuple(values["themes"]),
        publics=_all(told, "publics"),
        milieux=_all(told, "milieux"),
        clsms=_all(told, "clsms"),
        sheets=tuple(sheet.key for sheet in told),
        departments=_all(told, "departments"),
        regions=_all(told, "regions"),
        year=values["date"].year,
    )


def _all(items: list[Item], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for item in items for value in getattr(item, name)))


@lru_cache
def texts() -> tuple[Item, ...]:
    """News and pages, the same shape."""
    return tuple(
        Item(
            key=f"{kind}/{slug}",
            kind=Kind(kind),
            title=values["title"],
            hook=values["introduction"],
            body=(values["body"],),
            year=values["date"].year if "date" in values else 2022,
        )
        for kind, found in tables("pages.toml").items()
        for slug, values in found.items()
    )


@lru_cache
def portal_pages() -> tuple[Item, ...]:
    """The pages that ``setup_site`` writes and that answer some queries."""
    return tuple(
        Item(key=f"page/{node.slug}", kind=Kind.PAGE, title=node.title, hook=str(node.fields["introduction"]))
        for node in TREE
        if node.slug in PORTAL_PAGES
    )
