"""Every place of the reference data, by each of its names and codes, read once per process from ``data/*.csv``.

Nothing here reads the database: the rows of ``models.py`` hold the same codes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from network.territories.files import department_of, read
from network.territories.names import joined_name, normalise_place, place_slug, without_links, without_small_words


class Kind(StrEnum):
    REGION = "région"
    DEPARTMENT = "département"
    EPCI = "intercommunalité"
    COMMUNE = "commune"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One object a place: two are equal if they are the same.

    ``code``: INSEE code, number of the département or SIREN. ``department``: of a commune, or of most of an EPCI.

    ``city``: for an arrondissement of Paris, Lyon or Marseille, the code of the city. ``rank`` comes first in the order
    of homonyms: régions and départements, then communes, then EPCI.
    """

    kind: Kind
    code: str
    name: str
    rank: int
    department: str = ""
    population: int = 0
    city: str = ""

    def __str__(self) -> str:
        """Resolves to this place and no other."""
        if self.kind is Kind.REGION:
            return f"{self.name} (région)"
        if self.kind is Kind.DEPARTMENT:
            return f"{self.name} (département {self.code})"
        return f"{self.name} ({self.department})"

    @property
    def slug(self) -> str:
        """Of a région or a département: that of its row."""
        return place_slug(self.name)

    @property
    def order(self) -> tuple[int, int, str, str]:
        return self.rank, -self.population, self.name, self.code


#: Names compared at most: two names at the same distance are told apart by their population.
MOST_CLOSE = 40
Places = tuple[Place, ...]
Names = dict[str, Places]

ARRONDISSEMENT = " Arrondissement"
#: What people write for the postcode of a whole city → its commune.
CITY_POSTCODES = {"13000": "13055", "69000": "69123", "75000": "75056"}
#: How the official name of an EPCI begins: what follows is what people say.
EPCI_STARTS = ("cc ", "ca ", "cu ", "metropole ")


def merged(*groups: Iterable[Place]) -> Places:
    return tuple(sorted({place for group in groups for place in group}, key=lambda place: place.order))


class PlaceIndex:
    """Places by name, key of ``normalise_place``, and by code.

    ``names`` holds official names; ``usual``, those that people say; ``former``, those of the past and of communes that
    are now parts of another; ``spelled``, all of them without small words, or in one word; ``divisions``, those of
    régions and départements without article, and in one word, with the numbers of départements.

    A département of one commune, and a région of one département, is one place: the smallest.
    """

    def __init__(self) -> None:
        self.communes: dict[str, Place] = {}
        self.departments: dict[str, Place] = {}
        self.regions: dict[str, Place] = {}
        self.epcis: dict[str, Place] = {}
        self.postcodes: Names = {}
        self.former_codes: dict[str, Place] = {}
        self.members: dict[Place, tuple[str, ...]] = {}
        self.epcis_of: dict[str, Places] = {}
        rows = list(read("communes"))
        self._add_communes(rows)
        self._add_departments_and_regions()
        self._add_epcis(rows)
        self._add_postcodes(rows)
        places = {*self.communes.values(), *self.departments.values(), *self.regions.values(), *self.epcis.values()}
        self.names = by_name((normalise_place(place.name), place) for place in places)
        self.usual, self.former = self._other_names()
        self.spelled = self._spellings()
        self.divisions = self._division_names()
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for name in {**self.former, **self.usual, **self.names}:
            self._by_length[len(name)].append(name)
        named = [
            (name, place) for names in (self.names, self.usual, self.former) for name in names for place in names[name]
        ]
        named.sort(key=lambda line: line[1].order)
        self._lines = [place for _, place in named]
        self._text = "\n" + "\n".join(f"{name} " for name, _ in named)

    def named(self, words: str) -> Places:
        """The places that bear this name today, officially or not."""
        return merged(self.names.get(words, ()), self.usual.get(words, ()))

    def close(self, words: str, most_edits: int) -> Iterator[Place]:
        """The places of which a name is at most ``most_edits`` letters from ``words``, the closest first."""
        lengths = range(len(words) - most_edits, len(words) + most_edits + 1)
        names = list(chain.from_iterable(self._by_length.get(length, ()) for length in lengths))
        found = process.extract(words, names, scorer=OSA.distance, score_cutoff=most_edits, limit=MOST_CLOSE)
        lines = [(distance, place.order, place) for name, distance, _ in found for place in self._today(name)]
        yield from (place for _, _, place in sorted(lines, key=lambda line: line[:2]))

    def _today(self, name: str) -> Places:
        return self.names.get(name) or self.usual.get(name) or self.former[name]

    def joined_beginning(self, word: str) -> Places:
        """The places of which a name begins with ``word`` once its words are joined: « lhay » for L’Haÿ-les-Roses."""
        return merged(*(places for name, places in self.spelled.items() if name.startswith(word)))

    def communes_of(self, place: Place) -> tuple[str, ...]:
        """The INSEE codes of ``place``: those of a city with its arrondissements, that of one with its city."""
        if place.kind is not Kind.COMMUNE:
            return self.members[place]
        return (place.code, place.city) if place.city else (place.code, *self.members.get(place, ()))

    def beginning(self, words: str, *, is_whole: bool = False, is_inside: bool = False) -> Iterator[Place]:
        """The places of which a name begins with ``words``: whole words first, then a part of one unless ``is_whole``.

        With ``is_inside``, then those of which another word begins so. Each once, in their order; read no more than
        needed, for « saint » begins thousands of names.
        """
        needles = [f"\n{words} ", *([] if is_whole else [f"\n{words}"]), *([f" {words}"] if is_inside else [])]
        seen: set[Place] = set()
        is_known = bool(words) and words in self._text  # one reading of the text, of most names that are unknown
        for place in (place for needle in (needles if is_known else []) for place in self._lines_with(needle)):
            if place not in seen:
                seen.add(place)
                yield place

    def _lines_with(self, needle: str) -> Iterator[Place]:
        line, start = -1, 0
        while (position := self._text.find(needle, start)) >= 0:
            line += self._text.count("\n", start, position + 1)
            yield self._lines[line]
            start = position + 1

    def _add_communes(self, rows: list[dict[str, str]]) -> None:
        cities: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in rows:
            if row["name"].endswith(ARRONDISSEMENT):
                cities[row["name"].split()[0]].append(row)
        for row in rows:
            code, population = row["code"], int(row["population"])
            self.communes[code] = Place(Kind.COMMUNE, code, row["name"], 1, department_of(code), population)
        for city in [place for place in self.communes.values() if place.name in cities]:
            parts = [row["code"] for row in cities[city.name]]
            self.members[city] = tuple(parts)
            for code in parts:
                self.communes[code] = replace(self.communes[code], city=city.code)

    def _add_departments_and_regions(self) -> None:
        inside: dict[str, list[Place]] = defaultdict(list)
        for commune in self.communes.values():
            inside[commune.department].append(commune)
        regions: dict[str, list[str]] = defaultdict(list)
        for row in read("departments"):
            code = row["code"]
            regions[row["region"]].append(code)
            whole = [commune for commune in inside[code] if not commune.city]
            if [commune.name for commune in whole] == [row["name"]]:
                self._raise(whole[0])
                self.departments[code] = self.communes[whole[0].code]
                continue
            population = sum(commune.population for commune in whole)
            self.departments[code] = Place(Kind.DEPARTMENT, code, row["name"], 0, code, population)
            self.members[self.departments[code]] = tuple(commune.code for commune in inside[code])
        for row in read("regions"):
            code, parts = row["code"], [self.departments[number] for number in regions[row["code"]]]
            if [part.name for part in parts] == [row["name"]]:
                self.regions[code] = parts[0]
                continue
            self.regions[code] = Place(Kind.REGION, code, row["name"], 0, "", sum(part.population for part in parts))
            self.members[self.regions[code]] = tuple(code for part in parts for code in self.communes_of(part))

    def _raise(self, commune: Place) -> None:
        """The only commune of a département comes before its homonyms, as that does."""
        raised = replace(commune, rank=0)
        self.communes[commune.code] = raised
        if commune in self.members:
            self.members[raised] = self.members.pop(commune)

    def _add_epcis(self, rows: list[dict[str, str]]) -> None:
        inside: dict[str, list[Place]] = defaultdict(list)
        for row in rows:
            for siren in row["epcis"].split():
                inside[siren].append(self.communes[row["code"]])
        for row in read("epcis"):
            communes = inside[row["siren"]]
            largest = max(communes, key=lambda commune: commune.population)
            population = sum(commune.population for commune in communes)
            place = Place(Kind.EPCI, row["siren"], row["name"], 2, largest.department, population)
            self.epcis[place.code] = place
            self.members[place] = tuple(commune.code for commune in communes)
        for row in rows:
            self.epcis_of[row["code"]] = tuple(self.epcis[siren] for siren in row["epcis"].split())

    def _add_postcodes(self, rows: list[dict[str, str]]) -> None:
        """A postcode of an arrondissement is not also one of its city."""
        codes: dict[str, list[Place]] = defaultdict(list)
        for row in rows:
            for postcode in row["postcodes"].split():
                codes[postcode].append(self.communes[row["code"]])
        for postcode, communes in codes.items():
            cities = {commune.city for commune in communes}
            self.postcodes[postcode] = merged(commune for commune in communes if commune.code not in cities)
        for postcode, city in CITY_POSTCODES.items():
            self.postcodes[postcode] = (self.communes[city],)

    def _other_names(self) -> tuple[Names, Names]:
        tables = {
            Kind.REGION: self.regions,
            Kind.DEPARTMENT: self.departments,
            Kind.EPCI: self.epcis,
            Kind.COMMUNE: self.communes,
        }
        usual: list[tuple[str, Place]] = []
        former: list[tuple[str, Place]] = []
        for row in read("usual_names"):
            pair = normalise_place(row["name"]), tables[Kind(row["kind"])][row["code"]]
            (former if row["is_former"] else usual).append(pair)
        for row in read("former_communes"):
            place = self.communes[row["commune"]]
            if row["code"] not in self.communes:
                self.former_codes[row["code"]] = place
            former.append((normalise_place(row["name"]), place))
        kept = [(name, place) for name, place in former if place not in self.names.get(name, ())]
        return by_name(usual), by_name(kept)

    def _division_names(self) -> Names:
        numbers = [(number.lower(), place) for number, place in self.departments.items()]
        names = [
            (without_links(name), place)
            for names in (self.names, self.usual, self.former)
            for name, places in names.items()
            for place in places
            if place.rank == 0
        ]
        return by_name([*numbers, *names, *((joined_name(name), place) for name, place in names)])

    def _spellings(self) -> Names:
        """Today’s names come before those of the past, and both before what follows « CC de » in that of an EPCI."""
        spelled: Names = {}
        today = [*self.names.items(), *self.usual.items()]
        cores = [
            (name.removeprefix(start), places)
            for name, places in self.names.items()
            for start in EPCI_STARTS
            if name.startswith(start) and places[0].kind is Kind.EPCI
        ]
        for names in (today, [*self.former.items()], cores):
            keys = [
                (key, place)
                for name, places in names
                for key in {without_small_words(name), joined_name(name)} - {name, ""}
                for place in places
            ]
            spelled = by_name(keys) | spelled
        for name, places in cores:
            spelled.setdefault(name, places)
        return spelled


def by_name(pairs: Iterable[tuple[str, Place]]) -> Names:
    names: Names = {}
    for name, place in pairs:
        known = names.get(name)
        names[name] = merged(known, (place,)) if known else (place,)
    return names


@cache
def place_index() -> PlaceIndex:
    """The index of the data files: about a second, once per process."""
    return PlaceIndex()
