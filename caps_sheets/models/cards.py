"""The cards of sheets: two queries for a list of any length, sheets and related objects included."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, QuerySet, Value
from django.db.models.expressions import Combinable
from wagtail.models import Page

from caps_sheets.models.related import SheetClsm, SheetCommune, SheetTheme
from caps_sheets.models.sheet import CapsSheetPage
from portal.base.querysets import is_visible, visible

NO_KEY, NO_CODE = Value(0, IntegerField()), Value("", CharField())
#: Kind of part → its sheet, rank, text, id, and slug or code.
COLUMNS: dict[str, tuple[Combinable, ...]] = {
    "theme": (F("content_object"), F("pk"), F("tag__name"), F("tag"), F("tag__slug")),
    "clsm": (F("page"), F("sort_order"), F("clsm__title"), F("clsm"), NO_CODE),
    "clsm_place": (F("page"), F("sort_order"), F("clsm__departments__name"), F("clsm"), F("clsm__departments")),
    "place": (F("page"), F("sort_order"), F("commune__department__name"), NO_KEY, F("commune__department")),
}


class CardTheme(NamedTuple):
    """A theme in the form that ``components/chips.html`` takes."""

    slug: str
    name: str


@dataclass
class CardParts:
    """What the card of a sheet shows beside its own fields; places by code of département."""

    themes: list[CardTheme] = field(default_factory=list)
    clsms: dict[int, str] = field(default_factory=dict)
    clsm_places: dict[str, str] = field(default_factory=dict)
    own_places: dict[str, str] = field(default_factory=dict)


def with_episodes(sheets: QuerySet[CapsSheetPage]) -> QuerySet[CapsSheetPage]:
    """Annotate each sheet with ``has_episode``: whether a public episode is about it."""
    episodes = visible(Page.objects.filter(episodepage__sheet_items__sheet=OuterRef("pk")))
    return sheets.annotate(has_episode=Exists(episodes))


def cards(sheets: Iterable[CapsSheetPage]) -> list[dict[str, object]]:
    """The sheets of ``with_episodes`` in the form that ``components/card.html`` takes."""
    shown = list(sheets)
    parts = parts_of(shown)
    return [card(sheet, parts[sheet.pk]) for sheet in shown]


def card(sheet: CapsSheetPage, parts: CardParts) -> dict[str, object]:
    places = parts.own_places or parts.clsm_places
    return {
        "kind": "fiche",
        "url": sheet.url,
        "title": sheet.title,
        "text": sheet.hook,
        "place_code": next(iter(places), ""),
        "place": " · ".join(chain(parts.clsms.values(), places.values())),
        "when": str(sheet.start_date.year) if sheet.start_date else "",
        "themes": parts.themes,
        "has_episode": sheet.has_episode,
        "is_demo": sheet.is_demo,
    }


def parts_of(sheets: list[CapsSheetPage]) -> dict[int, CardParts]:
    """By id of sheet: its themes (the main one first), its public CLSMs, its départements. One query."""
    parts_by_sheet: dict[int, CardParts] = defaultdict(CardParts)
    main_themes = {sheet.pk: sheet.main_theme_id for sheet in sheets}
    rows = list(_rows(list(main_themes)))
    rows.sort(key=lambda row: (row[2] == "theme" and row[4] != main_themes[row[0]], row[1] or 0, row[5] or ""))
    for sheet, _, kind, text, key, code in rows:
        parts = parts_by_sheet[sheet]
        if kind == "theme":
            parts.themes.append(CardTheme(code, text))
        elif kind == "clsm":
            parts.clsms[key] = text
        elif kind == "clsm_place" and code:
            parts.clsm_places[code] = text
        elif kind == "place":
            parts.own_places[code] = text
    return parts_by_sheet


def _rows(sheets: list[int]) -> QuerySet:
    """(sheet, rank, kind, text, id, slug or code) of all parts; the rank is the order of the form."""
    themes = SheetTheme.objects.filter(content_object__in=sheets)
    carried = SheetClsm.objects.filter(is_visible("clsm"), page__in=sheets)
    communes = SheetCommune.objects.filter(page__in=sheets)
    return _part("theme", themes).union(
        _part("clsm", carried), _part("clsm_place", carried), _part("place", communes), all=True
    )


def _part(kind: str, items: QuerySet) -> QuerySet:
    sheet, rank, text, key, code = COLUMNS[kind]
    return items.order_by().values_list(sheet, rank, Value(kind, CharField()), text, key, code)
