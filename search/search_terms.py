"""Anonymous counts of searched terms (docs/adr/0009).

The results page carries a signed token: the query and the number of results, nothing about the visitor. Its script
sends it once for the search and once for the first click. Nothing else is received, and only daily counts are kept.
"""

import re
import secrets
from datetime import timedelta
from typing import NamedTuple

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.base.numbers import posted_number
from search.models import MeasuredTerm, TermCount
from search.queries import SearchQuery
from search.text import forms

SALT = "search.measure"  # signed pages that are open keep their token

TOKEN_LIFETIME = timedelta(hours=1)

NOT_KEPT = "(requête non conservée)"

LONGEST_TEXT = 80  # characters

MOST_WORDS = 8

#: A text is stored once searched this often, on this many days: a rare one may name somebody.
KEPT_FROM_SEARCHES, KEPT_FROM_DAYS = 3, 2

#: Maximum counts of one day: past it, forged or not, a term no longer grows and a new one is not stored.
MOST_A_DAY = 2_000

MOST_TERMS_A_DAY = 5_000

KEPT_DAYS = 396  # thirteen months

RARE_KEPT_DAYS = 90

#: An e-mail address, a link, or six digits with any separator (telephone, date of birth, file number).
PERSONAL = re.compile(r"@|://|\bwww\.|\w\.(?:fr|com|org|net|eu|info|io)\b|(?:\d[\s./()+-]*){6}", re.IGNORECASE)


class Shown(NamedTuple):
    """One page of results as served. ``may_miss``: a search without results says something about the words themselves.

    ``text`` is empty if it must not be stored; ``nonce`` distinguishes two visits of the same page.
    """

    nonce: str
    text: str
    total: int
    first: int
    may_miss: bool


class MeasureRefusedError(Exception):
    """The report was not served by us, is too old or makes no sense."""


def make_token(query: SearchQuery, total: int, is_degraded: bool) -> str:
    """The token of a page of results; '' if it has no words to count."""
    if not forms(query.text):
        return ""
    may_miss = not (is_degraded or query.filters or query.place)
    shown = Shown(secrets.token_urlsafe(6), text_to_keep(query.text), total, query.offset, may_miss)
    return signing.dumps(list(shown), salt=SALT)


def read_token(token: str) -> Shown:
    try:
        return Shown(*signing.loads(token, salt=SALT, max_age=TOKEN_LIFETIME))
    except signing.BadSignature as error:
        raise MeasureRefusedError(str(error)) from error


def text_to_keep(text: str) -> str:
    """``text`` in lower case; '' if it may be about somebody: e-mail address, number, sentence."""
    text = " ".join(text.lower().split())
    is_long = len(text) > LONGEST_TEXT or len(text.split()) > MOST_WORDS
    return "" if is_long or PERSONAL.search(text) else text


def digest_of(text: str) -> str:
    """A keyed digest of the words of ``text``: the same with other accents, capitals or punctuation."""
    return salted_hmac(SALT, " ".join(forms(text)), algorithm="sha256").hexdigest()


def record(token: str, event: str, rank: str) -> None:
    """Counts what a page of results reports: « recherche », or « clic » with its rank (0: a recommendation).

    Raises MeasureRefusedError. A token counts once for each event: a repeated report changes nothing.
    """
    shown = read_token(token)
    if event == "recherche" and shown.first == 0:
        added = {"searches": 1, "without_result": int(shown.may_miss and shown.total == 0)}
    elif event == "clic":
        added = click(shown, rank)
    else:
        raise MeasureRefusedError("Événement inconnu.")
    name = salted_hmac(SALT, f"{event} {token}", algorithm="sha256").hexdigest()
    if cache.add(f"{SALT}.{name}", True, int(TOKEN_LIFETIME.total_seconds())):
        count(shown.text, added)


def click(shown: Shown, rank: str) -> dict[str, int]:
    number = posted_number(rank, -1)
    if number < 0:
        raise MeasureRefusedError("Rang illisible.")
    if number == 0 and shown.first == 0:
        return {"promoted_clicks": 1}
    if not shown.first < number <= shown.total:
        raise MeasureRefusedError("Rang qui n’a pas été montré.")
    return {"clicks": 1, "click_rank_sum": number}


def count(text: str, added: dict[str, int]) -> None:
    """Adds to the counts of ``text`` today; past MOST_A_DAY nothing is added."""
    with transaction.atomic():
        today = TermCount.objects.get_or_create(term=term_of(text), day=timezone.localdate())[0]
        room = Q(searches__lt=MOST_A_DAY, clicks__lt=MOST_A_DAY, promoted_clicks__lt=MOST_A_DAY)
        changes = {name: F(name) + number for name, number in added.items()}
        TermCount.objects.filter(room, pk=today.pk).update(**changes)
        if text and not (today.term.text or today.term.is_erased):
            keep_common_text(today.term, text)


def term_of(text: str) -> MeasuredTerm:
    term = MeasuredTerm.objects.filter(digest=digest_of(text)).first()
    if term is not None:
        return term
    if text and TermCount.objects.filter(day=timezone.localdate()).count() >= MOST_TERMS_A_DAY:
        text = ""
    values = {"text": "" if text else NOT_KEPT}
    return MeasuredTerm.objects.get_or_create(digest=digest_of(text), defaults=values)[0]


def keep_common_text(term: MeasuredTerm, text: str) -> None:
    """Stores the text of ``term`` as soon as it is common enough to name nobody."""
    seen = term.counts.aggregate(total=Sum("searches"), days=Count("pk", filter=Q(searches__gt=0)))
    if (seen["total"] or 0) >= KEPT_FROM_SEARCHES and seen["days"] >= KEPT_FROM_DAYS:
        MeasuredTerm.objects.filter(pk=term.pk, is_erased=False).update(text=text)


def erase(term: MeasuredTerm) -> None:
    """Erases a text permanently, for instance a name: its searches are counted but no longer readable."""
    MeasuredTerm.objects.filter(pk=term.pk).update(text="", is_erased=True)


def forget() -> int:
    """Deletes what is past its retention period; returns the number of deleted daily counts."""
    today = timezone.localdate()
    old = Q(day__lt=today - timedelta(days=KEPT_DAYS))
    rare = Q(day__lt=today - timedelta(days=RARE_KEPT_DAYS), term__text="")
    deleted = TermCount.objects.filter(old | rare).delete()[0]
    MeasuredTerm.objects.filter(counts=None, is_erased=False).delete()
    return deleted
