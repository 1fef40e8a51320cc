"""The query: what a visitor asks, read from the address, and the plan that every engine follows."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict

from search.facets import GROUPS
from search.synonyms import Named, Phrase, Synonyms
from search.text import STOP_STEMS, clean, compounds, forms, is_stop_word, stem, stems

MAX_TEXT = 300
MAX_WORDS = 24
MAX_VALUES = 30
MAX_PAGE = 200
PAGE_SIZE = 20
MAX_PLACE = 80
RADII = (10, 25, 50, 100)  # km
RADIUS = 50

PART = re.compile(r"(?P<minus>(?<!\S)[-−])?(?:[\"“”«]\s*(?P<phrase>[^\"“”«»]*)[\"“”»]?|(?P<word>[^\s\"“”«»]+))")


@dataclass(frozen=True)
class SearchQuery:
    """A normalised query: the same object serves the page, a feed, an export or an alert.

    ``place`` is a commune as it was typed, ``radius`` the distance around it in km; ``is_latest_first`` orders by date
    rather than by relevance.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    size: int = PAGE_SIZE
    place: str = ""
    radius: int = RADIUS
    is_latest_first: bool = False

    @classmethod
    def from_params(cls, params: QueryDict) -> "SearchQuery":
        """Reads GET parameters; what is unknown, too long or malformed is ignored, never an error."""
        filters = {}
        for group in GROUPS:
            values = [clean(value, 100) for value in params.getlist(group.name)[:MAX_VALUES]]
            kept = tuple(sorted({value for value in values if value}))
            if kept:
                filters[group.name] = kept
        return cls(
            clean(params.get("q", ""), MAX_TEXT),
            filters,
            page_number(params.get("page", "")),
            place=clean(params.get("lieu", ""), MAX_PLACE),
            radius=radius_of(params.get("rayon", "")),
            is_latest_first=params.get("tri") == "recent",
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.filters and not self.place

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Every parameter but the words and the page: what a form keeps when only the words change."""
        return [(name, value) for name, value in self.params() if name != "q"]

    def known(self, values: Mapping[str, Mapping[str, object]]) -> "SearchQuery":
        """The same query without the filter values that ``values`` (group → known values) does not list."""
        filters = {
            name: kept
            for name, chosen in self.filters.items()
            if (kept := tuple(value for value in chosen if value in values.get(name, {})))
        }
        return replace(self, filters=filters)

    def without(self, group: str, value: str) -> "SearchQuery":
        """The query that a chip leads to: one choice less, first page."""
        chosen = {
            name: tuple(one for one in values if (name, one) != (group, value)) for name, values in self.filters.items()
        }
        return replace(self, filters={name: values for name, values in chosen.items() if values}, page=1)

    def params(self) -> list[tuple[str, str]]:
        """The parameters of this query without its page, always in the same order."""
        params: list[tuple[str, str]] = [("q", self.text)] if self.text else []
        params += [(group.name, value) for group in GROUPS for value in self.filters.get(group.name, ())]
        if self.place:
            params.append(("lieu", self.place))
            if self.radius != RADIUS:
                params.append(("rayon", str(self.radius)))
        if self.is_latest_first:
            params.append(("tri", "recent"))
        return params

    def url_params(self, page: int | None = None) -> str:
        """The query string of this query, or of another ``page`` of it."""
        number = self.page if page is None else page
        return urlencode([*self.params(), ("page", str(number))] if number > 1 else self.params())


def page_number(text: str) -> int:
    """A page number between 1 and MAX_PAGE; 1 for anything else than ASCII digits."""
    if not text.isascii() or not text.isdigit():
        return 1
    return min(max(int(text[:6]), 1), MAX_PAGE)


def radius_of(text: str) -> int:
    """One of RADII, in km; the usual one for anything else."""
    return int(text) if text in map(str, RADII) else RADIUS


@dataclass(frozen=True)
class Near:
    """Around a place: ``rings`` holds INSEE codes by growing distance. Nothing outside them is found."""

    rings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Geography:
    """What a query says of places. ``named``: communes its words name; ``is_only_place``: they name nothing else."""

    named: tuple[Named, ...] = ()
    is_only_place: bool = False
    near: Near | None = None


@dataclass(frozen=True)
class Alternative:
    """One way of meeting a concept: words that follow one another. ``exact`` means as typed, not stemmed."""

    tokens: Phrase
    exact: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Plan:
    """What a text asks, ready for an engine.

    Each concept is met by at least one of its alternatives; at least ``minimum`` of ``wanted`` are met (all of
    them up to three, so that a long question still finds something; one when ``is_relaxed``), and every quoted phrase.
    """

    wanted: tuple[tuple[Alternative, ...], ...] = ()
    phrases: tuple[Alternative, ...] = ()
    excluded: tuple[Alternative, ...] = ()
    title_phrase: Phrase = ()
    typed: Phrase = ()
    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: tuple[Named, ...] = ()
    is_relaxed: bool = False

    @property
    def minimum(self) -> int:
        if self.is_relaxed:
            return 1
        return len(self.wanted) - len(self.wanted) // 4

    @property
    def is_empty(self) -> bool:
        return not (self.wanted or self.phrases or self.excluded)

    @cached_property
    def marked(self) -> dict[Phrase, float]:
        """The phrases of stems to mark in the results, with their weight in the choice of a passage.

        Only what the visitor typed and what stands for it whole; a stop word alone is marked when nothing else is
        asked.
        """
        found: dict[Phrase, float] = {}
        for concept in self.wanted:
            for one in concept:
                found[one.tokens] = max(one.weight, found.get(one.tokens, 0.0))
        for phrase in self.phrases:
            found[tuple(stem(form) for form in phrase.tokens)] = 1.0
        worth = {phrase: weight for phrase, weight in found.items() if not STOP_STEMS.issuperset(phrase)}
        return worth or found


SYNONYM_WEIGHT = 0.5
COMPOUND_WEIGHT = 0.9
CORRECTION_WEIGHT = 0.4
#: How much surer than its name a place alone says that a CLSM is looked for.
PLACE_ALONE = 5.0
Corrector = Callable[[str], tuple[str, ...]]


def split(text: str) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """The free words of ``text``, its quoted phrases and what a minus excludes, as folded forms."""
    free: list[str] = []
    phrases: list[list[str]] = []
    excluded: list[list[str]] = []
    for match in PART.finditer(text):
        found = forms(match["phrase"] or match["word"] or "")[:MAX_WORDS]
        if not found:
            continue
        if match["minus"]:
            excluded.append(found)
        elif match["phrase"] is not None:
            phrases.append(found)
        else:
            free += found
    return free[:MAX_WORDS], phrases[:MAX_WORDS], excluded[:MAX_WORDS]


def free_words(text: str) -> list[str]:
    """The words of ``text`` as they are typed, without quoted phrases and what a minus excludes."""
    return [match["word"] for match in PART.finditer(text) if match["word"] and not match["minus"]]


def make_plan(text: str, synonyms: Synonyms, correct: Corrector, geography: Geography | None = None) -> Plan:
    """The plan of ``text``. ``correct`` gives the words close to a form that no document holds, () if known."""
    free, phrases, excluded = split(text)
    tokens = [stem(form) for form in free]
    meant = list(tokens)
    wanted: list[tuple[Alternative, ...]] = []
    corrections: dict[str, tuple[str, ...]] = {}
    joined = joined_stems(text)
    start = 0
    while start < len(tokens):
        size, others = synonyms.match(tokens, start)
        if others:
            same = (Alternative(other, weight=SYNONYM_WEIGHT) for other in others)
            wanted.append((Alternative(tuple(tokens[start : start + size])), *same))
        elif not is_stop_word(free[start]):
            if close := correct(free[start]):
                corrections[free[start]] = close
                meant[start] = stem(close[0])
            near = [Alternative((stem(form),), weight=CORRECTION_WEIGHT) for form in close]
            near += [Alternative((one,), weight=COMPOUND_WEIGHT) for one in joined.get(tokens[start], ())]
            wanted.append((Alternative((tokens[start],)), *near))
        start += size
    if not wanted and not phrases:  # only stop words: « où », « et » still find something
        wanted = [(Alternative((token,)),) for token in tokens]
    return Plan(
        tuple(dict.fromkeys(wanted)),
        tuple(Alternative(tuple(phrase), exact=True) for phrase in phrases),
        tuple(avoided(part) for part in excluded),
        tuple(tokens) if len(tokens) > 1 else (),
        tuple(dict.fromkeys(form for form in free if not is_stop_word(form))),
        corrections,
        named_values(synonyms.named(meant), geography or Geography()),
    )


def joined_stems(text: str) -> dict[str, list[str]]:
    """For each part of a hyphenated word, the stem of the word written as one: « psycho » → « psychosocial »."""
    found: dict[str, list[str]] = {}
    for word in free_words(text):
        for whole in compounds(word):
            for part in stems(word):
                found.setdefault(part, []).append(stem(whole))
    return found


def named_values(named: tuple[Named, ...], geography: Geography) -> tuple[Named, ...]:
    """A commune says more than the département whose name it holds; a place alone asks for its CLSM."""
    if not geography.named:
        return named
    kept = tuple(one for one in named if one.group not in ("departement", "region"))
    clsm = (Named("type", "clsm", PLACE_ALONE),) if geography.is_only_place else ()
    return (*kept, *geography.named, *clsm)


def avoided(part: list[str]) -> Alternative:
    """What a minus excludes: one word with its inflections, or an exact phrase."""
    return Alternative(tuple(part), exact=True) if len(part) > 1 else Alternative((stem(part[0]),))
