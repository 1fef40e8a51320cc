"""The stored fields of a document in every engine, and the hit built from them."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.documents import SearchDocument
from search.engines.base import FAMILY_WEIGHTS, OTHER_FAMILY_WEIGHT, Hit, Suggestion
from search.highlights import IndexedText, Starts, answer, mark_title

#: Fields beside those of FIELD_WEIGHTS: forms as typed, prefixes of words, family, INSEE codes.
EXACT = "exact"
STARTS = "starts"
FAMILY = "family"
COMMUNES = "communes"
#: The texts of highlights, in this order.
READ_FIELDS = ("summary", "body")
MAX_FACET_VALUES = 1000
CORRECTIONS = 3
EPOCH = date(2000, 1, 1).toordinal()


def facet_field(group: str) -> str:
    return f"facet_{group}"


def value_field(group: str) -> str:
    """The field of a value that the query names: a facet, or a commune."""
    return COMMUNES if group == "commune" else facet_field(group)


def days_of(item: SearchDocument) -> int:
    """Days since EPOCH; 0 without a date."""
    return item.date.toordinal() - EPOCH if item.date else 0


def recent(item: SearchDocument) -> int:
    """The sort key of the latest first: the day, then 24 bits of the key, for a stable order."""
    number = int.from_bytes(hashlib.blake2b(item.key.encode(), digest_size=3).digest())
    return (days_of(item) << 24) + number


def weight(item: SearchDocument) -> float:
    """The weight of the factor log2(2 + weight): that of the family, plus a little for recent content."""
    factor = FAMILY_WEIGHTS.get(item.family, OTHER_FAMILY_WEIGHT)
    return 2.0**factor - 2.0 + max(days_of(item), 0) / 1e6


def shown(item: SearchDocument) -> dict[str, Any]:
    """The stored fields of a result card."""
    return {
        "family": item.family,
        "page_id": item.page_id,
        "title": item.title,
        "url": item.url,
        "payload": {"year": item.year, **item.payload},
        "communes": item.communes,
        "moments": item.moments,
    }


def to_hit(
    key: str, shown: dict[str, Any], texts: Iterable[IndexedText], *, score: float, starting: Starts, everything: float
) -> Hit:
    """The stored document with its highlights; no passage if only its title, terms or places match.

    ``texts`` are read one after the other: the body is skipped if the summary is worth ``everything``.
    """
    passage, moments = answer(texts, starting, everything, shown["moments"])
    return Hit(
        key=key,
        family=shown["family"],
        page_id=shown["page_id"],
        url=shown["url"],
        title=mark_title(shown["title"], starting),
        snippet=passage,
        score=score,
        payload=shown["payload"],
        communes=tuple(shown["communes"]),
        moments=moments,
    )


def to_suggestion(shown: dict[str, Any]) -> Suggestion:
    return Suggestion(shown["family"], shown["page_id"], shown["url"], shown["title"])


def is_correctable(form: str) -> bool:
    """Short words and numbers are too close to one another to be corrected."""
    return len(form) >= 4 and form.isalpha()


def slips_allowed(form: str) -> int:
    return 1 if len(form) < 8 else 2


def closest(form: str, known: dict[str, int]) -> tuple[str, ...]:
    """The words at one edit of ``form`` (two from eight letters on), nearest first, then most used.

    ``known`` maps a word to its number of documents.
    """
    near = process.extract(form, known.keys(), scorer=OSA.distance, score_cutoff=slips_allowed(form), limit=50)
    ranked = sorted(near, key=lambda match: (match[1], -known[match[0]], match[0]))
    return tuple(word for word, _, _ in ranked[:CORRECTIONS])
