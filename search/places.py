"""The place of a search: the one that limits it, those named in its words, and the surroundings of a commune."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from network.models import ClsmPage
from network.models.queries import covering, public_profiles
from network.territories.models import Commune
from network.territories.names import SMALL_WORDS, normalise_place
from network.territories.places import Kind, Place, PlaceIndex, Places, place_index
from network.territories.resolver import CITIES, How, Resolution, resolve
from search.plans import PART, Geography, Near
from search.queries import SearchQuery
from search.synonyms import Phrase
from search.text import STOP_STEMS, stems

EARTH_RADIUS = 6371.0  # km
KM_OF_DEGREE = 111.2  # km, one degree of latitude
RING_EDGES = (5, 10, 15, 20, 30, 40, 50, 70, 100)  # km
LONGEST_NAME = 6  # words: « la chapelle saint … »
MOST_HOMONYMS = 3
CHOICES_SHOWN = 6
CLSMS_SHOWN = 5
#: From this number of inhabitants on, a one-word name is taken as a place rather than a common word.
KNOWN_TOWN = 2_000
POSTCODE = re.compile(r"[0-9]{5}")
#: Words that lead to a place, and say nothing without it.
LEADS = SMALL_WORDS | {
    "autour",
    "commune",
    "cote",
    "dans",
    "departement",
    "environs",
    "pres",
    "region",
    "sur",
    "vers",
    "ville",
}


@dataclass(frozen=True)
class SearchedPlace:
    """The place that limits a search, and the CLSMs that cover it (the first ones).

    ``near``: its communes; with ``distances`` (km, by INSEE code), those around it too.
    """

    resolution: Resolution
    place: Place
    covering: list[ClsmPage]
    near: Near
    distances: Mapping[str, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """With what tells it apart, unless it is a commune whose name no other place bears today."""
        is_alone = self.place.kind is Kind.COMMUNE and len(place_index().named(normalise_place(self.place.name))) == 1
        return self.place.name if is_alone else str(self.place)

    @property
    def choices(self) -> Places:
        """What else the visitor may have meant, if the text leaves a doubt."""
        return self.resolution.places[1:CHOICES_SHOWN] if self.resolution.question else ()


@dataclass(frozen=True)
class Around:
    """The communes within a radius: distance in km by INSEE code, and their rings."""

    distances: dict[str, float]
    near: Near = field(default_factory=lambda: Near(()))


def find_place(query: SearchQuery, stamp: str) -> SearchedPlace | None:
    """The likeliest place that ``query.place`` names; None if it names none."""
    resolution = resolve(query.place)
    place = resolution.place
    if place is None:
        return None
    clsms = list(public_profiles().filter(covering([place])).order_by("title")[:CLSMS_SHOWN])
    positions = Commune.objects.filter(pk=place.code, latitude__isnull=False, longitude__isnull=False)
    position = positions.values_list("latitude", "longitude").first() if place.kind is Kind.COMMUNE else None
    if position is None:
        return SearchedPlace(resolution, place, clsms, near_of(place))
    around = communes_around(stamp, place.code, *position, query.radius)
    return SearchedPlace(resolution, place, clsms, around.near, around.distances)


def near_of(place: Place) -> Near:
    """The communes of ``place``; those of its département too, around a commune of unknown position."""
    index = place_index()
    codes = index.communes_of(place)
    if place.kind is not Kind.COMMUNE:
        return Near((codes,))
    others = index.communes_of(index.departments[place.department])
    return Near((codes, tuple(code for code in others if code not in codes)))


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
    """One typed word: its form as a place name, its stems, and its position in the text."""

    place: str
    stems: Phrase
    start: int
    end: int


class NamedPlace(NamedTuple):
    """Adjacent tokens, from ``start``, that name ``places``."""

    start: int
    size: int
    places: Places


class PlaceProposal(NamedTuple):
    """A place of the words, and the query that searches for the other words there."""

    place: Place
    query: SearchQuery


def geography(text: str, near: Near | None) -> Geography:
    """The communes that the free words of ``text`` name, by name or postcode: the longest names first."""
    tokens = tokens_of(text)
    named = list(named_places(tokens))
    inside = {position for name in named for position in range(name.start, name.start + name.size)}
    others = [token for position, token in enumerate(tokens) if position not in inside]
    places = {
        joined_stems(tokens[name.start : name.start + name.size]): tuple(place.code for place in name.places)
        for name in named
    }
    return Geography(places, bool(named) and all(STOP_STEMS.issuperset(token.stems) for token in others), near)


def proposals(query: SearchQuery) -> list[PlaceProposal]:
    """« Près de Lodève ? », for a search of « logement Lodève »: nothing if a place is chosen already."""
    if query.place or not query.text:
        return []
    if whole := meant_by_all(query.text):
        return [PlaceProposal(place, replace(query, text="", place=str(place), page=1)) for place in whole]
    tokens = tokens_of(query.text)
    return [
        PlaceProposal(place, replace(query, text=without(query.text, tokens, name), place=str(place), page=1))
        for name in named_places(tokens)
        for place in name.places[:MOST_HOMONYMS]
    ][:MOST_HOMONYMS]


def meant_by_all(text: str) -> Places:
    """The places that the whole ``text`` names; a village of one word is not told from a common word."""
    whole = resolve(text, is_whole=True)
    is_long = " " in normalise_place(text) and whole.how is not How.SPELLING
    least = 0 if is_long else KNOWN_TOWN
    is_old = whole.how is How.FORMER and not is_long  # « centre », « bourgogne »
    places = (place for place in whole.places if place.population >= least and not (is_old and place.rank == 0))
    return tuple(places)[:MOST_HOMONYMS]


def without(text: str, tokens: list[Token], name: NamedPlace) -> str:
    """``text`` without the name of a place and what leads to it: « logement à Lodève » is « logement »."""
    first, last = name.start, name.start + name.size - 1
    while first and tokens[first - 1].place in LEADS:
        first -= 1
    return " ".join(f"{text[: tokens[first].start]} {text[tokens[last].end :]}".split())


def tokens_of(text: str) -> list[Token]:
    """The words of ``text`` outside its quoted phrases and excluded words."""
    return [
        Token(normalise_place(match["word"]), tuple(stems(match["word"])), *match.span())
        for match in PART.finditer(text)
        if match["word"] and not match["minus"]
    ]


def named_places(tokens: list[Token]) -> Iterator[NamedPlace]:
    """From left to right, the longest name that starts at each token and is not inside another."""
    index = place_index()
    start = 0
    while start < len(tokens):
        size = 1
        for longer in range(min(LONGEST_NAME, len(tokens) - start), 0, -1):
            if places := communes_named(index, name_of(tokens[start : start + longer])):
                yield NamedPlace(start, longer, places)
                size = longer
                break
        start += size


def communes_named(index: PlaceIndex, name: str) -> Places:
    """The communes of a name or of a postcode, the most populous first; () for a common word that a village bears."""
    if POSTCODE.fullmatch(name):
        return index.postcodes.get(name, ())
    if name.partition(" ")[0] in CITIES and name not in CITIES:
        whole = resolve(name)
        return whole.places if whole.is_settled and whole.how is How.NAME else ()
    known = index.named(name) or (index.former.get(name, ()) if " " in name else ())
    towns = (place for place in known if " " in name or place.population >= KNOWN_TOWN)
    return tuple(sorted((place for place in towns if place.kind is Kind.COMMUNE), key=lambda place: -place.population))[
        :MOST_HOMONYMS
    ]


def name_of(tokens: Iterable[Token]) -> str:
    return " ".join(token.place for token in tokens)


def joined_stems(tokens: Iterable[Token]) -> Phrase:
    return tuple(stem for token in tokens for stem in token.stems)
