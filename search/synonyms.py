"""Synonyms of a typed word, and the labels that it names.

Two things are kept apart, because mixing them would match everything. A group of synonyms holds whole phrases with
the same meaning: the query searches for each of them. Editors maintain these groups (``SynonymGroup``);
``STARTING_LIST`` holds the initial ones. The synonyms that editors add to terms and themes are looser (« tabac », «
jeux » for Addictions): they are indexed with what bears the term, and a word that names a label only boosts what
bears it.
"""

import re
from collections import Counter
from collections.abc import Container, Iterable
from pathlib import Path
from typing import NamedTuple

from search.text import STOP_STEMS, stems

Phrase = tuple[str, ...]
#: Facet group, value, label, and the synonyms of editors, one per line.
Rows = tuple[tuple[str, str, str, str], ...]

#: The initial list: acronyms of public mental health and pairs that French stemming separates, one group per line.
STARTING_LIST = Path(__file__).parent / "data" / "synonyms.txt"

#: How surely a phrase names a label: the label itself, one of its parts, or a synonym of an editor.
AS_LABEL, AS_SYNONYM = 1.0, 0.5
#: A phrase that names more values than this in one group (« santé mentale ») names none.
MOST_NAMED = 3
PLACE_WORDS = frozenset(stems("département région territoire"))
#: « réunion » is an island with its article and nothing after it: not in « réunion publique ».
COMMON_WORD = ("reunion",)
ARTICLE = "la"
PARTS = re.compile(r"\([^)]*\)|,|/| et | ou ")


class Named(NamedTuple):
    """A facet value that the query names; ``weight`` is its certainty."""

    group: str
    value: str
    weight: float


class Synonyms:
    """Groups of equivalent phrases of stems, looked up by phrase, and the phrases that name the labels of ``rows``."""

    def __init__(self, groups: Iterable[Iterable[str]], rows: Rows = ()) -> None:
        self.names = names_of(rows)
        self.longest_name = max(map(len, self.names), default=0)
        self.others: dict[Phrase, tuple[Phrase, ...]] = {}
        self.longest = 1
        for group in groups:
            phrases = [phrase for phrase in dict.fromkeys(tuple(stems(text)) for text in group) if phrase]
            for phrase in phrases:
                others = tuple(other for other in phrases if other != phrase)
                self.others[phrase] = tuple(dict.fromkeys((*self.others.get(phrase, ()), *others)))
                self.longest = max(self.longest, len(phrase))

    def match(self, tokens: list[str], start: int) -> tuple[int, tuple[Phrase, ...]]:
        """How many tokens from ``start`` form the longest known phrase, and its synonyms: (1, ()) if none."""
        for size in range(min(self.longest, len(tokens) - start), 0, -1):
            others = self.others.get(tuple(tokens[start : start + size]))
            if others:
                return size, others
        return 1, ()

    def named(self, tokens: list[str]) -> tuple[Named, ...]:
        """The facet values that phrases of ``tokens`` name, without duplicates, by the surest name."""
        content = [token for token in tokens if token not in STOP_STEMS]
        surest: dict[tuple[str, str], float] = {}
        for start in range(len(content)):
            for size in range(1, min(self.longest_name, len(content) - start) + 1):
                phrase = tuple(content[start : start + size])
                if phrase == COMMON_WORD and not is_named_island(tokens):
                    continue
                for label in self.names.get(phrase, ()):
                    key = (label.group, label.value)
                    surest[key] = max(label.weight, surest.get(key, 0.0))
        return tuple(Named(group, value, weight) for (group, value), weight in surest.items())

    def is_only(self, groups: Container[str], tokens: list[str]) -> bool:
        """True if all ``tokens`` together name something of ``groups`` and nothing else: « 34 », « région Bretagne
        ».
        """
        content = tuple(token for token in tokens if token not in STOP_STEMS and token not in PLACE_WORDS)
        named = self.names.get(content, ())
        return bool(named) and all(label.group in groups for label in named)


def is_named_island(tokens: list[str]) -> bool:
    """« à la réunion » and « la réunion » at the end of a search, or before a function word."""
    word = COMMON_WORD[0]
    return any(
        token == word and before == ARTICLE and (after in STOP_STEMS or not after)
        for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False)
    )


def names_of(rows: Rows) -> dict[Phrase, tuple[Named, ...]]:
    """Phrase without function words → the values it names."""
    values_by_phrase: dict[Phrase, dict[tuple[str, str], float]] = {}
    for group, value, label, synonyms in rows:
        names = [(text, AS_SYNONYM) for text in synonyms.splitlines()]
        names += [(text, AS_LABEL) for text in (label, *PARTS.split(label))]
        for text, weight in names:
            phrase = tuple(token for token in stems(text) if token not in STOP_STEMS)
            if phrase:
                values_by_phrase.setdefault(phrase, {})[group, value] = weight
    return {phrase: named for phrase, values in values_by_phrase.items() if (named := few(values))}


def few(values: dict[tuple[str, str], float]) -> tuple[Named, ...]:
    """``values`` without those of a group in which the same phrase names too many."""
    numbers = Counter(group for group, _ in values)
    return tuple(
        Named(group, value, weight) for (group, value), weight in values.items() if numbers[group] <= MOST_NAMED
    )


def starting_groups() -> list[list[str]]:
    """The groups of STARTING_LIST."""
    return [line.split(" = ") for line in STARTING_LIST.read_text().splitlines()]
