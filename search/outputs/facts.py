"""Database facts about the pages of a result: one SQL query, for any number and type of pages.

A result card shows two themes and one place. Feeds, exports and « fiches proches » need all of them, as they are now:
they are read here rather than stored in a larger index.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value
from django.db.models.functions import Cast

from caps_sheets.capitalisation.models import CensusAnswer
from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodePage
from network.models import ClsmPage
from portal.base.models import NewsPage, StandardPage
from portal.base.querysets import is_visible

#: The facts of one page: kind of fact → its values. A facet group holds the values of the search URL.
Facts = Mapping[str, list[str]]

#: Beside the facet groups: what makes the page show the 3114 (its themes, or its own choice), the licence in
#: words, the date shown on the page.
HELP, LICENCE, DATE = "help", "licence", "date"
#: The département of the CLSMs that carried a sheet stands for its communes when it names none.
CLSM_PLACE = "clsm_place"


class Source(NamedTuple):
    """The source of one fact: ``path`` is the lookup from the page to its value.

    ``through`` is the lookup to the pages that must be public for the fact to be shown.
    """

    fact: str
    path: str
    through: tuple[str, ...] = ()
    only: Q = Q()


THEMES = (
    Source("theme", "theme_items__tag__slug"),
    Source(HELP, "theme_items__tag__slug", only=Q(theme_items__tag__shows_help=True)),
)
SHEET, CLSM = "sheet_items__sheet", "clsm_items__clsm"
CLSM_OF_SHEET = f"{SHEET}__{CLSM}"
BOTH_THEMES = ("main_theme", "themes")
#: Key of a family → model, sources. A family without an entry is described by title, URL and text only.
SOURCES: dict[str, tuple[type[Any], tuple[Source, ...]]] = {
    "sheet": (
        CapsSheetPage,
        (
            *THEMES,
            Source("public", "audiences__slug"),
            Source("milieu", "settings__slug"),
            Source("strategie", "strategies__slug"),
            Source("action", "action_types__slug"),
            Source("clsm", f"{CLSM}__slug", through=(CLSM,)),
            Source("departement", "commune_items__commune__department__slug"),
            Source(CLSM_PLACE, f"{CLSM}__departments__slug", through=(CLSM,)),
            Source(LICENCE, "licence__label"),
        ),
    ),
    "clsm": (
        ClsmPage,
        (
            *THEMES,
            Source("public", "audiences__slug"),
            Source("clsm", "slug"),
            Source("departement", "departments__slug"),
        ),
    ),
    "episode": (
        EpisodePage,
        (
            *THEMES,
            Source("public", f"{SHEET}__audiences__slug", through=(SHEET,)),
            Source("milieu", f"{SHEET}__settings__slug", through=(SHEET,)),
            Source("clsm", f"{CLSM}__slug", through=(CLSM,)),
            Source("clsm", f"{CLSM_OF_SHEET}__slug", through=(SHEET, CLSM_OF_SHEET)),
            Source(CLSM_PLACE, f"{CLSM}__departments__slug", through=(CLSM,)),
            Source(CLSM_PLACE, f"{CLSM_OF_SHEET}__departments__slug", through=(SHEET, CLSM_OF_SHEET)),
            Source(HELP, "pk", only=Q(help_choice=EpisodePage.Help.ALWAYS)),
            Source(DATE, "date"),
        ),
    ),
    "news": (NewsPage, (Source(DATE, "date"), Source(HELP, "pk", only=Q(shows_help=True)))),
    "page": (StandardPage, (Source(HELP, "pk", only=Q(shows_help=True)),)),
    "action": (
        CensusAnswer,
        (
            *(Source("theme", f"{path}__slug") for path in BOTH_THEMES),
            *(Source(HELP, f"{path}__slug", only=Q(**{f"{path}__shows_help": True})) for path in BOTH_THEMES),
            Source("public", "audiences__slug"),
            Source("milieu", "settings__slug"),
            Source("action", "action_types__slug"),
            Source("clsm", "clsm__slug"),  # a public action belongs to a public CLSM
            Source("departement", "communes__department__slug"),
            Source(CLSM_PLACE, "clsm__departments__slug"),
        ),
    ),
}


def facts_of(pages: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Facts]:
    """The facts of each of ``pages`` (key of the family, id). One query."""
    ids: dict[str, list[int]] = defaultdict(list)
    for family, page_id in pages:
        if family in SOURCES:
            ids[family].append(page_id)
    parts = [_rows(family, some, source) for family, some in ids.items() for source in SOURCES[family][1]]
    facts_by_page: dict[tuple[str, int], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for family, page_id, fact, value in parts[0].union(*parts[1:]) if parts else ():
        facts_by_page[family, page_id][fact].append(value)
    for facts in facts_by_page.values():
        places = facts.pop(CLSM_PLACE, [])
        facts["departement"] = facts["departement"] or places
    return {place: dict(facts) for place, facts in facts_by_page.items()}


def _rows(family: str, ids: list[int], source: Source) -> QuerySet:
    """(family, page id, fact, value) of one source. One ``filter`` call: its conditions apply to the same linked
    row.
    """
    public = [is_visible(link) for link in source.through]
    rows = SOURCES[family][0].objects.filter(source.only, *public, pk__in=ids, **{f"{source.path}__isnull": False})
    value = Cast(F(source.path), CharField())
    return rows.order_by().values_list(Value(family, CharField()), "pk", Value(source.fact, CharField()), value)
