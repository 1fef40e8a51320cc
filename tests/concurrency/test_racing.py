"""The two processes themselves: they see a decision that is taken twice, and one that waits for the first."""

import pytest
from django.db import transaction

from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from portal.base.errors import RefusedError
from portal.base.locks import locked
from tests.concurrency.racing import one_after_the_other, race
from tests.factories.capitalisation import make_answer


def decide_on_what_was_read(answer: CensusAnswer, state: CensusState) -> None:
    """The fault itself: the state is read, then written, and nothing is held between the two."""
    seen = CensusAnswer.objects.get(pk=answer.pk)
    if seen.state != CensusState.SUBMITTED:
        raise RefusedError("Décision déjà prise.")
    seen.state = state
    seen.save()


@transaction.atomic
def decide_on_the_row(answer: CensusAnswer, state: CensusState) -> None:
    fresh = locked(answer)
    if fresh.state != CensusState.SUBMITTED:
        raise RefusedError("Décision déjà prise.")
    fresh.state = state
    fresh.save()


@pytest.fixture
def answer(real_database) -> CensusAnswer:
    return make_answer(state=CensusState.SUBMITTED)


def test_a_decision_without_a_lock_is_seen_to_be_taken_twice(answer):
    outcomes = race(
        lambda: decide_on_what_was_read(answer, CensusState.RECORDED),
        lambda: decide_on_what_was_read(answer, CensusState.REFUSED),
    )
    assert [outcome.done for outcome in outcomes] == [True, True], outcomes


def test_the_second_waits_and_reads_what_the_first_decided(answer):
    outcomes = race(
        lambda: decide_on_the_row(answer, CensusState.RECORDED),
        lambda: decide_on_the_row(answer, CensusState.REFUSED),
    )
    assert sorted(outcome.text for outcome in outcomes) == ["", "Décision déjà prise."], outcomes
    answer.refresh_from_db()
    assert answer.state == (CensusState.RECORDED if outcomes[0].done else CensusState.REFUSED)


def test_what_goes_wrong_in_a_process_comes_back(answer):
    first, second = one_after_the_other(lambda: 1 / 0, lambda: answer.pk)
    assert "ZeroDivisionError" in first.error and not first.done
    assert second.value == answer.pk
