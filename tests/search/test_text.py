"""French normalisation: what must meet, what must stay apart, and that nothing breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.text import MAX_WORD, analyse, clean, compounds, fold, forms, stem, stems, words


@pytest.mark.parametrize(
    "variants",
    [
        "précarité precarite PRÉCARITÉ précarités",
        "parentalité parentale parental",
        "élu élus élue élu·e élu·e·s élu.e.s élu(e)s élu-e-s",
        "habitant habitants habitant.e.s habitant·es habitantes",
        "coordonnateur coordonnateur·rice coordonnateur(trice) coordonnateur/trice",
        "usager usagers usager.ère.s usager/ère",
        "professionnel professionnel.le.s professionnelle professionnel·les",
        "isolement l'isolement l’isolement L'ISOLEMENT d’isolement",
        "œuvre oeuvre Œuvre œuvres",
        "logement logements",
        "adolescent adolescents adolescente",
        "ado ados",
        "lieu lieux",
        "cheval chevaux",
        "âgées agees âgé agée",
        "addictif addictives addiction addictions",
        "évaluation evaluations évaluations",
    ],
)
def test_variants_of_a_word_share_one_stem(variants: str) -> None:
    found = {tuple(stems(variant)) for variant in variants.split()}
    assert len(found) == 1, found
    assert len(next(iter(found))) == 1


def test_hyphen_and_space_make_the_same_words() -> None:
    assert stems("aller-vers") == stems("Aller vers") == stems("aller‑vers")


@pytest.mark.parametrize(("one", "other"), [("habitants", "habitat"), ("soin", "soir"), ("logement", "logiciel")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert set(stems(one)).isdisjoint(stems(other))


def test_an_inversion_is_not_inclusive_writing() -> None:
    assert forms("donne-le, est-ce, peut-elle, et/ou") == ["donne", "le", "est", "ce", "peut", "elle", "et", "ou"]


def test_a_word_knows_its_place_in_the_original() -> None:
    text = "L’élu·e de l'Hérault"
    assert [text[word.start : word.end] for word in words(text)] == ["élu·e", "de", "Hérault"]


@pytest.mark.parametrize("sign", ["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u200e"])
def test_an_invisible_sign_hides_no_word(sign: str) -> None:
    assert forms(f"la pré{sign}ven{sign}tion l’{sign}élan") == ["la", "prevention", "elan"]
    text = f"de la pré{sign}vention !"
    assert [text[word.start : word.end] for word in words(text)] == ["de", "la", f"pré{sign}vention"]


def test_an_accent_apart_from_its_letter_is_part_of_the_word() -> None:
    text = "sante\u0301 pre\u0301vention"
    assert forms(text) == ["sante", "prevention"]
    assert [text[word.start : word.end] for word in words(text)] == text.split()


@given(st.text())
def test_any_text_is_normalised_once_for_all(text: str) -> None:
    once = forms(text)
    assert forms(" ".join(once)) == once


@given(st.text())
def test_places_are_ordered_and_inside_the_text(text: str) -> None:
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text)
        assert 0 < len(word.form) <= MAX_WORD
        last = word.end


@given(st.text())
def test_stems_and_forms_line_up(text: str) -> None:
    analysed = analyse(text)
    count = len(analysed.forms.split(" ")) if analysed.forms else 0
    assert len(analysed.spans) == 4 * count
    assert (len(analysed.stems.split(" ")) if analysed.stems else 0) == count


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_accents_and_case_change_nothing(word: str) -> None:
    form = fold(word)
    assert fold(form) == form
    assert " " not in stem(form)


@given(st.text(), st.integers(min_value=0, max_value=300))
def test_clean_text_is_short_and_printable(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert "\x00" not in cleaned
    assert cleaned == cleaned.strip() or len(cleaned) == limit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Le C.M.P. ouvre", ["le", "cmp", "ouvre"]),
        ("S.I.S.M", ["sism"]),
        ("M. A. B. parle", ["m", "a", "b", "parle"]),
        ("habitant.e.s", ["habitant"]),
    ],
)
def test_an_acronym_with_points_is_one_word(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


def test_a_hyphenated_word_may_be_written_as_one() -> None:
    assert compounds("Un groupe psycho-social, hors-les-murs, donne-t-il ? -non- 2-3") == [
        "psychosocial",
        "horslesmurs",
    ]
