"""« Fiches proches »: the sheets most similar to one sheet, by themes, audiences, places and words."""

import logging
from collections.abc import Iterable, Mapping

from django.utils.html import strip_tags

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.cards import cards, with_episodes
from caps_sheets.models.sheet_context import Choice
from portal.base.querysets import visible
from portal.taxonomies.models import Theme
from search.engines.base import EngineError, Likeness
from search.engines.current import get_engine
from search.results import card, still_visible
from search.text import STOP_STEMS, stems

SHOWN = 3
#: How many are requested: some may have become private since they were indexed.
ASKED = 3 * SHOWN
MAX_WORDS = 40
FAMILY = "sheet"
#: Group of facets → list of the identity card.
GROUPS = {"public": "audiences", "milieu": "settings", "strategie": "strategies", "action": "action_types"}
Identity = Mapping[str, list[Choice]]

logger = logging.getLogger("portal.search")


def similar_cards(sheet: CapsSheetPage, themes: Iterable[Theme], identity: Identity) -> list[dict[str, object]]:
    """At most SHOWN cards, in one query. Without the engine, the latest sheets of the main theme.

    ``themes`` and ``identity`` come from the page, where a preview has those of the draft.
    """
    try:
        hits = get_engine().similar(likeness(sheet, themes, identity), FAMILY, ASKED)
    except EngineError as error:
        logger.warning("Similar sheets taken from the database: %s", error)
        return same_theme(sheet)
    return [card(hit) for hit in still_visible(hits) if hit.page_id != sheet.pk][:SHOWN]


def likeness(sheet: CapsSheetPage, themes: Iterable[Theme], identity: Identity) -> Likeness:
    """What ``sheet`` may share with another one."""
    facets = {group: tuple(choice.slug for choice in identity.get(name, ())) for group, name in GROUPS.items()}
    facets["theme"] = tuple(theme.slug for theme in themes)
    return Likeness(f"{FAMILY}:{sheet.pk}", facets, telling_words(sheet))


def telling_words(sheet: CapsSheetPage) -> tuple[str, ...]:
    """The distinct significant stems of the title, the hook and the summary, in this order."""
    text = f"{sheet.title}\n{sheet.hook}\n{strip_tags(sheet.summary.replace('<', ' <'))}"
    telling = dict.fromkeys(stem for stem in stems(text) if len(stem) > 1 and stem not in STOP_STEMS)
    return tuple(telling)[:MAX_WORDS]


def same_theme(sheet: CapsSheetPage) -> list[dict[str, object]]:
    if sheet.main_theme_id is None:
        return []
    sheets = visible(CapsSheetPage.objects.filter(theme_items__tag=sheet.main_theme_id)).exclude(pk=sheet.pk)
    return cards(with_episodes(sheets).order_by("-first_published_at", "-pk")[:SHOWN])
