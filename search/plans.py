"""The query plan that every engine follows, built once French words and places are recognised."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from itertools import pairwise

from search.synonyms import Named, Phrase, Synonyms
from search.text import STOP_STEMS, compounds, forms, is_stop_word, stem, stems

MAX_WORDS = 24
PART = re.compile(r"(?P<minus>(?<!\S)[-−])?(?:[\"“”«]\s*(?P<phrase>[^\"“”«»]*)[\"“”»]?|(?P<word>[^\s\"“”«»]+))")


@dataclass(frozen=True)
class Near:
    """Around a place: ``rings`` holds INSEE codes by growing distance. Results are limited to them."""

    rings: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Geography:
    """The places of a query. ``places``: the words that name communes → their INSEE codes.

    ``is_only_place``: the words name nothing else.
    """

    places: Mapping[Phrase, tuple[str, ...]] = field(default_factory=dict)
    is_only_place: bool = False
    near: Near | None = None

    @property
    def longest(self) -> int:
        return max(map(len, self.places), default=0)

    @property
    def named(self) -> tuple[Named, ...]:
        codes = dict.fromkeys(code for codes in self.places.values() for code in codes)
        return tuple(Named("commune", code, 1.0) for code in list(codes)[:MOST_COMMUNES])


@dataclass(frozen=True)
class Alternative:
    """One way to match a concept: consecutive words. ``exact`` means as typed, not stemmed.

    With ``group``, the tokens are values instead (INSEE codes of « commune »): one of them is enough.
    """

    tokens: Phrase
    exact: bool = False
    weight: float = 1.0
    group: str = ""


class Leeway(IntEnum):
    """How many of the words a result may lack: none if they are few, a third of them, all but one."""

    LITTLE = 0
    SOME = 1
    LARGE = 2


@dataclass(frozen=True)
class Plan:
    """The parsed query, ready for an engine.

    Each concept is matched by at least one of its alternatives; at least ``minimum`` of ``wanted`` are matched, fewer
    with more ``leeway``, and every quoted phrase.
    """

    wanted: tuple[tuple[Alternative, ...], ...] = ()
    phrases: tuple[Alternative, ...] = ()
    excluded: tuple[Alternative, ...] = ()
    title_phrase: Phrase = ()
    typed: Phrase = ()
    typed_stems: Phrase = ()
    corrections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    named: tuple[Named, ...] = ()
    leeway: Leeway = Leeway.LITTLE

    @cached_property
    def pairs(self) -> tuple[Phrase, ...]:
        """The adjacent typed words: a document that holds them side by side scores higher."""
        return tuple(dict.fromkeys(pairwise(self.typed_stems))) if len(self.wanted) > 1 else ()

    @property
    def minimum(self) -> int:
        number = len(self.wanted)
        most = max(number * 2 // 3, 1)
        return (number if number < LONG else most, most, 1)[self.leeway]

    @property
    def is_relaxed(self) -> bool:
        """True if no document holds all the words."""
        return self.leeway is Leeway.LARGE

    def wider(self, total: int) -> "Plan | None":
        """The plan to try next if this one found ``total`` documents; None if that is enough.

        A few results are followed by those that lack one of three words; no result, by those that hold any.
        """
        if total < ENOUGH and self.leeway < Leeway.SOME and len(self.wanted) > 2:
            return replace(self, leeway=Leeway.SOME)
        if not total and self.leeway < Leeway.LARGE and len(self.wanted) > 1:
            return replace(self, leeway=Leeway.LARGE)
        return None

    @property
    def is_empty(self) -> bool:
        return not (self.wanted or self.phrases or self.excluded)

    @cached_property
    def marked(self) -> dict[Phrase, float]:
        """The phrases of stems to highlight in the results, with their weight in the choice of a passage.

        Only what the visitor typed and its whole synonyms; a stop word is highlighted only if the query holds nothing
        else.
        """
        weights: dict[Phrase, float] = {}
        for concept in self.wanted:
            for alternative in (alternative for alternative in concept if not alternative.group):
                weights[alternative.tokens] = max(alternative.weight, weights.get(alternative.tokens, 0.0))
        for phrase in self.phrases:
            weights[tuple(stem(form) for form in phrase.tokens)] = 1.0
        worth = {phrase: weight for phrase, weight in weights.items() if not STOP_STEMS.issuperset(phrase)}
        return worth or weights


#: From this number of words on, one in three may be missing, so that a question in a sentence finds results.
LONG = 4
#: With fewer results than this, those that lack one of the words are added.
ENOUGH = 5
MOST_COMMUNES = 12
SYNONYM_WEIGHT = 0.6
COMPOUND_WEIGHT = 0.9
CORRECTION_WEIGHT = 0.4
#: Up to how many words two adjacent ones are also read as one, and the maximum length of the first.
MOST_JOINED = 4
LONGEST_PREFIX = 7
PLACE_GROUPS = ("departement", "region")
#: How much surer than its name a place alone is as a search for a CLSM.
PLACE_ALONE = 5.0
Corrector = Callable[[str], tuple[str, ...]]


def split(text: str) -> tuple[list[str], list[list[str]], list[list[str]]]:
    """The free words of ``text``, its quoted phrases and its excluded words, as folded forms."""
    free: list[str] = []
    phrases: list[list[str]] = []
    excluded: list[list[str]] = []
    for match in PART.finditer(text):
        word_forms = forms(match["phrase"] or match["word"] or "")[:MAX_WORDS]
        if not word_forms:
            continue
        if match["minus"]:
            excluded.append(word_forms)
        elif match["phrase"] is not None:
            phrases.append(word_forms)
        else:
            free += word_forms
    return free[:MAX_WORDS], phrases[:MAX_WORDS], excluded[:MAX_WORDS]


def free_words(text: str) -> list[str]:
    """The words of ``text`` as typed, without quoted phrases and excluded words."""
    return [match["word"] for match in PART.finditer(text) if match["word"] and not match["minus"]]


def make_plan(text: str, synonyms: Synonyms, correct: Corrector, geography: Geography | None = None) -> Plan:
    """The plan of ``text``. ``correct`` returns the words close to a form that no document holds, () if it is known."""
    geography = geography or Geography()
    free, phrases, excluded = split(text)
    tokens = [stem(form) for form in free]
    meant = list(tokens)
    wanted: list[tuple[Alternative, ...]] = []
    corrections: dict[str, tuple[str, ...]] = {}
    joined = joined_stems(text, free)
    start = 0
    while start < len(tokens):
        size, others = standing_for(tokens, start, synonyms, geography)
        if others:
            wanted.append((Alternative(tuple(tokens[start : start + size])), *others))
        elif not is_stop_word(free[start]):
            if close := correct(free[start]):
                corrections[free[start]] = close
                meant[start] = stem(close[0])
            near = [Alternative((stem(form),), weight=CORRECTION_WEIGHT) for form in close]
            near += [
                Alternative((joined_stem,), weight=COMPOUND_WEIGHT) for joined_stem in joined.get(tokens[start], ())
            ]
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
        tuple(stem(form) for form in free if not is_stop_word(form)),
        corrections,
        named_values(meant, synonyms, geography),
    )


def standing_for(
    tokens: list[str], start: int, synonyms: Synonyms, geography: Geography
) -> tuple[int, list[Alternative]]:
    """How many tokens from ``start`` form a commune or a known phrase; its other alternatives, [] if none."""
    for size in range(min(geography.longest, len(tokens) - start), 0, -1):
        codes = geography.places.get(tuple(tokens[start : start + size]))
        if codes:
            return size, [Alternative(codes, group="commune")]
    size, others = synonyms.match(tokens, start)
    return size, [Alternative(other, weight=SYNONYM_WEIGHT) for other in others]


def joined_stems(text: str, free: list[str]) -> dict[str, list[str]]:
    """For each part of a word written with a hyphen or a space, the stem of the word written as one.

    « psycho-social » and « post vention » also search for « psychosocial » and « postvention ».
    """
    stems_by_place: dict[str, list[str]] = {}
    for word in free_words(text):
        for whole in compounds(word):
            for part in stems(word):
                stems_by_place.setdefault(part, []).append(stem(whole))
    if len(free) <= MOST_JOINED:
        for first, second in pairwise(free):
            if len(first) <= LONGEST_PREFIX and not (is_stop_word(first) or is_stop_word(second)):
                for part in (first, second):
                    stems_by_place.setdefault(stem(part), []).append(stem(first + second))
    return stems_by_place


def named_values(tokens: list[str], synonyms: Synonyms, geography: Geography) -> tuple[Named, ...]:
    """A commune is more precise than the département whose name it holds; a place alone searches for its CLSMs."""
    named = synonyms.named(tokens)
    if geography.places:
        named = tuple(value for value in named if value.group not in PLACE_GROUPS)
    if geography.is_only_place or synonyms.is_only(PLACE_GROUPS, tokens):
        named = (*named, Named("type", "clsm", PLACE_ALONE))
    return (*named, *geography.named)


def avoided(part: list[str]) -> Alternative:
    """An excluded item: one word with its inflections, or an exact phrase."""
    return Alternative(tuple(part), exact=True) if len(part) > 1 else Alternative((stem(part[0]),))
