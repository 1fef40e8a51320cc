"""The preposition before the name of a place."""

import pytest

from portal.base.articles import of


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Pau", "de Pau"),
        ("Le Puy-en-Velay (43)", "du Puy-en-Velay (43)"),
        ("Les Abymes", "des Abymes"),
        ("La Rochelle", "de La Rochelle"),
        ("L’Haÿ-les-Roses", "de L’Haÿ-les-Roses"),
        ("Épinal", "d’Épinal"),
        ("Aulnay", "d’Aulnay"),
        ("Œuilly", "d’Œuilly"),
        ("Yvetot", "d’Yvetot"),
        ("Yutz", "de Yutz"),
        ("Y", "de Y"),
        ("", "de "),
    ],
)
def test_the_preposition_agrees_with_the_name(name: str, written: str) -> None:
    assert of(name) == written
