"""The place of a search: communes named in its words, and their surroundings."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from network.models import ClsmPage
from network.models.queries import covering, public_profiles
from network.territories.models import Commune, Postcode
from network.territories.names import normalise_place
from network.territories.queries import find_communes
from search.plans import Geography, Near, free_words
from search.queries import SearchQuery
from search.synonyms import Phrase
from search.text import STOP_STEMS, stems

EARTH_RADIUS = 6371.0  # km
KM_OF_DEGREE = 111.2  # km, one degree of latitude
RING_EDGES = (5, 10, 15, 20, 30, 40, 50, 70, 100)  # km
LONGEST_NAME = 6  # words: « la chapelle saint … »
MOST_HOMONYMS = 3
HOMONYMS_SHOWN = 5
#: From this number of inhabitants on, a one-word name is taken as a place rather than a common word.
KNOWN_TOWN = 2_000
POSTCODE = re.compile(r"[0-9]{5}")


@dataclass(frozen=True)
class Place:
    """A requested commune: homonyms to choose from, the CLSMs that cover it, distances by INSEE code (km)."""

    commune: Commune
    homonyms: list[Commune]
    covering: list[ClsmPage]
    distances: dict[str, float]
    near: Near


@dataclass(frozen=True)
class Around:
    """The communes within a radius: distance in km by INSEE code, and their rings."""

    distances: dict[str, float]
    near: Near = field(default_factory=lambda: Near(()))


def find_place(query: SearchQuery, stamp: str) -> Place | None:
    """The commune that best matches ``query.place``; None if there is none or if it has no known position."""
    communes = find_communes(query.place, HOMONYMS_SHOWN + 1) if query.place else []
    if not communes or communes[0].latitude is None or communes[0].longitude is None:
        return None
    around = communes_around(stamp, communes[0].pk, communes[0].latitude, communes[0].longitude, query.radius)
    clsms = public_profiles().filter(covering(communes[:1])).order_by("title")
    return Place(communes[0], communes[1:], list(clsms[:5]), around.distances, around.near)


@lru_cache(maxsize=32)
def communes_around(stamp: str, code: str, latitude: float, longitude: float, radius: int) -> Around:
    """The communes within ``radius`` km of a point; ``code`` (at distance 0) is the commune of that point.

    Cached for each ``stamp`` of the references: a wide circle holds thousands of communes.
    """
    margin = radius / KM_OF_DEGREE
    wide = margin / max(cos(radians(latitude)), 0.01)
    inside = Commune.objects.filter(
        latitude__range=(latitude - margin, latitude + margin), longitude__range=(longitude - wide, longitude + wide)
    )
    distances = {code: 0.0}
    for other, north, east in inside.values_list("pk", "latitude", "longitude"):
        distance = distance_km(latitude, longitude, north or 0.0, east or 0.0)
        if distance <= radius:
            distances.setdefault(other, distance)
    edges = [edge for edge in RING_EDGES if edge < radius] + [radius]
    rings: list[list[str]] = [[] for _ in edges]
    for other, distance in sorted(distances.items()):
        rings[next(rank for rank, edge in enumerate(edges) if distance <= edge)].append(other)
    return Around(distances, Near(tuple(tuple(ring) for ring in rings)))


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance, by the haversine formula."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = (
        sin((other_north - north) / 2) ** 2
        + cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(min(half, 1.0)))


class Token(NamedTuple):
    """One typed word: its form as a place name, and its stems."""

    place: str
    stems: Phrase


def geography(text: str, near: Near | None) -> Geography:
    """The communes that the free words of ``text`` name, by name or postcode: the longest names, none inside another.

    One SQL query, two if a word may be a postcode.
    """
    tokens = [Token(normalise_place(word), tuple(stems(word))) for word in free_words(text)]
    known = known_places(tokens)
    places: dict[Phrase, tuple[str, ...]] = {}
    is_only_place = bool(known)
    start = 0
    while start < len(tokens):
        size, codes = longest_place(tokens, start, known)
        if codes:
            places[joined_stems(tokens[start : start + size])] = codes
        elif not STOP_STEMS.issuperset(tokens[start].stems):
            is_only_place = False
        start += size
    return Geography(places, is_only_place, near)


def longest_place(tokens: list[Token], start: int, known: Mapping[str, tuple[str, ...]]) -> tuple[int, tuple[str, ...]]:
    """The number of tokens from ``start`` that form the longest known name, and its communes: (1, ()) if none."""
    for size in range(min(LONGEST_NAME, len(tokens) - start), 0, -1):
        codes = known.get(name_of(tokens[start : start + size]))
        if codes:
            return size, codes
    return 1, ()


def known_places(tokens: list[Token]) -> dict[str, tuple[str, ...]]:
    """Each name or postcode that adjacent tokens form → its communes, the most populous first."""
    names = {
        name_of(tokens[start : start + size])
        for start in range(len(tokens))
        for size in range(1, min(LONGEST_NAME, len(tokens) - start) + 1)
    }
    places_by_name: dict[str, list[str]] = {}
    rows = Commune.objects.filter(normalised__in=names) if names else Commune.objects.none()
    for name, code, population in rows.order_by("-population", "pk").values_list("normalised", "pk", "population"):
        if " " in name or (population or 0) >= KNOWN_TOWN:
            places_by_name.setdefault(name, []).append(code)
    postcodes = {name for name in names if POSTCODE.fullmatch(name)}
    for postcode, code in (
        Postcode.objects.filter(code__in=postcodes).order_by("commune").values_list("code", "commune")
        if postcodes
        else ()
    ):
        places_by_name.setdefault(postcode, []).append(code)
    return {
        name: tuple(codes if name in postcodes else codes[:MOST_HOMONYMS]) for name, codes in places_by_name.items()
    }


def name_of(tokens: Iterable[Token]) -> str:
    return " ".join(token.place for token in tokens)


def joined_stems(tokens: Iterable[Token]) -> Phrase:
    return tuple(stem for token in tokens for stem in token.stems)
