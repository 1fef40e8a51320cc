"""Marks on the original text: the same for every engine, since they follow the words that we indexed ourselves."""

from array import array
from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.text import stem, words

LENGTH = 220
MARKS = 12


def marked(text: str, places: Iterable[tuple[int, int]]) -> SafeString:
    """``text`` escaped, with ``<mark>`` around each place (start, end); places are ordered and apart."""
    parts = []
    last = 0
    for start, end in places:
        parts += [escape(text[last:start]), "<mark>", escape(text[start:end]), "</mark>"]
        last = end
    parts.append(escape(text[last:]))
    return mark_safe("".join(parts))  # noqa: S308 - every piece is escaped above


def mark_title(title: str, stems: frozenset[str]) -> SafeString:
    """A short text, whole, with its matching words marked."""
    return marked(title, [(word.start, word.end) for word in words(title) if stem(word.form) in stems])


def snippet(text: str, indexed: str, spans: bytes, stems: frozenset[str]) -> SafeString:
    """The passage of ``text`` that holds most of ``stems``, marked; '' when none is there.

    ``indexed`` and ``spans`` come from :func:`search.text.analyse`: finding a passage in a long transcript
    costs one membership test a word.
    """
    tokens = indexed.split(" ")
    found = [number for number, token in enumerate(tokens) if token in stems]
    if not found:
        return SafeString("")
    packed = array("I")
    packed.frombytes(spans)
    places = [(packed[number] >> 8, (packed[number] >> 8) + (packed[number] & 255)) for number in found]
    first, last = best_window(places, [tokens[number] for number in found])
    start, end = widen(text, places[first][0], places[last][1])
    inside = [(a - start, b - start) for a, b in places[first : last + 1]][:MARKS]
    before, after = "… " if start else "", " …" if end < len(text) else ""
    return mark_safe(f"{before}{marked(text[start:end], inside)}{after}")  # noqa: S308 - escaped by marked()


def best_window(places: Sequence[tuple[int, int]], tokens: Sequence[str]) -> tuple[int, int]:
    """The first and last of the places that fit in LENGTH characters with the most different words."""
    best = (0, 0)
    best_score = (0, 0)
    last = 0
    for first in range(min(len(places), 400)):
        last = max(last, first)
        while last + 1 < len(places) and places[last + 1][1] - places[first][0] <= LENGTH - 40:
            last += 1
        score = (len(set(tokens[first : last + 1])), last - first + 1)
        if score > best_score:
            best, best_score = (first, last), score
    return best


def widen(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage of about LENGTH characters around (start, end), cut between words."""
    margin = max(LENGTH - (end - start), 0) // 2
    left, right = max(start - margin, 0), min(end + margin, len(text))
    if left:
        space = text.find(" ", left, start)
        left = space + 1 if space >= 0 else start
    if right < len(text):
        space = text.rfind(" ", end, right)
        right = space if space >= 0 else end
    return left, right
