"""The states of a census answer: every cell of the table, who may, what a change leaves behind."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.census import services
from caps_sheets.capitalisation.census.services import change_state, follow_case
from caps_sheets.capitalisation.census.transitions import CENSUS
from caps_sheets.capitalisation.models import CaseStatus, CensusAnswer, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from portal.users.models import User
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.replay import replayed

pytestmark = pytest.mark.django_db
S = CensusState

#: Written by hand from the rules, not read from the code: before → after → who.
COORDINATOR, CENTRE, CASE_FILE = "coordinator", "centre", "case file"
ALLOWED = {
    (S.DRAFT, S.SUBMITTED): COORDINATOR,
    (S.INCOMPLETE, S.SUBMITTED): COORDINATOR,
    (S.SUBMITTED, S.DRAFT): COORDINATOR,
    **{(before, S.INCOMPLETE): CENTRE for before in (S.SUBMITTED, S.RECORDED, S.REFUSED)},
    **{(before, S.RECORDED): CENTRE for before in (S.SUBMITTED, S.SHORTLISTED, S.CAPITALISING, S.ARCHIVED)},
    **{(before, S.SHORTLISTED): CENTRE for before in (S.RECORDED, S.CAPITALISING)},
    **{(before, S.CAPITALISING): CASE_FILE for before in (S.RECORDED, S.SHORTLISTED, S.CAPITALISED)},
    (S.CAPITALISING, S.CAPITALISED): CASE_FILE,
    **{
        (before, S.ARCHIVED): CENTRE
        for before in (S.SUBMITTED, S.INCOMPLETE, S.RECORDED, S.SHORTLISTED, S.CAPITALISED, S.REFUSED)
    },
    **{(before, S.REFUSED): CENTRE for before in (S.SUBMITTED, S.INCOMPLETE)},
}
WITH_REASON = {S.INCOMPLETE, S.REFUSED, S.ARCHIVED}


@replayed
def make_people() -> tuple[ClsmPage, dict[str, User]]:
    clsm = make_clsm()
    past = make_coordinator()
    yesterday = timezone.localdate() - timedelta(1)
    CoordinatorAssignment.objects.create(clsm=clsm, user=past, start=date(2021, 1, 1), end=yesterday)
    return clsm, {
        COORDINATOR: make_coordinator(clsm),
        CENTRE: make_member(MODERATION),
        ADMINISTRATION: make_member(ADMINISTRATION),
        EDITING: make_member(EDITING),
        COACHING: make_member(COACHING),
        "other": make_coordinator(make_clsm()),
        "past": past,
    }


@pytest.fixture
def made(db) -> tuple[ClsmPage, dict[str, User]]:
    return make_people()


@pytest.fixture
def clsm(made) -> ClsmPage:
    return made[0]


@pytest.fixture
def people(made) -> dict[str, User]:
    return made[1]


def answer_in(state: CensusState, clsm, **kw) -> CensusAnswer:
    return make_answer(state=state, clsm=clsm, respondent_email="coordination@clsm.example", **kw)


@pytest.mark.parametrize("before", list(S))
def test_every_cell(clsm, people, before):
    groups = {COORDINATOR: {COORDINATOR}, CENTRE: {CENTRE, ADMINISTRATION, EDITING}, CASE_FILE: set()}
    for after in S:
        who = groups[ALLOWED[before, after]] if (before, after) in ALLOWED else set()
        for name, person in people.items():
            answer = answer_in(before, clsm)
            try:
                change_state(answer, after, by=person, reason="Pour l’essai.")
            except RefusedError as refusal:
                assert name not in who, (before, after, name, refusal.messages)
                assert refusal.messages
                answer.refresh_from_db()
                assert answer.state == before
                assert not answer.changes.exists()
            else:
                assert name in who, (before, after, name)
                assert answer.state == CensusAnswer.objects.get(pk=answer.pk).state == after


@pytest.mark.parametrize(("before", "after"), [pair for pair in ALLOWED if pair[1] in WITH_REASON])
def test_a_reason_is_required(clsm, people, before, after):
    answer = answer_in(before, clsm)
    for reason in ("", "   "):
        with pytest.raises(RefusedError, match="motif"):
            change_state(answer, after, by=people[CENTRE], reason=reason)
    change_state(answer, after, by=people[CENTRE], reason=" Il manque le public. ")
    assert answer.changes.get().reason == "Il manque le public."


def test_a_change_is_kept_logged_and_told(clsm, people):
    answer = answer_in(S.SUBMITTED, clsm)
    change_state(answer, S.INCOMPLETE, by=people[CENTRE], reason="Précisez le public.")
    change = answer.changes.get()
    assert (change.before, change.after, change.by) == (S.SUBMITTED, S.INCOMPLETE, people[CENTRE])
    entry = ModelLogEntry.objects.get(action=services.LOGGED)
    assert entry.object_id == str(answer.pk)
    assert entry.data == {"before": "soumise", "after": "a-completer", "reason": "Précisez le public."}
    told = Notice.objects.get(event="census_returned")
    assert told.recipient == people[COORDINATOR]
    assert "Précisez le public." in told.message


def test_the_centre_is_told_of_what_is_sent(clsm, people):
    answer = answer_in(S.DRAFT, clsm)
    change_state(answer, S.SUBMITTED, by=people[COORDINATOR])
    assert answer.submitted_at is not None
    told = set(Notice.objects.filter(event="census_sent").values_list("recipient", flat=True))
    assert people[CENTRE].pk in told
    assert not told & {people[COORDINATOR].pk, people["other"].pk, people["past"].pk}


def test_sending_needs_the_required_answers(clsm, people):
    answer = answer_in(S.DRAFT, clsm, title="", wish="")
    with pytest.raises(RefusedError) as refusal:
        change_state(answer, S.SUBMITTED, by=people[COORDINATOR])
    assert "Il manque : intitulé de l’action." in refusal.value.messages
    assert "Il manque : souhait de capitalisation." in refusal.value.messages


def test_what_cannot_be_read_is_to_correct_before_sending(clsm, people):
    answer = answer_in(S.DRAFT, clsm, typed={"reach": ["beaucoup"]})
    with pytest.raises(RefusedError, match="à corriger"):
        change_state(answer, S.SUBMITTED, by=people[COORDINATOR])


def test_with_an_open_case_file_the_state_follows_the_case(people):
    case_file = make_case_file()
    with pytest.raises(RefusedError, match="dossier"):
        change_state(case_file.answer, S.RECORDED, by=people[CENTRE])
    follow_case(case_file.answer, S.CAPITALISING, by=people[COACHING])
    assert CensusAnswer.objects.get(pk=case_file.answer.pk).state == S.CAPITALISING
    case_file.status = CaseStatus.SET_ASIDE
    case_file.save()
    change_state(case_file.answer, S.RECORDED, by=people[CENTRE])


def test_the_pipeline_meets_the_same_table(clsm):
    answer = answer_in(S.REFUSED, clsm)
    with pytest.raises(RefusedError):
        follow_case(answer, S.CAPITALISED, by=None)
    follow_case(answer, S.REFUSED, by=None)
    assert not answer.changes.exists()


@pytest.mark.parametrize(("before", "after"), [pair for pair, who in ALLOWED.items() if who == CASE_FILE])
def test_what_a_case_file_does_is_written_by_it_alone(clsm, people, before, after):
    answer = answer_in(before, clsm)
    with pytest.raises(RefusedError, match="suit un dossier"):
        change_state(answer, after, by=people[CENTRE], reason="À la main.")
    assert after not in {rule.name for rule in CENSUS.offered(answer, people[CENTRE])}
    follow_case(answer, after, by=people[COACHING])
    assert CensusAnswer.objects.get(pk=answer.pk).state == after


@pytest.mark.parametrize("status", list(CaseStatus))
def test_nothing_is_offered_that_would_be_refused(people, status):
    case_file = make_case_file(status=status)
    rules = CENSUS.offered(case_file.answer, people[CENTRE])
    assert bool(rules) is (status in (CaseStatus.SET_ASIDE, CaseStatus.ARCHIVED))
    for rule in rules:
        answer = CensusAnswer.objects.get(pk=case_file.answer_id)
        assert CENSUS.refusals(answer, rule.name, by=people[CENTRE], reason="Un motif.") == []


def test_only_what_is_allowed_is_offered(clsm, people):
    answer = answer_in(S.DRAFT, clsm)
    assert [rule.name for rule in CENSUS.offered(answer, people[COORDINATOR])] == [S.SUBMITTED]
    assert CENSUS.offered(answer, people[CENTRE]) == []
    people[COORDINATOR].is_active = False
    assert CENSUS.offered(answer, people[COORDINATOR]) == []
