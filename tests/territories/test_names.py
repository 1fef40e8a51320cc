import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from network.territories.names import normalise_place

NAMES = st.text(alphabet="abcéèàôçœæÉŒÀÿ’'-. st/0123456789ÈİßΣ", max_size=40)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Saint-Étienne", "saint etienne"),
        ("ST ETIENNE", "saint etienne"),
        ("Ste-Foy-lès-Lyon", "sainte foy les lyon"),
        ("Stes-Maries-de-la-Mer", "saintes maries de la mer"),
        ("L’Haÿ-les-Roses", "l hay les roses"),
        ("l'hay les roses", "l hay les roses"),
        ("Sœur d’Œuvre", "soeur d oeuvre"),
        ("Épinay s/Seine", "epinay sur seine"),
        ("Paris 11ème", "paris 11e"),
        ("Strasbourg", "strasbourg"),
        ("\x00<script>", "script"),
        ("", ""),
    ],
)
def test_spellings_come_down_to_one(typed: str, expected: str) -> None:
    assert normalise_place(typed) == expected


@given(st.text() | NAMES)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_place(text)
    assert normalise_place(once) == once


@given(st.text() | NAMES)
def test_only_plain_words_remain(text: str) -> None:
    assert all(word.isascii() and word.isalnum() for word in normalise_place(text).split(" ") if word)


@given(NAMES)
def test_accents_case_and_composition_do_not_matter(text: str) -> None:
    expected = normalise_place(text)
    assert normalise_place(unicodedata.normalize("NFD", text)) == expected
    assert normalise_place(unicodedata.normalize("NFC", text)) == expected
    assert normalise_place(text.replace("é", "e").replace("œ", "oe")) == expected
    assert normalise_place(text.replace("-", "’")) == expected
