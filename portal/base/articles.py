"""French prepositions before the name of a place, contracted with its article."""

from portal.base.characters import normalize

CONTRACTED = {"Le ": "du ", "Les ": "des "}
VOWELS = "AEIOUŒÆ"


def of(name: str) -> str:
    """« de Pau », « du Puy », « des Abymes », « de La Rochelle », « d’Épinal », « d’Yvetot », « de Yutz »."""
    for article, contracted in CONTRACTED.items():
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    letters = normalize("NFD", name).upper()
    first, second = letters[:1], letters[1:2]
    is_elided = first in set(VOWELS) or (first == "Y" and second.isalpha() and second not in VOWELS)
    return f"d’{name}" if is_elided else f"de {name}"
