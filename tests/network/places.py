"""Places used by the tests of the network."""

from network.territories.models import Commune, Epci


def make_epci(*communes: Commune, siren: str = "243400520", name: str = "CC d’exemple") -> Epci:
    epci = Epci.objects.get_or_create(siren=siren, defaults={"name": name, "kind": "CC", "normalised": name.lower()})[0]
    epci.communes.add(*communes)
    return epci
