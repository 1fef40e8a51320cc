"""Highlights in the original text: the same for every engine, because they use the words that we normalise."""

import re
from array import array
from bisect import bisect
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape
from itertools import compress, count
from typing import NamedTuple

from django.utils.safestring import SafeString

from search.synonyms import Phrase
from search.text import analyse

LENGTH = 220
SHORT = 80  # characters: a shorter passage includes the next line
MARKS = 12
MOST_FOUND = 400
MOST_MOMENTS = 3
#: Words allowed inside a matching phrase: « bailleurs publics et sociaux ».
PHRASE_SLOP = 2
SENTENCE_END = re.compile(r"[.!?…](?:\s?[»”\")])?\s+(?![»”])|\n+")


Starts = Mapping[str, Sequence[tuple[Phrase, float]]]


class PhraseMatch(NamedTuple):
    """One phrase found in a list of tokens: the indices of its first and last token, its key, its weight."""

    first: int
    last: int
    phrase: Phrase
    weight: float


class IndexedText(NamedTuple):
    """A text with the output of :func:`search.text.analyse`."""

    text: str
    stems: str
    spans: bytes

    def places(self, matches: Iterable[PhraseMatch]) -> list[tuple[int, int]]:
        """The position of each phrase in the text: first and last character."""
        packed = array("I")
        packed.frombytes(self.spans)
        return [(packed[match.first] >> 8, (packed[match.last] >> 8) + (packed[match.last] & 255)) for match in matches]


class Moment(NamedTuple):
    """A matching passage of a recording: the second where it begins, its text (safe HTML)."""

    second: int
    html: SafeString


class Passage(NamedTuple):
    """A passage (safe HTML) and its weight: 0 if nothing is highlighted in it."""

    html: SafeString
    score: float


def marked(text: str, places: Iterable[tuple[int, int]]) -> SafeString:
    """``text`` escaped, with ``<mark>`` around each place (start, end); places are ordered and disjoint."""
    parts = []
    last = 0
    for start, end in places:
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    parts.append(escape(text[last:]))
    return SafeString("".join(parts))


def by_first_word(phrases: Mapping[Phrase, float]) -> Starts:
    """``phrases`` by their first word, the longest first: computed once for all the hits of a page."""
    starting: dict[str, list[tuple[Phrase, float]]] = {}
    for phrase, weight in sorted(phrases.items(), key=lambda item: -len(item[0])):
        starting.setdefault(phrase[0], []).append((phrase, weight))
    return starting


def find_phrases(tokens: Sequence[str], starting: Starts) -> list[PhraseMatch]:
    """Positions of phrases in ``tokens``, ordered and disjoint; the longest phrase wins at one position."""
    matches: list[PhraseMatch] = []
    free = 0
    for number in compress(count(), map(starting.__contains__, tokens)):
        if number < free:
            continue
        for phrase, weight in starting[tokens[number]]:
            last = number if len(phrase) == 1 else end_of(phrase, tokens, number)
            if last is not None:
                matches.append(PhraseMatch(number, last, phrase, weight))
                free = last + 1
                break
        if len(matches) >= MOST_FOUND:
            break
    return matches


def end_of(phrase: Phrase, tokens: Sequence[str], first: int) -> int | None:
    """The index of the last word of ``phrase`` if it starts at ``first``, with at most PHRASE_SLOP words in it."""
    number = first
    limit = first + len(phrase) + PHRASE_SLOP
    for token in phrase[1:]:
        number += 1
        while number < min(limit, len(tokens)) and tokens[number] != token:
            number += 1
        if number >= min(limit, len(tokens)):
            return None
    return number


def mark_title(title: str, starting: Starts) -> SafeString:
    """A short text, whole, with the phrases that it holds marked."""
    text = analysed_title(title)
    return marked(title, text.places(find_phrases(text.stems.split(" "), starting)))


@lru_cache(maxsize=4096)
def analysed_title(title: str) -> IndexedText:
    analysed = analyse(title)
    return IndexedText(title, analysed.stems, analysed.spans)


def answer(
    texts: Iterable[IndexedText], starting: Starts, everything: float, cuts: Sequence[Sequence[int]]
) -> tuple[SafeString, tuple[Moment, ...]]:
    """The best passage of ``texts`` and, if the last one is a recording (``cuts``), its best moments.

    ``everything`` is the weight of the whole query: once a text holds it, the next ones are not read.
    """
    best = Passage(SafeString(""), 0.0)
    moments: tuple[Moment, ...] = ()
    for text in texts:
        if best.score < everything:
            best = max(best, snippet(text, starting), key=lambda candidate: candidate.score)
        if cuts:
            moments = find_moments(text, starting, cuts)
    return best.html, moments


def snippet(text: IndexedText, starting: Starts) -> Passage:
    """The best passage, highlighted; empty if it holds no phrase.

    Finding a passage in a long transcript costs one look-up per word.
    """
    matches = find_phrases(text.stems.split(" "), starting)
    if not matches:
        return Passage(SafeString(""), 0.0)
    places = text.places(matches)
    first, last, score = best_window(places, matches)
    start, end = widen(text.text, places[first][0], places[last][1])
    before = "" if at_sentence(text.text, start) else "… "
    after = "" if at_sentence(text.text, end + 1) else " …"
    html = f"{before}{marked_between(text.text, places, start, end)}{after}".replace("\n", " · ")
    return Passage(SafeString(html), score)


def marked_between(text: str, places: Iterable[tuple[int, int]], start: int, end: int) -> SafeString:
    inside = [(a - start, b - start) for a, b in places if a >= start and b <= end][:MARKS]
    return marked(text[start:end], inside)


def find_moments(text: IndexedText, starting: Starts, cuts: Sequence[Sequence[int]]) -> tuple[Moment, ...]:
    """The best segments of ``cuts`` (first character, second), in time order."""
    matches = find_phrases(text.stems.split(" "), starting)
    places = text.places(matches)
    firsts = [cut[0] for cut in cuts]
    worth: dict[int, dict[Phrase, float]] = {}
    for match, (start, _) in zip(matches, places, strict=True):
        segment = bisect(firsts, start) - 1
        if segment >= 0:
            worth.setdefault(segment, {})[match.phrase] = match.weight
    scores = {segment: sum(phrases.values()) for segment, phrases in worth.items()}
    enough = 0.6 * max(scores.values(), default=0.0)
    best = sorted(
        (segment for segment in scores if scores[segment] >= enough), key=lambda segment: (-scores[segment], segment)
    )[:MOST_MOMENTS]
    ends = [*firsts[1:], len(text.text)]
    return tuple(
        Moment(cuts[segment][1], marked_between(text.text, places, firsts[segment], ends[segment]))
        for segment in sorted(best)
    )


def best_window(places: Sequence[tuple[int, int]], matches: Sequence[PhraseMatch]) -> tuple[int, int, float]:
    """The first and last of the places that fit in LENGTH characters with the largest weight, and that weight.

    A typed phrase counts more than its synonyms; repeating a phrase counts little.
    """
    best = (0, 0, 0.0)
    last = 0
    for first in range(len(places)):
        last = max(last, first)
        while last + 1 < len(places) and places[last + 1][1] - places[first][0] <= LENGTH - 40:
            last += 1
        worth = {match.phrase: match.weight for match in matches[first : last + 1]}
        score = sum(worth.values()) + 0.01 * min(last - first, 9)
        if score > best[2]:
            best = (first, last, score)
    return best


def at_sentence(text: str, position: int) -> bool:
    """True if a sentence or a line begins at ``position``, or the text begins or ends there."""
    if position <= 0 or position > len(text):
        return True
    before = text[max(position - 5, 0) : position]
    return before[-1].isspace() and any(end.end() == len(before) for end in SENTENCE_END.finditer(before))


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentences around (start, end) if they fit in about LENGTH characters, else a cut between words."""
    room = max(LENGTH - (end - start), 0)
    left = sentence_start(text, start, room)
    if left is None:
        left = max(start - room // 2, 0)
        space = text.find(" ", left, start)
        left = space + 1 if left and space >= 0 else left if not left else start
    right = min(end + max(room - (start - left), 0), len(text))
    line_end = text.find("\n", max(end, left + SHORT), right)
    if line_end >= 0:
        return left, line_end
    ends = [
        end_mark for end_mark in SENTENCE_END.finditer(text, end, min(right + 2, len(text))) if end_mark.start() < right
    ]
    if ends and ends[-1].end() - left >= LENGTH // 2:
        return left, len(text[: ends[-1].end()].rstrip())
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else end
    return left, right


def sentence_start(text: str, start: int, room: int) -> int | None:
    """The start of the sentence of ``start``, if it is at most ``room`` characters before."""
    low = max(start - room, 0)
    ends = [end_mark.end() for end_mark in SENTENCE_END.finditer(text, low, start)]
    if ends:
        return ends[-1]
    return 0 if low == 0 else None
