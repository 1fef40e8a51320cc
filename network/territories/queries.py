"""Look-ups of territories by typed text."""

import re

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from network.territories.models import Commune, Epci
from network.territories.names import normalise_place

POSTCODE = re.compile(r"^\d{2,5}$")
LONGEST_NAME = 200  # characters: no name is longer, and SQLite refuses very long patterns
INSEE_CODE = re.compile(r"^(?:\d[0-9ab])\d{3}$")


def find_communes(text: str, limit: int = 10) -> list[Commune]:
    """The communes that match ``text``, best first: a name or its beginning, a postcode or its beginning."""
    return list(search_communes(text)[:limit])


def search_communes(text: str) -> QuerySet[Commune]:
    """Exact name, then prefix of the name, then a word of it; the most populous first among equals.

    « Saint-Denis 974 », « Saint-Denis (93) » and « Lille 59800 » narrow the name to a département or postcode. An INSEE
    code is accepted if it is not a postcode.
    """
    words = normalise_place(text)
    code = words.replace(" ", "")
    if POSTCODE.match(code) or INSEE_CODE.match(code):
        return _by_code(code.upper())
    communes_by_name = _by_name(words)
    name, _, place = words.rpartition(" ")
    if name and any(char.isdigit() for char in place) and not communes_by_name.exists():
        within = Q(department=place.upper()) | Q(postcodes__code=place)
        return _by_name(name).filter(within).distinct()
    return communes_by_name


def search_epcis(text: str) -> QuerySet[Epci]:
    """Same ranks as for communes, then by name; or by SIREN."""
    words = normalise_place(text)
    if words.replace(" ", "").isdigit():
        return Epci.objects.filter(siren__startswith=words.replace(" ", "")).order_by("name")
    return _ranked(Epci.objects.all(), words).order_by("rank", "name")


def _by_code(code: str) -> QuerySet[Commune]:
    communes = Commune.objects.select_related("department")
    matches = communes.filter(postcodes__code__startswith=code).distinct().order_by("-population", "name", "code")
    return matches if not INSEE_CODE.match(code.lower()) or matches.exists() else communes.filter(code=code)


def _by_name(words: str) -> QuerySet[Commune]:
    ranked = _ranked(Commune.objects.select_related("department"), words)
    return ranked.order_by("rank", "-population", "name", "code")


def _ranked(places: QuerySet, words: str) -> QuerySet:
    """``places`` whose ``normalised`` name matches ``words``, with their ``rank`` (0 is the best)."""
    if not words or len(words) > LONGEST_NAME:
        return places.none().annotate(rank=Value(0))
    rank = Case(
        When(normalised=words, then=Value(0)),
        When(normalised__startswith=words, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    answers = Q(normalised__startswith=words) | Q(normalised__contains=f" {words}")
    return places.filter(answers).annotate(rank=rank)
