"""How well a ranking answers: nDCG with gains 2^g − 1 and a log2 discount, and what the first results hold."""

from collections.abc import Collection, Mapping, Sequence
from math import log2

DEPTH = 10


def gain(grade: int) -> int:
    """0, 1, 3, 7 for the grades 0 to 3."""
    return 2**grade - 1


def dcg(grades: Sequence[int], depth: int = DEPTH) -> float:
    """Discounted cumulated gain of the first ``depth`` grades, in their order."""
    return sum(gain(grade) / log2(rank + 1) for rank, grade in enumerate(grades[:depth], start=1))


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = DEPTH) -> float:
    """Between 0 and 1: ``ranking`` against the best order of ``grades``; 1 when nothing is to be found.

    A document ranked twice counts once, at its first place.
    """
    best = dcg(sorted(grades.values(), reverse=True), depth)
    if not best:
        return 1.0
    first_places = list(dict.fromkeys(ranking))
    return dcg([grades.get(key, 0) for key in first_places], depth) / best


def precision(ranking: Sequence[str], relevant: Collection[str], depth: int = DEPTH) -> float:
    """Share of the first ``depth`` results that are relevant; of as many as there are, when fewer are relevant."""
    possible = min(depth, len(relevant))
    if not possible:
        return 1.0
    return len(set(ranking[:depth]) & set(relevant)) / possible


def rank_of(ranking: Sequence[str], relevant: Collection[str]) -> int | None:
    """Rank (from 1) of the first relevant result."""
    return next((rank for rank, key in enumerate(ranking, start=1) if key in relevant), None)


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
