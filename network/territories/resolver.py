"""From what people write for a place to the place: the one way of search, directory, choosers and imports.

Nothing is guessed silently: ``notice`` says what was, ``question`` asks when the text means several places.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from network.territories.names import LINKS, joined_name, normalise_place, without_links, without_small_words
from network.territories.places import Kind, Place, PlaceIndex, Places, merged, place_index
from portal.base.characters import without_invisible
from portal.base.plurals import counted

LONGEST = 200  # characters: no name is longer
SHORTEST_PART = 3  # characters
SHORTEST_WRITTEN = 4  # letters: a shorter name with a mistake is any other
MOST_SHOWN, MOST_KEPT = 6, 50
MOST_QUALIFIERS = 3  # « 34150 Gignac, Hérault, Occitanie »
MOST_LARGER = 2  # towns proposed before the homonyms of a shorter name
AS_LARGE = 10  # times: a town is not meant by the name of one so much larger
MOST_PROBLEMS = 10  # of one cell: each is looked for among all the names of the country
MOST_WORDS = 6  # of the name of a région: « en provence alpes cote d azur »


class How(StrEnum):
    """How the text names its places, the surest way first."""

    CODE = "code"
    NAME = "name"
    POSTCODE = "postcode"
    USUAL = "usual name"
    FORMER = "former name"
    SPELLING = "another spelling"
    ZERO = "a lost zero"
    PART = "part of a name"
    CONTRADICTION = "a name, and the code or the division of another place"


@dataclass(frozen=True)
class Resolution:
    """``places``: those that ``text`` may mean, the likeliest first; one, unless there is a ``question``.

    ``others``: places of another reading, set aside: the commune whose INSEE code this postcode is, those that bore
    this name. ``notice`` and ``question`` are sentences in French, or ""; the places to choose from are not in it.
    """

    text: str
    places: Places = ()
    how: How | None = None
    notice: str = ""
    question: str = ""
    others: Places = ()

    @property
    def place(self) -> Place | None:
        return self.places[0] if self.places else None

    @property
    def alike(self) -> Places:
        """The likeliest place, and those of its kind if the text says no more: all the communes of a postcode."""
        return tuple(place for place in self.places if place.kind is self.places[0].kind)

    @property
    def is_settled(self) -> bool:
        return len(self.places) == 1 and not self.question


SEPARATORS = re.compile(r"[|;\r\n]+")
COMMA = re.compile(r"\s*,\s*")
#: They are also inside names: « Saint-Pierre et Miquelon », « La Roche/Yon ».
BETWEEN_NAMES = re.compile(r"\s*[/&+]\s*|\s+(?:et|[-–—])\s+", re.IGNORECASE)

Allowed = Callable[[Place], bool]


class Split(NamedTuple):
    """A text parted into a ``name`` and where it is: a code or a division.

    ``is_there`` accepts the places that the name may mean; ``where`` are those that the code or the division means, ()
    if it is unknown. ``said`` is the notice of such a reading.
    """

    name: str
    is_there: Allowed
    where: Places
    is_code: bool = False
    said: str = ""


EXCEL_POWER = re.compile(r"(\d(?:[.,]\d+)?)e\+?0?([3-5])", re.IGNORECASE)
EXCEL_DECIMAL = re.compile(r"(\d+)[.,]0+")
THOUSANDS = re.compile(r"(\d{1,2})[.,]000")
POSTCODE_OR_INSEE = re.compile(r"\d{5}|2[ab]\d{3}")
SHORT_POSTCODE = re.compile(r"[1-9]\d{3}")
CORSICAN = re.compile(r"2[ab](\d{3})?")
CEDEX = re.compile(r" cedex(?: (\d{1,2}))?\b")
COUNTRY = re.compile(r"(?<=.) france$")
COUNTRY_CODE = re.compile(r"fr?[- ]?(?=\d{5}\b)", re.IGNORECASE)
DIGITS = re.compile(r"\b\w*\d\w*\b|\bcedex\b")
DIVISION = re.compile(rf"{LINKS}*(departement|dept|dpt|dep|region|commune|ville|mairie)(?: (?:de|du|des|d))? (.+)")
DIVISION_AFTER = re.compile(r"(.+) (?:(region)|(?:departement|dept|dpt|dep)(?: (\w{1,3}))?)")
DIVISION_KINDS = {"region": Kind.REGION, "commune": Kind.COMMUNE, "ville": Kind.COMMUNE, "mairie": Kind.COMMUNE}

#: How people write the kind of an EPCI, and how its official name begins.
EPCI_KINDS = {
    "communaute de communes": "cc",
    "communaute communes": "cc",
    "com com": "cc",
    "comcom": "cc",
    "cc": "cc",
    "communaute d agglomeration": "ca",
    "communaute agglomeration": "ca",
    "agglomeration": "ca",
    "agglo": "ca",
    "ca": "ca",
    "communaute urbaine": "cu",
    "cu": "cu",
    "etablissement public territorial": "ept",
    "ept": "ept",
    "intercommunalite": "epci",
    "epci": "epci",
    "eurometropole": "metropole",
    "metropole": "metropole",
}
EPCI_BEFORE = re.compile(rf"(?:l[ea] |l )?({'|'.join(EPCI_KINDS)}) (.+)")
EPCI_AFTER = re.compile(r"(.+) (metropole|agglomeration|agglo|communaute|cc|ca|cu|ept|epci)")
JOINED_ARTICLE = re.compile(r"^(?:les|la|le|l)(?=\w{3})")

UNITS = "premier deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme onzieme douzieme"
ORDINALS = {word: number for number, word in enumerate(UNITS.split(), start=1)}
ORDINALS |= {"treizieme": 13, "quatorzieme": 14, "quinzieme": 15, "seizieme": 16, "vingtieme": 20}
ROMAN = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
ORDINALS |= {
    f"{word}{end}": number for number, word in enumerate(ROMAN.split(), start=1) for end in ("", "e", "er", "eme")
}
ARRONDISSEMENT_WORDS = re.compile(
    r"\b(?:arrondissements?|arrdts?|arrts?|ardts?|arr|arrond|de|du|le|la|e|er|eme|ieme)\b"
)
ARRONDISSEMENT_NUMBER = re.compile(r"0{0,2}(\d{1,2})e?")
CITIES = {"paris": "751", "lyon": "6938", "marseille": "132"}


def resolve(text: str, *, is_whole: bool = False) -> Resolution:
    """The places that ``text`` names. Any text is accepted; one too long, or of an unknown place, has no ``places``.

    With ``is_whole``, a part of a name is not looked for.
    """
    shown = " ".join(without_invisible(text[: 4 * LONGEST]).split())
    if not shown or len(shown) > LONGEST:
        return Resolution(shown[:LONGEST])
    plain = COUNTRY_CODE.sub("", shown, count=1) if COUNTRY_CODE.match(shown) else shown
    resolution = Resolver(place_index(), plain).answer(is_whole)
    if "/" in shown and not resolution.places:  # « La Roche/Yon »
        resolution = Resolver(place_index(), shown.replace("/", " sur ")).answer(is_whole)
    return replace(resolution, text=shown)


def close_places(text: str, kinds: Container[Kind] = tuple(Kind)) -> Places:
    """The places whose name may be meant by a ``text`` that names none, because of a spelling mistake.

    They are proposed, never taken. Codes beside the name say nothing here.
    """
    shown = " ".join(without_invisible(text[: 4 * LONGEST]).split())
    words = " ".join(DIGITS.sub(" ", normalise_place(shown)).split())
    if len(shown) > LONGEST or len(words) < SHORTEST_WRITTEN:
        return ()
    edits = 1 if len(words) < 6 else 2 if len(words) < 12 else 3
    places = (place for place in _closest(words, edits) if place.kind in kinds)
    return tuple(islice(places, MOST_SHOWN))


@lru_cache(maxsize=4096)
def _closest(words: str, edits: int) -> Places:
    """Kept: the lines of a file make the same mistake, and each is read several times."""
    return tuple(dict.fromkeys(place_index().close(words, edits)))


def suggestions(
    text: str, kinds: Container[Kind] = tuple(Kind), most: int = MOST_KEPT, *, is_place: bool = True
) -> Places:
    """The places that an unfinished ``text`` may become, the likeliest first; with a mistake, if it ``is_place``."""
    shown = " ".join(without_invisible(text[: 4 * LONGEST]).split())
    words = normalise_place(shown)
    if not words or len(shown) > LONGEST:
        return ()
    index, whole = place_index(), resolve(shown)
    digits = words.replace(" ", "")
    if digits.isdigit():
        starting = (index.postcodes[code] for code in index.postcodes if code.startswith(digits))
        longer: Iterable[Place] = merged(*starting) if len(digits) > 1 else ()
    else:
        longer = index.beginning(words, is_inside=True)
    sure = whole.places if whole.how in (How.CODE, How.NAME, How.POSTCODE, How.USUAL) else ()
    places = (place for place in chain(sure, longer, whole.places) if place.kind in kinds)
    likely = tuple(islice(dict.fromkeys(islice(places, 3 * most)), most))  # a place is at most in the three
    return likely or (close_places(shown, kinds)[:most] if is_place else ())


def places_in(text: str, kind: Kind) -> list[Resolution]:
    """The places of one ``kind`` that a cell lists: one a line, or separated by « | », « ; » or a comma.

    « / », « et » and a dash separate too if each part names a place. A comma inside « Nantes, Loire-Atlantique » or the
    name of an EPCI separates nothing. Raises ValueError with the first MOST_PROBLEMS parts that are not settled: in a
    table, nobody answers a question.
    """
    resolutions: dict[Places, Resolution] = {}
    problems: dict[str, None] = {}
    parts = filter(None, map(str.strip, SEPARATORS.split(text)))
    for resolution in chain.from_iterable(map(listed, parts)):
        if problem := problem_of(resolution, kind):
            problems[problem] = None
        else:
            resolutions.setdefault(resolution.places, resolution)
        if len(problems) == MOST_PROBLEMS:
            unread = "corrigez d’abord ces lieux, la suite de la cellule n’est pas lue"
            raise ValueError(" ; ".join([*problems, unread]))
    if problems:
        raise ValueError(" ; ".join(problems))
    return [*resolutions.values()]


def listed(text: str) -> Iterator[Resolution]:
    """The readings of the parts of ``text`` if its whole names no place; else its own."""
    whole = resolve(text)
    pieces = [] if is_named(whole) else [*filter(None, COMMA.split(text))]
    if len(pieces) > 1:
        for piece in pieces:
            yield from listed(piece)
        return
    parts = [] if is_named(whole) else [resolve(piece) for piece in BETWEEN_NAMES.split(text) if piece]
    yield from parts if len(parts) > 1 and all(map(is_named, parts)) else [whole]


def is_named(resolution: Resolution) -> bool:
    return bool(resolution.places) and resolution.how not in (How.PART, How.CONTRADICTION)


def problem_of(resolution: Resolution, kind: Kind) -> str:
    """Why ``resolution`` is not one place of this ``kind``, and what to write instead; "" if it is."""
    text, place = resolution.text, resolution.place
    if place is None:
        return resolution.question or unknown(text, kind)
    if resolution.question:
        example = f" Ajoutez le nom, par exemple « {text} {place.name} »" if resolution.how is How.POSTCODE else ""
        return f"{resolution.question} Vouliez-vous dire : {enumeration(resolution.places)} ?{example}"
    if resolution.how is How.POSTCODE and resolution.others:
        both = f"« {text} » est le code postal de : {place}, et le code INSEE de : {enumeration(resolution.others)}"
        return f"{both}. Ajoutez le nom, par exemple « {text} {place.name} »"
    if place.kind is not kind:
        return f"« {text} » n’est pas le nom d’une {kind} mais d’une autre sorte de lieu ({place.kind}) : {place}"
    return ""


def unknown(text: str, kind: Kind) -> str:
    if close := close_places(text, {kind}):
        return f"« {text} » ne désigne aucun lieu connu. Vouliez-vous dire : {enumeration(close)} ?"
    code = "SIREN" if kind is Kind.EPCI else "code postal"
    several = " ; s’il y en a plusieurs, séparez-les par une virgule" if BETWEEN_NAMES.search(text) else ""
    return f"« {text} » ne désigne aucun lieu connu : écrivez son nom avec son {code} ou son département{several}"


class Resolver:
    """The readings of one text, tried from the surest to the least sure."""

    def __init__(self, index: PlaceIndex, text: str) -> None:
        self.index = index
        self.text = text
        self.words = normalise_place(text)
        self.cedex = CEDEX.search(self.words)

    def answer(self, is_whole: bool) -> Resolution:
        if resolution := self._code():
            return resolution
        if resolution := self._plain(self.words):
            return resolution
        whole = CEDEX.sub("", self.words)
        for words in (whole, COUNTRY.sub("", whole)):
            resolution = (
                self._arrondissement_by_code(words) or self._plain(words) or self._qualified(words, self._plain)
            )
            if resolution:
                break
        if not resolution and not is_whole:
            resolution = self._part(words) or self._qualified(words, self._part) or self._contradiction(words)
        return resolution or Resolution(self.text)

    def _found(self, places: Places, how: How, others: Places = ()) -> Resolution:
        resolution = Resolution(self.text, places, how, others=others)
        if len(places) > 1:
            return replace(resolution, question=question(resolution))
        return replace(resolution, notice=notice(resolution))

    # Codes

    def _code(self) -> Resolution | None:
        if match := EXCEL_POWER.fullmatch(self.text):
            return self._from_power(float(match[1].replace(",", ".")) * 10 ** int(match[2]))
        if match := THOUSANDS.fullmatch(self.text):
            return self._in_thousands(match[1])
        if not (match := EXCEL_DECIMAL.fullmatch(self.text)):
            return self._whole_code(self.words.replace(" ", ""))
        found = self._whole_code(match[1])
        if found is None or found.question or found.notice:
            return found
        return replace(found, notice=f"« {self.text} » est lu comme {found.place}.")

    def _whole_code(self, code: str) -> Resolution | None:
        if CORSICAN.fullmatch(code):
            return self._official_code(code.upper())
        if not (code.isascii() and code.isdigit()) or re.search(r"[a-z]", self.words):
            return None
        if len(code) in (1, 4):
            return self._lost_zero(code)
        if code == "20":
            return self._found((self.index.regions["94"],), How.USUAL)
        return self._postcode(code) if code in self.index.postcodes else self._official_code(code)

    def _postcode(self, code: str) -> Resolution:
        places = self.index.postcodes[code]
        same_code = self.index.communes.get(code)
        others = (same_code,) if same_code and same_code not in places else ()
        return self._found(places, How.POSTCODE, others)

    def _official_code(self, code: str) -> Resolution | None:
        for known in (self.index.departments, self.index.communes, self.index.epcis):
            if place := known.get(code):
                return self._found((place,), How.CODE)
        former = self.index.former_codes.get(code)
        return self._found((former,), How.FORMER) if former else None

    def _lost_zero(self, code: str) -> Resolution | None:
        """A spreadsheet took the code for a number: it is asked, never believed."""
        whole = f"0{code}"
        official = [known[whole] for known in (self.index.departments, self.index.communes) if whole in known]
        places = merged(official, self.index.postcodes.get(whole, ()))
        if not places:
            return None
        said = f"« {self.text} » a sans doute perdu son premier zéro : code probable « {whole} »."
        return Resolution(self.text, places, How.ZERO, question=said)

    def _from_power(self, number: float) -> Resolution:
        """« 2,00E+04 »: a spreadsheet kept three digits of a postcode, or of a Corsican code such as 2E004."""
        code = f"{round(number):05}"
        places = self.index.postcodes.get(code, ())
        likely = f" : code probable « {code} »" if places else ""
        said = f"« {self.text} » est un code abrégé par le tableur{likely}. Écrivez le nom de la commune."
        return Resolution(self.text, places, How.ZERO, question=said)

    def _in_thousands(self, number: str) -> Resolution | None:
        """« 34.000 »: a postcode with the sign of the thousands, or a number with decimals."""
        code, known = f"{number}000".zfill(5), self.index.departments.get(number.zfill(2))
        places = tuple(dict.fromkeys([*self.index.postcodes.get(code, ()), *filter(None, [known])]))
        if not places:
            return None
        said = f"« {self.text} » peut se lire de deux façons : un code postal ({code}) ou un autre nombre ({number})."
        return Resolution(self.text, places, How.ZERO, question=said)

    # Names

    def _plain(self, words: str, allowed: Allowed | None = None) -> Resolution | None:
        """``words`` as the whole name of a place, without a département or a postcode."""
        return (
            self._by_name(words, allowed)
            or self._arrondissement_alone(words, allowed)
            or self._or_longer(self._division(words, allowed), words, allowed)
            or self._epci(words, allowed)
            or self._other_spelling(words, allowed)
        )

    def _by_name(self, words: str, allowed: Allowed | None = None) -> Resolution | None:
        former = only(self.index.former.get(words, ()), allowed)
        official = only(self.index.names.get(words, ()), allowed)
        usual = (*self.index.usual.get(words, ()), *self._division_after_article(words))
        if places := merged(official, only(usual, allowed)):
            places = self._with_larger(places, words, allowed, is_usual=not official)
            others = tuple(place for place in former if place not in places)
            return self._found(places, How.NAME if official else How.USUAL, others)
        if not former:
            return None
        # « Épinay » is also how larger towns are called, and « Cannet » how Le Cannet is.
        alike = merged(former, self._longer(words, allowed), only(self.index.spelled.get(words, ()), allowed))
        return self._found(alike, How.FORMER)

    def _longer(self, words: str, allowed: Allowed | None) -> Places:
        """The communes of which a name begins with exactly ``words``: « La Baule » for La Baule-Escoublac."""
        named = self.index.beginning(words, is_whole=True)
        communes = (place for place in named if place.kind is Kind.COMMUNE and not place.city)
        return only(tuple(islice(communes, MOST_KEPT)), allowed)

    def _or_longer(self, found: Resolution | None, words: str, allowed: Allowed | None) -> Resolution | None:
        """``found``, or a question: « La Baule » is Baule (45), and how La Baule-Escoublac is called."""
        longer = self._longer(words, allowed) if found else ()
        return self._found(merged(found.places, longer), How.SPELLING) if found and longer else found

    def _with_larger(self, places: Places, words: str, allowed: Allowed | None, *, is_usual: bool) -> Places:
        """``places`` after the far larger towns that people call so: Aulnay-sous-Bois, for three villages.

        A name borne by one place only is that place; a usual name is asked if another town is nearly as large.
        """
        if places[0].kind is not Kind.COMMUNE or (len(places) < 2 and not is_usual):
            return places
        least = places[0].population // AS_LARGE if is_usual else places[0].population * AS_LARGE
        larger = [
            place
            for place in self._longer(words, allowed)
            if place.population > least and place not in places and normalise_place(place.name).startswith(words)
        ]
        return merged(places, larger[:MOST_LARGER])

    def _division_after_article(self, words: str) -> Places:
        """« la Creuse », « en Creuse », « de l’Ain », « le 34 » mean the division, even if a village is La Creuse."""
        name = without_links(words)
        return self.index.divisions.get(name, ()) if name != words else ()

    def _other_spelling(self, words: str, allowed: Allowed | None) -> Resolution | None:
        joined = joined_name(without_links(words))  # « lherault », « la cote dor »
        divisions = self.index.divisions.get(joined) or self.index.divisions.get(JOINED_ARTICLE.sub("", joined), ())
        for key in (words, joined_name(words), without_small_words(words)):
            known = self.index.spelled.get(key, ()) or (self.index.named(key) if key != words else ())
            if places := only(merged(known, divisions), allowed):
                return self._or_longer(self._found(places, How.SPELLING), words, allowed)
        return None

    def _arrondissement_alone(self, words: str, allowed: Allowed | None) -> Resolution | None:
        places = only(self._arrondissement(words), allowed)
        return self._found(places, How.NAME) if places else None

    def _arrondissement_by_code(self, words: str) -> Resolution | None:
        """« 75013 Paris », « 75634 Paris CEDEX 13 »."""
        codes = [word for word in words.split() if word.isdigit()]
        name = " ".join(word for word in words.split() if not word.isdigit())
        if name not in CITIES:
            return None
        parts = merged(*map(self._with_code, codes))
        if self.cedex and self.cedex[1] and not parts:
            parts = self._arrondissement(f"{name} {self.cedex[1]}")[:1]
            parts = tuple(part for part in parts if all(code.startswith(part.department) for code in codes))
        is_found = len(parts) == 1 and parts[0].code.startswith(CITIES[name]) and parts[0].city
        return self._found(parts, How.NAME) if is_found else None

    def _arrondissement(self, words: str) -> Places:
        """« paris 13e », « lyon 03 », « 12e arrondissement de paris », « paris xiie »… « marseille 13 » asks.

        13 is also the département of Marseille.
        """
        rest = ARRONDISSEMENT_WORDS.sub(" ", words).split()
        city = next((word for word in rest if word in CITIES), "")
        if len(rest) != 2 or not city:
            return ()
        written = rest[1 - rest.index(city)]
        match = ARRONDISSEMENT_NUMBER.fullmatch(written)
        number = int(match[1]) if match else ORDINALS.get(written, 0)
        start = CITIES[city]
        part = self.index.communes.get(f"{start}{number:0{5 - len(start)}}")
        if part is None or not part.city:
            return ()
        whole = self.index.communes[part.city]
        if written == part.department:
            return (whole,) if f"({written})" in self.text else (part, whole)
        return (part,)

    def _division(self, words: str, allowed: Allowed | None) -> Resolution | None:
        """« département de la Loire », « région Bretagne », « ville de Lodève », « Loire (département 42) »."""
        if (match := DIVISION_AFTER.fullmatch(words)) and (match[2] or match[3]):
            kind = Kind.REGION if match[2] else Kind.DEPARTMENT
            name, number = match[1], (match[3] or "").upper()
        elif match := DIVISION.fullmatch(words):
            kind, name, number = DIVISION_KINDS.get(match[1], Kind.DEPARTMENT), match[2], ""
            if kind is Kind.DEPARTMENT and (place := self.index.departments.get(name.upper().zfill(2))):
                return self._found(only((place,), allowed), How.CODE)
        else:
            return None

        def is_wanted(place: Place) -> bool:
            same = not number or self.index.departments.get(number) == place
            return self._is(place, kind) and same and (allowed is None or allowed(place))

        return (
            self._by_name(name, is_wanted)
            or self._arrondissement_alone(name, is_wanted)
            or self._other_spelling(name, is_wanted)
        )

    def _is(self, place: Place, kind: Kind) -> bool:
        """Paris is a commune and a département, La Réunion a département and a région."""
        tables = {Kind.REGION: self.index.regions, Kind.DEPARTMENT: self.index.departments}
        return place in tables.get(kind, self.index.communes).values()

    def _epci(self, words: str, allowed: Allowed | None) -> Resolution | None:
        """« communauté de communes du Clermontais », « métropole de Lille », « Montpellier agglo »."""

        def is_epci(place: Place) -> bool:
            return place.kind is Kind.EPCI and (allowed is None or allowed(place))

        if match := EPCI_BEFORE.fullmatch(words):
            kind, name = EPCI_KINDS[match[1]], match[2]
        elif match := EPCI_AFTER.fullmatch(words):
            kind, name = EPCI_KINDS.get(match[2], "cc"), match[1]
        else:
            return None
        for text in (f"{kind} {name}", name):
            if resolution := self._by_name(text, is_epci) or self._other_spelling(text, is_epci):
                return resolution
        if commune := self._commune_in(without_links(name)) or self._commune_in(name):
            places = only(merged(*(self._epcis_of(place, kind) for place in commune.places)), allowed)
            return self._found(places, How.USUAL) if places else None
        return None

    def _commune_in(self, words: str) -> Resolution | None:
        def is_commune(place: Place) -> bool:
            return place.kind is Kind.COMMUNE

        return self._by_name(words, is_commune) or self._other_spelling(words, is_commune)

    def _epcis_of(self, commune: Place, kind: str) -> Places:
        """In the Grand Paris, a commune is in the métropole and in a territory: the first is meant by its name only."""
        epcis = self.index.epcis_of.get(commune.city or commune.code, ())
        return epcis[:1] if kind == "metropole" else epcis[-1:]

    # A name and where it is

    def _qualified(
        self, words: str, read: Callable[[str, Allowed], Resolution | None], most: int = MOST_QUALIFIERS
    ) -> Resolution | None:
        """« 34150 Gignac », « Saint-Denis (974) », « Toulouse, Haute-Garonne, Occitanie », « 59033 LILLE CEDEX »…"""
        splits = list(self._splits(words))
        for split in splits:
            if resolution := read(split.name, split.is_there):
                said = "" if resolution.question else split.said
                return replace(resolution, notice=f"{said} {resolution.notice}".strip())
        for split in splits if most > 1 else ():

            def read_there(name: str, allowed: Allowed, is_there: Allowed = split.is_there) -> Resolution | None:
                return read(name, lambda place: allowed(place) and is_there(place))

            if resolution := self._qualified(split.name, read_there, most - 1):
                return resolution
        return None

    def _splits(self, words: str) -> Iterator[Split]:
        """Each way to part ``words`` into a name and where it is."""
        parts = words.split()
        if len(parts) < 2:
            return
        ends = [(parts[0], " ".join(parts[1:])), (parts[-1], " ".join(parts[:-1]))]
        yield from self._splits_by_code(ends)
        for size in range(min(MOST_WORDS, len(parts) - 1), 0, -1):
            if where := self._divisions_named(" ".join(parts[-size:])):
                yield Split(" ".join(parts[:-size]), self._is_inside(where), where)
        for number, name in ends:
            if place := self.index.departments.get(number.upper().zfill(2)):
                said = with_zero(number) if len(number) == 1 else ""
                yield Split(name, self._is_inside((place,)), (place,), said=said)
                yield Split(name, {place}.__contains__, (place,), said=said)  # « Hérault (34) »

    def _splits_by_code(self, ends: list[tuple[str, str]]) -> Iterator[Split]:
        for code, name in ends:
            if POSTCODE_OR_INSEE.fullmatch(code):
                yield self._by_code(name, code)
            elif SHORT_POSTCODE.fullmatch(code) and f"0{code}" in self.index.postcodes:
                yield self._by_code(name, f"0{code}")._replace(said=with_zero(code))

    def _with_code(self, code: str) -> Places:
        """The communes of this postcode or INSEE code."""
        official = (self.index.communes.get(code.upper()), self.index.former_codes.get(code.upper()))
        return merged(self.index.postcodes.get(code, ()), filter(None, official))

    def _by_code(self, name: str, code: str) -> Split:
        """The commune of this code, an arrondissement of it or its city.

        A CEDEX code is in no data, and may be the INSEE code of another commune: it has to be of the same département.
        """
        where = self.index.postcodes.get(code, ()) if self.cedex else self._with_code(code)
        if not where:
            numbers = ("2A", "2B") if code.startswith("20") else (code[:3], code[:2].upper())
            said = "" if self.cedex else f"« {code} » n’est le code d’aucune commune : seul le nom est lu."
            return Split(name, is_in(numbers), where, is_code=True, said=said)
        codes = {place.code for place in where}

        def is_there(place: Place) -> bool:
            return place.kind is Kind.COMMUNE and not codes.isdisjoint(self.index.communes_of(place))

        return Split(name, is_there, where, is_code=True)

    def _divisions_named(self, where: str) -> Places:
        name, _, number = where.rpartition(" ")
        place = self.index.departments.get(number.upper())
        if place and name in ("", "departement", "dept", normalise_place(place.name)):
            return (place,)
        named = self._by_name(where, is_division) or self._other_spelling(where, is_division)
        return named.places if named else ()

    def _is_inside(self, where: Places) -> Allowed:
        """The communes and EPCI of these divisions; their départements too, but « Corrèze (19) » is the town."""
        regions = [place for place in where if place.kind is Kind.REGION]
        codes = {code for region in regions for code in self.index.communes_of(region)}
        departments = {self.index.communes[code].department for code in codes} | {place.department for place in where}
        is_wide = bool(regions) or not re.search("[(,]", self.text)
        kinds = (Kind.COMMUNE, Kind.EPCI, *([Kind.DEPARTMENT] if is_wide else []))
        return lambda place: place.kind in kinds and place.department in departments

    def _contradiction(self, words: str) -> Resolution | None:
        """A code or a division, and the name of a place that is elsewhere: both are shown, first the nearest."""
        for split in self._splits(words):
            if named := self._plain(split.name) or self._qualified(split.name, self._plain):
                near = [
                    place for place in named.places if split.where and place.department == split.where[0].department
                ]
                places = tuple(dict.fromkeys([*(near or named.places[:1]), *split.where, *named.places]))
                if split.is_code:
                    said = f"« {self.text} » : le code et le nom ne désignent pas la même commune."
                else:
                    said = f"« {self.text} » : {places[0]} n’est pas dans {enumeration(split.where)}."
                return Resolution(self.text, places, How.CONTRADICTION, question=said)
        return None

    # A part of a name

    def _part(self, words: str, allowed: Allowed | None = None) -> Resolution | None:
        if len(words) < SHORTEST_PART:
            return None
        named = self.index.beginning(words, is_inside=True)
        places = tuple(islice((place for place in named if allowed is None or allowed(place)), MOST_KEPT))
        if not places and " " not in words:
            places = only(self.index.joined_beginning(words)[:MOST_KEPT], allowed)
        if not places:
            return None
        said = f"« {self.text} » n’est le nom entier d’aucun lieu."
        return Resolution(self.text, places, How.PART, question=said)


def is_in(departments: Container[str]) -> Allowed:
    """A commune or an EPCI of one of ``departments``."""
    return lambda place: place.kind in (Kind.COMMUNE, Kind.EPCI) and place.department in departments


def with_zero(code: str) -> str:
    return f"« {code} » est lu comme « 0{code} », sans doute écrit par un tableur sans son premier zéro."


def is_division(place: Place) -> bool:
    return place.rank == 0


def only(places: Places, allowed: Allowed | None) -> Places:
    return places if allowed is None else tuple(place for place in places if allowed(place))


def enumeration(places: Places) -> str:
    """At most MOST_SHOWN of ``places``, then how many others."""
    shown = ", ".join(str(place) for place in places[:MOST_SHOWN])
    left = len(places) - MOST_SHOWN
    return f"{shown} et {counted(left, 'autre')}" if left > 0 else shown


def notice(resolution: Resolution) -> str:
    """What was guessed, if anything was."""
    place, text = resolution.places[0], resolution.text
    others = enumeration(resolution.others)
    read = f"« {text} » est lu comme {place}"
    match resolution.how:
        case How.POSTCODE:
            also = f" C’est aussi le code INSEE de : {others}." if others else ""
            return f"« {text} » est lu comme un code postal : {place}.{also}"
        case How.FORMER if place.kind is Kind.COMMUNE:
            return f"« {text} » est un ancien nom, ou celui d’une partie de la commune : lu comme {place}."
        case How.FORMER:
            return f"« {text} » est un ancien nom : lu comme {place}."
        case _ if others and place.kind is Kind.COMMUNE:
            return f"{read} ; c’est aussi un ancien nom ou une partie de : {others}."
        case How.USUAL | How.SPELLING:
            return f"{read}."
    return ""


def question(resolution: Resolution) -> str:
    """Which of the places is meant."""
    if resolution.how is not How.POSTCODE:
        return f"« {resolution.text} » désigne plusieurs lieux."
    also = f" C’est aussi le code INSEE de : {enumeration(resolution.others)}." if resolution.others else ""
    return f"« {resolution.text} » est le code postal de {len(resolution.places)} communes.{also}"
