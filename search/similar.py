"""« Fiches proches »: the sheets most like one sheet, by what it is about, for whom, where, and in which words."""

import logging
from collections.abc import Iterable, Iterator

from django.utils.html import strip_tags

from caps_sheets.cards import cards, with_episodes
from caps_sheets.models import CapsSheetPage
from portal.base.visibility import visible
from search.engines.base import EngineError, Hit, Likeness
from search.engines.current import get_engine
from search.facts import facts_of
from search.results import card, still_visible
from search.text import STOP_STEMS, stems

SHOWN = 3
#: How many are asked for: some may have become private since they were indexed.
ASKED = 3 * SHOWN
MAX_WORDS = 40
FAMILY = "sheet"
#: Group of facets → field of the sheet, for a draft whose choices are in memory only.
FIELDS = {
    "theme": "themes",
    "public": "audiences",
    "milieu": "settings",
    "strategie": "strategies",
    "action": "action_types",
}

logger = logging.getLogger("portal.search")


def similar_cards(sheet: CapsSheetPage) -> list[dict[str, object]]:
    """At most SHOWN cards. Without the engine, the latest sheets of the main theme; [] when there are none."""
    try:
        hits = get_engine().similar(likeness(sheet), FAMILY, ASKED)
    except EngineError as error:
        logger.warning("Similar sheets taken from the database: %s", error)
        return same_theme(sheet)
    return [card(hit) for hit in others(still_visible(hits), sheet)][:SHOWN]


def others(hits: Iterable[Hit], sheet: CapsSheetPage) -> Iterator[Hit]:
    return (hit for hit in hits if hit.page_id != sheet.pk)


def likeness(sheet: CapsSheetPage) -> Likeness:
    """What ``sheet`` shares with those like it; for a saved page its values cost one query."""
    values = values_in_memory(sheet) if is_draft(sheet) else facts_of([(FAMILY, sheet.pk)]).get(sheet.pk, {})
    facets = {group: tuple(values.get(group, ())) for group in FIELDS}
    return Likeness(f"{FAMILY}:{sheet.pk}", facets, telling_words(sheet))


def is_draft(sheet: CapsSheetPage) -> bool:
    """A preview holds its choices in memory."""
    return sheet.theme_items.is_deferring


def values_in_memory(sheet: CapsSheetPage) -> dict[str, list[str]]:
    return {group: [term.slug for term in getattr(sheet, name).all()] for group, name in FIELDS.items()}


def telling_words(sheet: CapsSheetPage) -> tuple[str, ...]:
    """The distinct stems of the title, the hook and the summary that say something, in this order."""
    text = f"{sheet.title}\n{sheet.hook}\n{strip_tags(sheet.summary.replace('<', ' <'))}"
    telling = dict.fromkeys(stem for stem in stems(text) if len(stem) > 1 and stem not in STOP_STEMS)
    return tuple(telling)[:MAX_WORDS]


def same_theme(sheet: CapsSheetPage) -> list[dict[str, object]]:
    if sheet.main_theme_id is None:
        return []
    sheets = visible(CapsSheetPage.objects.filter(theme_items__tag=sheet.main_theme_id)).exclude(pk=sheet.pk)
    return cards(with_episodes(sheets).order_by("-first_published_at", "-pk")[:SHOWN])
