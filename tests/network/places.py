"""Places used by the tests of the network."""

from network.territories.models import Commune, Epci
from tests.factories.network import make_commune, make_department


def make_epci(*communes: Commune, siren: str = "243400520", name: str = "CC d’exemple") -> Epci:
    epci = Epci.objects.get_or_create(siren=siren, defaults={"name": name, "kind": "CC"})[0]
    epci.communes.add(*communes)
    return epci


def make_lille() -> Commune:
    """A commune of another région than the one that ``make_commune`` makes."""
    north = make_department("59", "Nord", ("32", "Hauts-de-France"))
    return make_commune("59350", "Lille", department=north, population=236710)
