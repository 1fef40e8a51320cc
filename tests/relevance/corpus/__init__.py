"""Corpus fictif: what the relevance of the search is judged on.

Over 370 sheets, 330 CLSM profiles, 16 episodes with their timed transcripts, news and pages. The communes are real
and public; the CLSM, the actions and the voices are invented. :func:`items` is what the judge knows of it, without a
database; :func:`tests.relevance.corpus.building.build_corpus` stores it through the models of the portal.
"""

from functools import lru_cache

from tests.relevance.corpus.items import Item
from tests.relevance.corpus.others import episodes, portal_pages, texts
from tests.relevance.corpus.profiles import profiles
from tests.relevance.corpus.sheets import sheets

__all__ = ["Item", "items"]


@lru_cache
def items() -> dict[str, Item]:
    """Every document, by key, in a stable order."""
    every = (*sheets(), *profiles(), *episodes(), *texts(), *portal_pages())
    return {item.key: item for item in every}
