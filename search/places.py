"""Where a search is about: communes that its words name, and what stands around a commune."""

from dataclasses import dataclass, field
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from network.models import ClsmPage
from network.queries import covering, public_profiles
from network.territories.models import Commune
from network.territories.names import normalise_place
from network.territories.queries import find_communes
from search.queries import Geography, Near, SearchQuery, free_words
from search.synonyms import Named
from search.text import is_stop_word

EARTH_RADIUS = 6371.0  # km
KM_OF_DEGREE = 111.2  # km, one degree of latitude
RING_EDGES = (5, 10, 15, 20, 30, 40, 50, 70, 100)  # km
LONGEST_NAME = 6  # words: « la chapelle saint … »
MOST_HOMONYMS = 3
HOMONYMS_SHOWN = 5
#: A name of one word is that of a place rather than a common word from this number of inhabitants on.
KNOWN_TOWN = 2_000


@dataclass(frozen=True)
class Place:
    """A commune that was asked for: homonyms to choose from, the CLSMs that cover it, distances by INSEE code (km)."""

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


def find_place(query: SearchQuery) -> Place | None:
    """The commune that ``query.place`` names best; None when none answers or when it has no known position."""
    communes = find_communes(query.place, HOMONYMS_SHOWN + 1) if query.place else []
    if not communes or communes[0].latitude is None or communes[0].longitude is None:
        return None
    around = communes_around(communes[0].pk, communes[0].latitude, communes[0].longitude, query.radius)
    clsms = public_profiles().filter(covering(communes[:1])).order_by("title")
    return Place(communes[0], communes[1:], list(clsms[:5]), around.distances, around.near)


@lru_cache(maxsize=256)
def communes_around(code: str, latitude: float, longitude: float, radius: int) -> Around:
    """The communes within ``radius`` km of a point; ``code`` (at distance 0) is the commune of that point."""
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
    """As the crow flies, by the haversine formula."""
    north, other_north = radians(latitude), radians(other_latitude)
    half = (
        sin((other_north - north) / 2) ** 2
        + cos(north) * cos(other_north) * sin(radians(other_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(sqrt(min(half, 1.0)))


def geography(text: str, near: Near | None) -> Geography:
    """The communes named by the free words of ``text``: the longest names, none inside another. One SQL query."""
    words = normalise_place(" ".join(free_words(text))).split()
    candidates = {
        " ".join(words[start : start + size])
        for start in range(len(words))
        for size in range(1, min(LONGEST_NAME, len(words) - start) + 1)
        if size > 1 or (len(words[start]) > 2 and words[start].isalpha())
    }
    if not candidates:
        return Geography(near=near)
    known: dict[str, list[str]] = {}
    rows = Commune.objects.filter(normalised__in=candidates).order_by("-population", "pk")
    for name, code, population in rows.values_list("normalised", "pk", "population"):
        if " " in name or (population or 0) >= KNOWN_TOWN:
            known.setdefault(name, []).append(code)
    found, rest = take_longest(words, known)
    named = tuple(Named("commune", code, 1.0) for name in found for code in known[name][:MOST_HOMONYMS])
    return Geography(named, bool(found) and all(is_stop_word(word) for word in rest), near)


def take_longest(words: list[str], known: dict[str, list[str]]) -> tuple[list[str], list[str]]:
    """The names of ``known`` met in ``words``, longest first at each place, and the words that are in none."""
    found: list[str] = []
    rest: list[str] = []
    start = 0
    while start < len(words):
        for size in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            name = " ".join(words[start : start + size])
            if name in known:
                found.append(name)
                start += size
                break
        else:
            rest.append(words[start])
            start += 1
    return found, rest
