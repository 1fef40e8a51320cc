"""Places as people type them in the search box: what each is read as, or the places that it may be."""

import pytest

from network.territories.resolver import resolve
from tests.cases import FOLDER, names

#: Place as typed → the first place understood, and how many there are to choose from.
READ = {
    "La Réunion": ("La Réunion (département 974)", 2),
    "Réunion": ("La Réunion (département 974)", 2),
    "Corse": ("Corse (région)", 1),
    "Bretagne": ("Bretagne (région)", 3),
    "Gironde": ("Gironde (département 33)", 1),
    "Savoie": ("Savoie (département 73)", 1),
    "Loire": ("Loire (département 42)", 2),
    "Guadeloupe": ("Guadeloupe (département 971)", 1),
    "Martinique": ("Martinique (département 972)", 1),
    "Finistère": ("Finistère (département 29)", 1),
    "2A": ("Corse-du-Sud (département 2A)", 1),
    "44000 Nantes": ("Nantes (44)", 1),
    "Lille CEDEX": ("Lille (59)", 1),
    "59033 LILLE CEDEX": ("Lille (59)", 1),
    "Nantes, Loire-Atlantique": ("Nantes (44)", 1),
    "Saint-Denis (La Réunion)": ("Saint-Denis (974)", 1),
    "Cran-Gevrier": ("Annecy (74)", 1),
    "Lomme": ("Lille (59)", 1),
    "Hellemmes": ("Lille (59)", 1),
    "Cherbourg-Octeville": ("Cherbourg-en-Cotentin (50)", 1),
    "villeneuve dascq": ("Villeneuve-d’Ascq (59)", 1),
    "lhay les roses": ("L’Haÿ-les-Roses (94)", 1),
    "castelnau le lès": ("Castelnau-le-Lez (34)", 1),
    "saint gildas rhuys": ("Saint-Gildas-de-Rhuys (56)", 1),
    "Paris XIIe": ("Paris 12e Arrondissement (75)", 1),
}


@pytest.mark.parametrize("typed", READ)
def test_a_place_is_understood_or_asked(typed: str):
    resolution = resolve(typed)
    first, count = READ[typed]
    assert (str(resolution.places[0]), len(resolution.places)) == (first, count)
    assert resolution.is_settled == (count == 1)
    assert bool(resolution.question) == (count > 1)


def test_every_line_of_the_file_is_tried():
    lines = (FOLDER / "search" / "places.txt").read_text(encoding="utf-8").splitlines()
    typed = {place.strip() for line in lines for place in line.split("->")[0].split("|")}
    assert typed == set(READ)


def test_no_file_is_forgotten():
    assert names("search") == {"places.txt"}
