"""The health of the search, in words for site administrators."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from search.engines.base import Health
from search.engines.current import get_engine
from search.models import IndexChange
from search.outbox import oldest

ENGINES = {
    "TantivyEngine": "Tantivy, dans le portail lui-même",
    "ElasticsearchEngine": "Elasticsearch, sur un serveur à part",
}
ERRORS_SHOWN = 5
#: A name of exception, as the outbox writes what prevents one content from being indexed.
EXCEPTION = re.compile(r"^\w+(?:Error|Exception|DoesNotExist)(?:: |$)")
UNREACHABLE = re.compile(r"connection|timed? ?out|refused|unreachable|resolve", re.IGNORECASE)


class Problem(NamedTuple):
    """Why changes wait: in plain French, the original error, their number, the latest of them."""

    explanation: str
    detail: str
    changes: int
    latest: datetime


@dataclass(frozen=True)
class State:
    """``waiting`` counts changes that are not searchable yet; ``is_late`` if the oldest is past the limit."""

    engine: str
    health: Health
    trouble: str
    waiting: int
    oldest: datetime | None
    is_late: bool
    problems: list[Problem]


def current_state() -> State:
    engine = get_engine()
    health = engine.health()
    name = type(engine).__name__
    first = oldest()
    return State(
        engine=ENGINES.get(name, name),
        health=health,
        trouble="" if health.ok else explain(health.detail),
        waiting=IndexChange.objects.count(),
        oldest=first,
        is_late=is_late(first),
        problems=problems(),
    )


def limit() -> timedelta:
    """How long a change may wait before a warning is shown."""
    return timedelta(minutes=settings.SEARCH_ALERT_MINUTES)


def is_late(first: datetime | None) -> bool:
    return first is not None and timezone.now() - first > limit()


def late_since() -> datetime | None:
    """When the oldest waiting change was made, if it is past the limit. One query."""
    first = oldest()
    return first if is_late(first) else None


def problems() -> list[Problem]:
    """The errors of the waiting changes, most frequent first."""
    rows = IndexChange.objects.exclude(last_error="").values_list("last_error")
    counted = rows.annotate(count=Count("pk"), latest=Max("created_at")).order_by("-count", "last_error")
    return [Problem(explain(error), error, count, latest) for error, count, latest in counted[:ERRORS_SHOWN]]


def explain(error: str) -> str:
    """The meaning of ``error`` for non-developers."""
    if EXCEPTION.match(error) and not UNREACHABLE.search(error):
        return "Un contenu ne peut pas être préparé pour la recherche. L’équipe technique doit le regarder."
    if UNREACHABLE.search(error):
        return "Le moteur de recherche ne répond pas. Les changements seront indexés à son retour."
    if "construit" in error:
        return "L’index n’a pas encore été construit. L’équipe technique doit lancer « search_rebuild »."
    if "illisible" in error:
        return "L’index est abîmé. L’équipe technique doit lancer « search_rebuild »."
    if "écriture" in error:
        return "Une autre mise à jour de l’index est en cours. Elle laissera bientôt la place."
    return "Le moteur de recherche a refusé ces changements. L’équipe technique doit le regarder."
