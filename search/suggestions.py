"""Suggestions while a visitor types: pages, themes, places."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from network.territories.resolver import suggestions as place_suggestions
from search.documents import readable, singular_of
from search.engines.base import EngineError, Suggestion
from search.engines.current import get_engine
from search.queries import MAX_TEXT
from search.references import references
from search.text import LONGEST_START, clean, forms

SHORTEST = 2  # characters
MOST = 8
MOST_THEMES = 2
MOST_PLACES = 2


@dataclass(frozen=True)
class Proposal:
    """One line of the list: ``value`` fills the field, ``url`` is its link."""

    label: str
    kind: str
    url: str
    value: str


#: Shown first for words of distress. Selected, it searches for the page of the help numbers.
HELP_LINE = Proposal("3114, gratuit, 24 h/24, 7 j/7", "Besoin d’aide ?", "/besoin-d-aide/", "3114")


def suggest(text: str) -> list[Proposal]:
    """At most MOST proposals for the typed text; an engine that does not answer only leaves its part out."""
    text = clean(text, MAX_TEXT)
    if len(text) < SHORTEST:
        return []
    help_line = [HELP_LINE] if references().distress.are_in(text) else []
    themes = suggest_themes(text)
    places = suggest_places(text, MOST_PLACES, is_place=False)
    pages = suggest_pages(text, MOST - len(help_line) - len(themes) - len(places))
    return [*help_line, *themes, *pages, *places]


def suggest_pages(text: str, size: int) -> list[Proposal]:
    try:
        suggestions = get_engine().suggest(text, size)
    except EngineError:
        return []
    seen = readable((suggestion.family, suggestion.page_id) for suggestion in suggestions)
    return [to_proposal(suggestion) for suggestion in suggestions if (suggestion.family, suggestion.page_id) in seen]


def to_proposal(suggestion: Suggestion) -> Proposal:
    return Proposal(suggestion.title, singular_of(suggestion.family), suggestion.url, suggestion.title)


def suggest_themes(text: str) -> list[Proposal]:
    """The themes whose label or synonyms hold every typed word; the last one may be incomplete."""
    typed = [form[:LONGEST_START] for form in forms(text)]
    if not typed:
        return []
    themes = [theme for theme in references().themes if theme.starts.issuperset(typed)][:MOST_THEMES]
    return [Proposal(theme.name, "Thème", search_url(theme=theme.slug), theme.name) for theme in themes]


def suggest_places(text: str, size: int = MOST, *, is_place: bool = True) -> list[Proposal]:
    """``is_place``: nothing else is typed in this field, so that a word with a mistake is a place too."""
    text = clean(text, MAX_TEXT)
    if len(text) < SHORTEST:
        return []
    return [
        Proposal(str(place), place.kind.capitalize(), search_url(lieu=str(place)), str(place))
        for place in place_suggestions(text, most=size, is_place=is_place)
    ]


def search_url(**params: str) -> str:
    return f"{reverse('search')}?{urlencode(params)}"
