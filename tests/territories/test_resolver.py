"""From what people write to the place, on the whole country."""

import csv
import itertools
import re
from collections import defaultdict
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.territories.files import DATA
from network.territories.names import normalise_place
from network.territories.places import Kind, PlaceIndex, place_index
from network.territories.resolver import LONGEST, MOST_SHOWN, How, close_places, places_in, resolve, suggestions


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def division_rows() -> list[dict[str, str]]:
    return [*rows("regions"), *rows("departments")]


BEFORE_A_DIVISION = ["l'", "L’", "la ", "le ", "les ", "de ", "du ", "des ", "d'", "de la ", "de l'", "en ", "dans la "]
BEFORE_A_DIVISION += ["dans l’", "à la ", "au ", "aux ", "sur le "]


@pytest.fixture(scope="module")
def index() -> PlaceIndex:
    return place_index()


@pytest.fixture(scope="module")
def territories() -> dict[tuple[str, str], tuple[str, frozenset[str]]]:
    """(file, code) → the name and the communes, from the files alone: two names of the same communes are one place."""
    communes = rows("communes")
    inside: dict[tuple[str, str], set[str]] = defaultdict(set)
    regions = {row["code"]: row["region"] for row in rows("departments")}
    for row in communes:
        if row["name"].endswith("Arrondissement"):
            continue
        code = row["code"]
        department = code[:3] if code[:2] in ("97", "98") else code[:2]
        for key in [("departments", department), ("regions", regions[department])]:
            inside[key].add(code)
        for siren in row["epcis"].split():
            inside["epcis", siren].add(code)
    held = {("communes", row["code"]): (row["name"], frozenset({row["code"]})) for row in communes}
    for file, key in (("regions", "code"), ("departments", "code"), ("epcis", "siren")):
        held |= {(file, row[key]): (row["name"], frozenset(inside[file, row[key]])) for row in rows(file)}
    return held


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        # Régions, départements, overseas territories, before the communes of the same name.
        ("Corse", "Corse (région)"),
        ("la Gironde", "Gironde (département 33)"),
        ("Savoie", "Savoie (département 73)"),
        ("Guadeloupe", "Guadeloupe (département 971)"),
        ("Finistère", "Finistère (département 29)"),
        ("département de la Loire", "Loire (département 42)"),
        ("région Bretagne", "Bretagne (région)"),
        ("2a", "Corse-du-Sud (département 2A)"),
        ("34", "Hérault (département 34)"),
        ("974", "La Réunion (département 974)"),
        ("Dpt 1", "Ain (département 01)"),
        ("PACA", "Provence-Alpes-Côte d’Azur (région)"),
        ("IDF", "Île-de-France (région)"),
        ("Tahiti", "Polynésie française (département 987)"),
        ("Hérault (34)", "Hérault (département 34)"),
        ("34 - Hérault", "Hérault (département 34)"),
        ("département du Gard (30)", "Gard (département 30)"),
        ("Corrèze (19)", "Corrèze (19)"),
        ("en Creuse", "Creuse (département 23)"),
        ("de la Creuse", "Creuse (département 23)"),
        ("dans le département de la Marne", "Marne (département 51)"),
        ("commune de La Creuse", "La Creuse (70)"),
        ("La Creuse (70)", "La Creuse (70)"),
        ("l'Ain", "Ain (département 01)"),
        ("dans l’Aveyron", "Aveyron (département 12)"),
        ("lherault", "Hérault (département 34)"),
        ("le 34", "Hérault (département 34)"),
        ("du 2A", "Corse-du-Sud (département 2A)"),
        ("Hérault, Occitanie", "Hérault (département 34)"),
        ("Collectivité de Corse", "Corse (région)"),
        ("Nouméa", "Nouméa (988)"),
        # A postcode before the name or after it, CEDEX, a département, a country.
        ("44000 Nantes", "Nantes (44)"),
        ("Gignac 34150", "Gignac (34)"),
        ("34150 Marseillan", "Marseillan (34)"),
        ("F-34000 Montpellier", "Montpellier (34)"),
        ("Montpellier, France", "Montpellier (34)"),
        ("Lille CEDEX", "Lille (59)"),
        ("59033 LILLE CEDEX 9", "Lille (59)"),
        ("20000 Ajaccio", "Ajaccio (2A)"),
        ("Nantes, Loire-Atlantique", "Nantes (44)"),
        ("Saint-Denis (La Réunion)", "Saint-Denis (974)"),
        ("saint denis réunion", "Saint-Denis (974)"),
        ("St-Denis (11)", "Saint-Denis (11)"),
        ("93 saint denis", "Saint-Denis (93)"),
        ("Gignac Hérault", "Gignac (34)"),
        ("Saint-Étienne (Loire)", "Saint-Étienne (42)"),
        ("Belloy-en-France", "Belloy-en-France (95)"),
        ("97200 Fort-de-France", "Fort-de-France (972)"),
        ("nimes gard 30", "Nîmes (30)"),
        ("Toulouse, Haute-Garonne, Occitanie", "Toulouse (31)"),
        ("34150 Gignac, Hérault, Occitanie", "Gignac (34)"),
        ("Guéret, en Creuse", "Guéret (23)"),
        ("59160 Lomme", "Lille (59)"),
        ("74960 Cran-Gevrier", "Annecy (74)"),
        ("34172 Castelnau-le-Lez CEDEX", "Castelnau-le-Lez (34)"),
        ("FR-34150 Gignac", "Gignac (34)"),
        ("6000 Nice", "Nice (06)"),
        ("Nice (6)", "Nice (06)"),
        # Arrondissements.
        ("Paris 12", "Paris 12e Arrondissement (75)"),
        ("Paris 13e", "Paris 13e Arrondissement (75)"),
        ("Lyon 3ème", "Lyon 3e Arrondissement (69)"),
        ("Marseille 01", "Marseille 1er Arrondissement (13)"),
        ("Marseille 13e arrondissement", "Marseille 13e Arrondissement (13)"),
        ("Paris XIIe", "Paris 12e Arrondissement (75)"),
        ("Paris, 20e arr.", "Paris 20e Arrondissement (75)"),
        ("2ème arrondissement de Paris", "Paris 2e Arrondissement (75)"),
        ("Lyon premier", "Lyon 1er Arrondissement (69)"),
        ("Mairie de Paris 13e", "Paris 13e Arrondissement (75)"),
        ("75013 Paris", "Paris 13e Arrondissement (75)"),
        ("75634 Paris CEDEX 13", "Paris 13e Arrondissement (75)"),
        ("Marseille (13)", "Marseille (13)"),
        ("75113 Paris", "Paris 13e Arrondissement (75)"),
        ("75000 Paris 13e", "Paris 13e Arrondissement (75)"),
        ("75013 Ville de Paris", "Paris (75)"),
        ("Paris", "Paris (75)"),
        ("F-75012", "Paris 12e Arrondissement (75)"),
        ("F-34150 Gignac", "Gignac (34)"),
        ("13000", "Marseille (13)"),
        ("13000 Marseille", "Marseille (13)"),
        ("75000 Paris", "Paris (75)"),
        ("69000", "Lyon (69)"),
        # Spellings.
        ("villeneuve dascq", "Villeneuve-d’Ascq (59)"),
        ("lhay les roses", "L’Haÿ-les-Roses (94)"),
        ("castelnau le lès", "Castelnau-le-Lez (34)"),
        ("saint gildas rhuys", "Saint-Gildas-de-Rhuys (56)"),
        ("La Roche/Yon", "La Roche-sur-Yon (85)"),
        ("Vitry-s-Seine", "Vitry-sur-Seine (94)"),
        ("la cote dor", "Côte-d’Or (département 21)"),
        ("Montreuil sous bois", "Montreuil (93)"),
        ("Mont\u00adpellier", "Montpellier (34)"),
        ("\ufeffLo\u200bdève", "Lodève (34)"),
        # Parts of communes and former names.
        ("Cran-Gevrier", "Annecy (74)"),
        ("Lomme", "Lille (59)"),
        ("Hellemmes", "Lille (59)"),
        ("Cherbourg-Octeville", "Cherbourg-en-Cotentin (50)"),
        ("Courcouronnes", "Évry-Courcouronnes (91)"),
        ("Alsace", "Grand Est (région)"),
        ("74093", "Annecy (74)"),
        # Intermunicipal bodies.
        ("Communauté de communes du Clermontais", "CC du Clermontais (34)"),
        ("communauté de communes de Lodève", "CC Lodévois et Larzac (34)"),
        ("Métropole de Lille", "Métropole Européenne de Lille (59)"),
        ("MEL", "Métropole Européenne de Lille (59)"),
        ("Montpellier agglo", "Montpellier Méditerranée Métropole (34)"),
        ("Grand Lyon", "Métropole de Lyon (69)"),
        ("Pays de l'Or Agglomération", "CA du Pays de l’Or (34)"),
        ("Plaine Commune (EPT)", "Plaine Commune (93)"),
        ("200057867", "Plaine Commune (93)"),
        # Codes.
        ("01004", "Ambérieu-en-Bugey (01)"),
        ("2b033", "Bastia (2B)"),
        ("34 000", "Montpellier (34)"),
        ("34000.0", "Montpellier (34)"),
        ("974.00", "La Réunion (département 974)"),
        # A name that only longer ones begin with, and in which a qualifier or an article leaves no doubt.
        ("Baule", "Baule (45)"),
        ("Le Cannet", "Le Cannet (06)"),
        ("Mans", "Le Mans (72)"),
        ("Châlons", "Châlons-en-Champagne (51)"),
        ("Aulnay (10)", "Aulnay (10)"),
    ],
)
def test_a_place_is_what_people_mean(typed: str, expected: str) -> None:
    resolution = resolve(typed)
    assert list(map(str, resolution.places)) == [expected]
    assert resolution.is_settled


@pytest.mark.parametrize(
    ("typed", "first", "also"),
    [
        ("La Réunion", "La Réunion (département 974)", "La Réunion (47)"),
        ("Réunion", "La Réunion (département 974)", "La Réunion (47)"),
        ("Bretagne", "Bretagne (région)", "Bretagne (36)"),
        ("Loire", "Loire (département 42)", "Loiré (49)"),
        ("Saint-Denis", "Saint-Denis (974)", "Saint-Denis (93)"),
        ("Évry", "Évry-Courcouronnes (91)", "Évry (89)"),
        ("epinay", "Épinay-sur-Seine (93)", "Mesnil-en-Ouche (27)"),
        ("Marseille 13", "Marseille 13e Arrondissement (13)", "Marseille (13)"),
        ("34150", "Gignac (34)", "Aniane (34)"),
        ("la Creuse", "Creuse (département 23)", "La Creuse (70)"),
        ("la marne", "Marne (département 51)", "La Marne (44)"),
        ("lacreuse", "Creuse (département 23)", "La Creuse (70)"),
        ("Corrèze 19", "Corrèze (département 19)", "Corrèze (19)"),
        ("Collectivité européenne d'Alsace", "Bas-Rhin (département 67)", "Haut-Rhin (département 68)"),
        ("Nantes (59)", "Nantes (44)", "Nord (département 59)"),
        ("Toulouse, Haute-Garonne, Bretagne", "Toulouse (31)", "Bretagne (région)"),
        ("Lomm", "Lille (59)", "Lommerange (57)"),
        ("LHAY", "L’Haÿ-les-Roses (94)", "L’Haÿ-les-Roses (94)"),
        # An article added or left out, a town known by the beginning of its name.
        ("La Baule", "La Baule-Escoublac (44)", "Baule (45)"),
        ("La Seyne", "La Seyne-sur-Mer (83)", "Seyne (04)"),
        ("Le Perreux", "Le Perreux-sur-Marne (94)", "Perreux (42)"),
        ("Les Clayes", "Les Clayes-sous-Bois (78)", "Clayes (35)"),
        ("Les Ponts", "Les Ponts-de-Cé (49)", "Ponts (50)"),
        ("Le Grand", "Le Grand-Quevilly (76)", "Le Grand-Lemps (38)"),
        ("Cannet", "Le Cannet (06)", "Riscle (32)"),
        ("Boulogne", "Boulogne-Billancourt (92)", "Boulogne-sur-Mer (62)"),
        ("Le Puy", "Le Puy-en-Velay (43)", "Le Puy (33)"),
        ("Neuilly", "Neuilly-sur-Seine (92)", "Neuilly (58)"),
        ("Aulnay", "Aulnay-sous-Bois (93)", "Aulnay (17)"),
        ("Marne la Vallée", "CA Paris - Vallée de la Marne (77)", "CA Val d’Europe Agglomération (77)"),
        # The sign of the thousands, or decimals.
        ("34.000", "Montpellier (34)", "Hérault (département 34)"),
        ("20,000", "Ajaccio (2A)", "Ajaccio (2A)"),
        ("1.000", "Bourg-en-Bresse (01)", "Ain (département 01)"),
        ("75.000", "Paris (75)", "Paris (75)"),
    ],
)
def test_a_doubt_is_asked_with_every_place(typed: str, first: str, also: str) -> None:
    resolution = resolve(typed)
    shown = list(map(str, resolution.places))
    assert shown[0] == first
    assert also in shown
    assert not resolution.is_settled
    assert f"« {typed}" in resolution.question


@pytest.mark.parametrize(
    ("typed", "named", "of_code"),
    [
        ("34150 Nantes", "Nantes (44)", "Marseillan (34)"),
        ("69001 Paris", "Paris (75)", "Lyon 1er Arrondissement (69)"),
        ("13001 Lyon", "Lyon (69)", "Marseille 1er Arrondissement (13)"),
        ("75001 Marseille", "Marseille (13)", "Paris 1er Arrondissement (75)"),
        ("75012 Paris 13e", "Paris 13e Arrondissement (75)", "Paris 12e Arrondissement (75)"),
        ("34340 Gignac", "Gignac (34)", "Marseillan (34)"),
        ("34150 Montpellier", "Montpellier (34)", "Gignac (34)"),
        ("Rennes 35400", "Rennes (35)", "Saint-Malo (35)"),
        ("44000 Saint-Nazaire", "Saint-Nazaire (44)", "Nantes (44)"),
        ("44600 Nantes CEDEX", "Nantes (44)", "Saint-Nazaire (44)"),
        ("34172 Gignac", "Gignac (34)", "Montpellier (34)"),
        ("34295 Montpellier", "Montpellier (34)", "Saussan (34)"),
        ("33000 Lille", "Lille (59)", "Bordeaux (33)"),
        ("6000 Lyon", "Lyon (69)", "Nice (06)"),
        ("34000 Saint-Denis", "Saint-Denis (974)", "Montpellier (34)"),
        ("69634 Paris CEDEX 13", "Paris (75)", "Paris (75)"),
        ("33999 Lille", "Lille (59)", "Lille (59)"),
    ],
)
def test_a_code_of_another_place_is_asked_with_both(typed: str, named: str, of_code: str) -> None:
    resolution = resolve(typed)
    assert str(resolution.places[0]) == named
    assert of_code in list(map(str, resolution.places))[:MOST_SHOWN]
    assert resolution.question == f"« {typed} » : le code et le nom ne désignent pas la même commune."
    with pytest.raises(ValueError, match="ne désignent pas la même commune"):
        places_in(typed, Kind.COMMUNE)


def test_a_division_that_does_not_hold_the_place_is_said() -> None:
    assert resolve("Nantes (59)").question == "« Nantes (59) » : Nantes (44) n’est pas dans Nord (département 59)."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("34999 Montpellier", "« 34999 » n’est le code d’aucune commune : seul le nom est lu."),
        ("34999 Montpellier CEDEX", ""),
        ("59160 Lille", ""),
        ("6000 Nice", "« 6000 » est lu comme « 06000 », sans doute écrit par un tableur sans son premier zéro."),
        ("en Creuse", "« en Creuse » est lu comme Creuse (département 23)."),
        (
            "Cran-Gevrier",
            "« Cran-Gevrier » est un ancien nom, ou celui d’une partie de la commune : lu comme Annecy (74).",
        ),
        ("Alsace", "« Alsace » est un ancien nom : lu comme Grand Est (région)."),
        ("lhay les roses", "« lhay les roses » est lu comme L’Haÿ-les-Roses (94)."),
        ("34000", "« 34000 » est lu comme un code postal : Montpellier (34)."),
        ("75000", "« 75000 » est lu comme un code postal : Paris (75)."),
        ("974.00", "« 974.00 » est lu comme La Réunion (département 974)."),
        (
            "97411",
            "« 97411 » est lu comme un code postal : Saint-Paul (974). "
            "C’est aussi le code INSEE de : Saint-Denis (974).",
        ),
        (
            "Mohon",
            "« Mohon » est lu comme Mohon (56) ; "
            "c’est aussi un ancien nom ou une partie de : Charleville-Mézières (08).",
        ),
        ("Lodève", ""),
    ],
)
def test_what_is_guessed_is_said(typed: str, said: str) -> None:
    assert resolve(typed).notice == said


@pytest.mark.parametrize(("typed", "code"), [("1004", "« 01004 »"), ("2,00E+04", "« 20000 »"), ("1", "« 01 »")])
def test_a_code_that_a_spreadsheet_damaged_is_asked_with_the_probable_one(typed: str, code: str) -> None:
    resolution = resolve(typed)
    assert resolution.how is How.ZERO
    assert code in resolution.question


@pytest.mark.parametrize("typed", ["", " ", "-", "\x00", "xyzzy", "99999", "x" * 60_000, "' OR 1=1", "\u00ad", "cedex"])
def test_what_names_no_place_finds_none(typed: str) -> None:
    assert resolve(typed).places == ()


class TestTheWholeCountry:
    def test_every_name_resolves_to_itself_and_only_homonyms_ask(self, index: PlaceIndex, territories: dict) -> None:
        usual = {normalise_place(row["name"]) for row in rows("usual_names")}
        bearers: dict[str, set[frozenset[str]]] = defaultdict(set)
        for name, communes in territories.values():
            bearers[normalise_place(name)].add(communes)
        divisions = {re.sub("^(la|le|les|l) ", "", normalise_place(row["name"])) for row in division_rows()}
        articled = {f"{article} {name}" for article in ("l", "la", "le", "les") for name in divisions}
        homonyms = {name for name, borne in bearers.items() if len(borne) > 1 or name in articled}
        tables = {
            "communes": index.communes,
            "departments": index.departments,
            "regions": index.regions,
            "epcis": index.epcis,
        }
        asked = set()
        started = process_time()
        for (file, code), (name, _) in territories.items():
            resolution = resolve(name)
            assert tables[file][code] in resolution.places, name
            assert resolution.how is How.NAME
            assert resolution.is_settled != bool(resolution.question)
            if resolution.question:
                asked.add(normalise_place(name))
        assert asked - usual == homonyms - usual
        assert len(homonyms) > 1_400
        assert homonyms <= asked
        assert len(asked) - len(homonyms) == len((usual & bearers.keys()) - homonyms)
        assert process_time() - started < 60  # 2 s alone on a small machine

    def test_an_article_added_or_left_out_never_hides_a_name_that_begins_so(self, index: PlaceIndex) -> None:
        known = {normalise_place(place.name) for place in index.communes.values()} | index.usual.keys()
        starts: dict[str, set[str]] = defaultdict(set)
        for place in index.communes.values():
            words = normalise_place(place.name).split()
            for size in range(2, len(words)) if words[0] in ("l", "la", "le", "les") and not place.city else ():
                starts[" ".join(words[:size])].add(place.code)
        hidden = {typed: codes for typed, codes in starts.items() if typed not in known}
        for typed, codes in hidden.items():
            resolution = resolve(typed)
            shown = {place.code for place in resolution.places}
            assert not resolution.is_settled or shown <= codes or resolution.place.rank == 0, typed
            if resolution.question and resolution.how is How.SPELLING:
                assert codes <= shown or len(shown) > MOST_SHOWN, typed
        assert len(hidden) > 700

    @pytest.mark.parametrize("before", BEFORE_A_DIVISION)
    def test_every_division_is_read_after_an_article(self, index: PlaceIndex, before: str) -> None:
        for place in {*index.regions.values(), *index.departments.values()}:
            names = [place.name, *([place.name.removeprefix("La ")] if place.name.startswith("La ") else [])]
            for name in names:
                resolution = resolve(before + name)
                assert resolution.place is place, before + name
                assert resolution.is_settled or all(
                    normalise_place(other.name) in (normalise_place(name), normalise_place(before + name))
                    for other in resolution.places[1:]
                ), before + name

    def test_every_number_is_read_after_an_article(self, index: PlaceIndex) -> None:
        for number, place in index.departments.items():
            for before in ("le ", "dans le ", "du ", "département ", "département du "):
                assert resolve(before + number).places == (place,), before + number

    def test_a_postcode_of_another_town_never_settles_on_the_name(self, index: PlaceIndex) -> None:
        towns = [place for place in index.communes.values() if not place.city]
        largest = sorted(towns, key=lambda place: -place.population)[:60]
        for code, places in index.postcodes.items():
            for place, other in itertools.product(largest, places) if set(largest) & set(places) else ():
                if place.department == other.department and place not in places and code != place.code:
                    resolution = resolve(f"{code} {place.name}")
                    assert resolution.question, resolution.text
                    assert {place, other} <= set(resolution.places)

    def test_every_place_as_shown_resolves_to_itself(self, index: PlaceIndex) -> None:
        tables = (index.communes, index.departments, index.regions, index.epcis)
        shown = {place for table in tables for place in table.values()}
        divisions = [*index.regions.values(), *index.departments.values()]
        sample = [*sorted(shown, key=lambda place: place.code)[::7], *divisions]
        for place in sample:
            resolution = resolve(str(place))
            assert resolution.places == (place,) and not resolution.question, str(place)

    def test_every_postcode_gives_its_communes_and_asks_if_there_are_several(self) -> None:
        expected: dict[str, set[str]] = defaultdict(set)
        for row in rows("communes"):
            for postcode in row["postcodes"].split():
                expected[postcode].add(row["code"])
        asked = several = 0
        for postcode, codes in expected.items():
            parts = {code for code in codes if code[:3] in ("751", "132") or code[:4] == "6938"}
            resolution = resolve(postcode)
            assert {place.code for place in resolution.places} == (parts or codes)
            asked += bool(resolution.question)
            several += len(parts or codes) > 1
        assert asked == several > 4_000

    def test_every_commune_with_its_postcode_or_its_code_is_settled(self, index: PlaceIndex) -> None:
        for row in rows("communes")[::29]:
            codes = [row["code"], *row["postcodes"].split()[:1]]
            for code in codes if " Arr" not in row["name"] and row["code"] not in ("75056", "69123", "13055") else ():
                resolution = resolve(f"{code} {row['name']}")
                assert index.communes[row["code"]] in resolution.places
                homonyms = [
                    place for place in resolution.places if normalise_place(place.name) == normalise_place(row["name"])
                ]
                assert resolution.is_settled or len(homonyms) > 1

    def test_every_former_name_is_said_or_borne_by_another_place_today(self, index: PlaceIndex) -> None:
        for row in rows("former_communes")[::5]:
            resolution = resolve(row["name"])
            today = index.communes[row["commune"]]
            assert today in (*resolution.places, *resolution.others), row["name"]
            is_same = normalise_place(row["name"]) == normalise_place(today.name)
            assert is_same or resolution.notice or resolution.question


PIECES = "saint de la les l' d’ 34150 13 paris cedex (34) , - communauté région département réunion e+4 \u00ad"
LIKELY = st.lists(st.sampled_from(PIECES.split()), max_size=12).map(" ".join)


@given(st.text() | LIKELY | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_no_text_breaks_the_resolver(text: str) -> None:
    resolution = resolve(text)
    assert len(resolution.text) <= LONGEST
    assert bool(resolution.question) or len(resolution.places) <= 1
    assert len(suggestions(text)) <= 50


@pytest.mark.parametrize(
    "piece", ["saint ", "de la ", "34150 ", "(", "communauté de communes ", "\u0301\u0323", "a\u00ad"]
)
def test_the_time_does_not_grow_with_a_long_text(piece: str) -> None:
    started = process_time()
    for size in (190, 2_000, 200_000):
        resolve((piece * (size // len(piece) + 1))[:size])
    assert process_time() - started < 5


class TestTables:
    def codes(self, text: str, kind: Kind = Kind.COMMUNE) -> list[str]:
        return [resolution.places[0].code for resolution in places_in(text, kind)]

    @pytest.mark.parametrize(
        ("cell", "codes"),
        [
            ("Lodève, Clermont-l'Hérault", ["34142", "34079"]),
            ("Lodève\nGignac (34)", ["34142", "34114"]),
            ("Paris 12|Lyon 3e|Marseille 13e arrondissement", ["75112", "69383", "13213"]),
            ("Saint-Denis (974)|Saint-Denis 93;St-Denis (11)", ["97411", "93066", "11339"]),
            ("Nantes, Loire-Atlantique", ["44109"]),
            ("2b033", ["2B033"]),
            ("Cran-Gevrier, Annecy", ["74010"]),
            ("Gignac (34) / Lodève", ["34114", "34142"]),
            ("Gignac (34) et Lodève", ["34114", "34142"]),
            ("Nantes & Rezé, Lyon - Villeurbanne", ["44109", "44143", "69123", "69266"]),
            ("Saint-Jean-et-Saint-Paul", ["12232"]),
            ("La Roche/Yon", ["85191"]),
            ("Nantes, Paris", ["44109", "75056"]),
            ("34150 Gignac", ["34114"]),
            ("34150 Marseillan", ["34150"]),
            ("34079|34142", ["34079", "34142"]),
        ],
    )
    def test_a_cell_lists_communes_as_people_do(self, cell: str, codes: list[str]) -> None:
        assert self.codes(cell) == codes

    def test_the_comma_of_an_epci_separates_nothing(self) -> None:
        assert self.codes("CC Ardenne, Rives de Meuse", Kind.EPCI) == ["240800821"]
        assert self.codes("communauté de communes du Clermontais", Kind.EPCI) == ["243400355"]

    @pytest.mark.parametrize(
        ("cell", "reasons"),
        [
            (
                "34150",
                ["« 34150 » est le code postal de 9 communes", "code INSEE de : Marseillan (34)", "« 34150 Gignac »"],
            ),
            ("34700", ["« 34700 » est le code postal de 17 communes"]),
            ("97411", ["« 97411 » est le code postal de : Saint-Paul (974), et le code INSEE de : Saint-Denis (974)"]),
            ("1004", ["code probable « 01004 »", "Ambérieu-en-Bugey (01)"]),
            ("2,00E+04", ["code abrégé par le tableur", "code probable « 20000 »", "Ajaccio (2A)"]),
            ("Saint-Denis", ["« Saint-Denis » désigne plusieurs lieux", "Saint-Denis (974), Saint-Denis (93)"]),
            ("Gironde", ["n’est pas le nom d’une commune", "Gironde (département 33)"]),
            ("La Réunion", ["désigne plusieurs lieux", "La Réunion (47)"]),
            ("Lomm", ["« Lomm » n’est le nom entier d’aucun lieu"]),
            ("Marseile", ["« Marseile » ne désigne aucun lieu connu. Vouliez-vous dire : Marseille (13) ?"]),
            ("Nulle-Part", ["« Nulle-Part » ne désigne aucun lieu connu", "code postal"]),
            ("34150 Nantes", ["le code et le nom ne désignent pas la même commune"]),
            ("Gignac / Lodève", ["« Gignac » désigne plusieurs lieux"]),
            ("Nulle-Part / Lodève", ["« Nulle-Part / Lodève » ne désigne", "séparez-les par une virgule"]),
            ("Nantes (59)", ["Nantes (44) n’est pas dans Nord (département 59)"]),
            ("la Creuse", ["Creuse (département 23), La Creuse (70)"]),
            ("Lodève, Nulle-Part|1004", ["« Nulle-Part »", "« 01004 »"]),
        ],
    )
    def test_what_is_not_settled_is_refused_with_what_to_write(self, cell: str, reasons: list[str]) -> None:
        with pytest.raises(ValueError) as refusal:
            places_in(cell, Kind.COMMUNE)
        for reason in reasons:
            assert reason in str(refusal.value)

    def test_a_cell_of_unknown_places_is_refused_at_the_tenth(self) -> None:
        cell = ", ".join(f"Bourg{chr(97 + rank // 26)}{chr(97 + rank % 26)}xq sur Nulle" for rank in range(600))
        started = process_time()
        with pytest.raises(ValueError) as refusal:
            places_in(cell, Kind.COMMUNE)
        assert process_time() - started < 2
        assert str(refusal.value).count("ne désigne aucun lieu connu") == 10
        assert "corrigez d’abord ces lieux, la suite de la cellule n’est pas lue" in str(refusal.value)

    def test_a_place_unknown_many_times_is_refused_once(self) -> None:
        with pytest.raises(ValueError) as refusal:
            places_in("|".join(["Nulle-Part"] * 500), Kind.COMMUNE)
        assert str(refusal.value).count("Nulle-Part") == 1

    def test_a_file_of_unknown_places_takes_a_few_seconds(self) -> None:
        names = [f"Bourg{''.join(letters)} sur Nulle" for letters in itertools.product("aeiou", "bcdfg", "xyzqk")]
        started = process_time()
        for name in names:
            assert close_places(name) == close_places(name)
        assert process_time() - started < 3  # 1 s alone on a small machine

    def test_a_postcode_of_one_commune_is_read_and_said(self) -> None:
        (resolution,) = places_in("34000", Kind.COMMUNE)
        assert resolution.places[0].code == "34172"
        assert "code postal" in resolution.notice


class TestMistakes:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("Marseile", "Marseille (13)"),
            ("Marseile 13001", "Marseille (13)"),
            ("MARSEILE CEDEX", "Marseille (13)"),
            ("Montpelier", "Montpellier (34)"),
            ("Clermond Ferand", "Clermont-Ferrand (63)"),
            ("Perpignant (66)", "Perpignan (66)"),
            ("Ile de Frence", "Île-de-France (région)"),
            ("Bouche du Rhone", "Bouches-du-Rhône (département 13)"),
            ("Prais", "Paris (75)"),
        ],
    )
    def test_a_name_with_a_mistake_is_proposed_and_never_taken(self, typed: str, first: str) -> None:
        assert resolve(typed).places == ()
        assert str(close_places(typed)[0]) == first
        assert str(suggestions(typed)[0]) == first
        assert suggestions(typed, is_place=False) == ()

    def test_only_the_kinds_asked_for(self) -> None:
        assert close_places("Marseile", {Kind.EPCI}) == ()

    @pytest.mark.parametrize("typed", ["", "Xyz", "34", "34150", "cedex", "xyzzyxyzzy", "x" * 60_000, "\u00ad"])
    def test_nothing_is_proposed_for_what_is_close_to_no_name(self, typed: str) -> None:
        assert close_places(typed) == ()

    def test_a_letter_typed_twice_loses_no_large_town(self) -> None:
        towns = [place for place in place_index().communes.values() if not place.city]
        for place in sorted(towns, key=lambda place: -place.population)[:400:8]:
            typed = f"{place.name[:4]}{place.name[3]}{place.name[4:]}"
            resolution = resolve(typed)
            assert place in (*resolution.places, *close_places(typed)), typed


class TestSuggestions:
    @pytest.mark.parametrize(
        ("typed", "first"),
        [
            ("st denis", "Saint-Denis (974)"),
            ("montp", "Montpellier (34)"),
            ("34", "Hérault (département 34)"),
            ("340", "Montpellier (34)"),
            ("brest mét", "Brest Métropole (29)"),
            ("finis", "Finistère (département 29)"),
            ("paris 11", "Paris 11e Arrondissement (75)"),
            ("la creuse", "Creuse (département 23)"),
            ("l'ain", "Ain (département 01)"),
        ],
    )
    def test_the_likeliest_comes_first(self, typed: str, first: str) -> None:
        assert str(suggestions(typed)[0]) == first

    def test_only_the_kinds_asked_for(self) -> None:
        assert {place.kind for place in suggestions("lo", {Kind.COMMUNE}, 500)} == {Kind.COMMUNE}
        assert suggestions("plaine commune", {Kind.EPCI})[0].code == "200057867"

    def test_a_word_inside_a_name_is_enough(self) -> None:
        assert "Clermont-l’Hérault (34)" in map(str, suggestions("l’hérault"))
