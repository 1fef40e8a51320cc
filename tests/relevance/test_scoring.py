"""The measure itself: worked examples, then what must hold of any ranking."""

from math import isclose, log2

from hypothesis import given
from hypothesis import strategies as st

from tests.relevance.scoring import dcg, gain, mean, ndcg, precision, rank_of

KEYS = st.sampled_from("abcdefghijklmnop")
GRADES = st.dictionaries(KEYS, st.integers(0, 3))
RANKINGS = st.lists(KEYS, max_size=20)


def test_the_gain_doubles_and_one_with_the_grade() -> None:
    assert [gain(grade) for grade in range(4)] == [0, 1, 3, 7]


def test_dcg_of_a_worked_example() -> None:
    # 7 / log2(2) + 0 / log2(3) + 3 / log2(4) = 7 + 0 + 1.5
    assert dcg([3, 0, 2]) == 8.5


def test_only_the_first_ten_count() -> None:
    assert dcg([0] * 10 + [3]) == 0


def test_the_best_order_is_worth_one() -> None:
    assert ndcg(["a", "b", "c"], {"a": 3, "b": 2, "c": 1}) == 1


def test_two_documents_in_the_wrong_order() -> None:
    expected = (1 / log2(2) + 7 / log2(3)) / (7 / log2(2) + 1 / log2(3))
    assert isclose(ndcg(["b", "a"], {"a": 3, "b": 1}), expected)
    assert isclose(expected, 0.7098, abs_tol=1e-4)


def test_an_answer_in_second_place_alone() -> None:
    assert isclose(ndcg(["x", "a"], {"a": 3}), 1 / log2(3))


def test_a_document_that_comes_twice_counts_once() -> None:
    grades = {"a": 3, "b": 1}
    assert ndcg(["a", "a", "b"], grades) == ndcg(["a", "b"], grades) == 1


def test_nothing_expected_is_worth_one() -> None:
    assert ndcg(["a"], {}) == 1
    assert precision(["a"], set()) == 1


def test_precision_counts_what_could_be_found() -> None:
    assert precision(["a", "x", "b"], {"a", "b", "c"}) == 2 / 3
    assert precision(["x"] * 10 + ["a"], {"a"}) == 0


def test_the_rank_of_the_first_answer() -> None:
    assert rank_of(["x", "a", "b"], {"a", "b"}) == 2
    assert rank_of(["x"], {"a"}) is None


def test_the_mean_of_nothing_is_zero() -> None:
    assert mean([]) == 0
    assert mean([1.0, 0.5]) == 0.75


@given(RANKINGS, GRADES)
def test_ndcg_is_between_zero_and_one(ranking: list[str], grades: dict[str, int]) -> None:
    assert 0 <= ndcg(ranking, grades) <= 1 + 1e-12


@given(GRADES)
def test_the_order_of_the_grades_is_the_best(grades: dict[str, int]) -> None:
    best = sorted(grades, key=lambda key: -grades[key])
    assert isclose(ndcg(best, grades), 1)


@given(st.lists(KEYS, unique=True, min_size=2, max_size=10), GRADES)
def test_putting_a_better_document_first_never_harms(ranking: list[str], grades: dict[str, int]) -> None:
    for rank in range(len(ranking) - 1):
        left, right = ranking[rank], ranking[rank + 1]
        if grades.get(left, 0) < grades.get(right, 0):
            better = [*ranking[:rank], right, left, *ranking[rank + 2 :]]
            assert ndcg(better, grades) > ndcg(ranking, grades)


@given(st.permutations("abcd"))
def test_equivalent_documents_may_come_in_any_order(ranking: list[str]) -> None:
    assert isclose(ndcg(ranking, dict.fromkeys("abcd", 2)), 1)


@given(RANKINGS, st.sets(KEYS))
def test_precision_is_a_share(ranking: list[str], relevant: set[str]) -> None:
    assert 0 <= precision(ranking, relevant) <= 1
