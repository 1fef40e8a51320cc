"""What a decision needs, what it leaves behind, and what it never does twice."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.case_files.edits import entrust
from caps_sheets.capitalisation.case_files.permissions import readers
from caps_sheets.capitalisation.case_files.services import claim, move, offered, open_case
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusState, Consent, FramingCriterion, Stage, Wish
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.capitalisation.pipeline_worlds import DAY, make_interview, make_ready
from tests.factories.capitalisation import answer_framing, make_answer, make_case_file, make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre(db):
    return make_member(MODERATION)


@pytest.fixture
def coach(db):
    return make_member(COACHING)


def refusals(case_file, action, by, reason="Un motif."):
    with pytest.raises(RefusedError) as refusal:
        move(case_file, action, by=by, reason=reason)
    return refusal.value.messages


def test_opening_a_file_shortlists_the_action_and_tells_its_owner(centre, coach):
    answer = make_answer()
    case_file = open_case(answer, by=centre, owner=coach)
    answer.refresh_from_db()
    assert (case_file.stage, answer.state) == (Stage.SPOTTING, CensusState.SHORTLISTED)
    assert [each.action for each in case_file.moves.all()] == ["ouvrir"]
    assert Notice.objects.get(recipient=coach).subject == f"Dossier confié\xa0: {answer}"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"state": CensusState.SUBMITTED}, "recensée"),
        ({"state": CensusState.REFUSED}, "recensée"),
        ({"wish": Wish.NO}, "n’a pas souhaité"),
        ({"wish": ""}, "n’a pas souhaité"),
    ],
)
def test_an_action_that_cannot_be_opened(centre, values, message):
    with pytest.raises(RefusedError, match=message):
        open_case(make_answer(**values), by=centre)
    assert not CaseFile.objects.exists()


def test_an_action_has_one_file_only(centre):
    answer = make_answer()
    open_case(answer, by=centre)
    with pytest.raises(RefusedError, match=f"déjà prise par {centre} le .* : un dossier est ouvert"):
        open_case(answer, by=centre)


def test_every_blocker_is_said_at_once(centre):
    case_file = make_case_file(Stage.FRAMING)
    answer_framing(case_file)
    met, unmet = FramingCriterion.objects.filter(is_blocking=True)[:2]
    case_file.framing_answers.filter(criterion=met).update(is_met=None)
    case_file.framing_answers.filter(criterion=unmet).update(is_met=False)
    said = refusals(case_file, "retenir", centre)
    assert len(said) == 4
    assert f"Répondez au critère bloquant « {met} »." in said
    assert f"Le critère bloquant « {unmet} » n’est pas rempli." in said
    assert "Désignez l’accompagnateur·rice du dossier." in said
    assert "Notez la date de l’accord du porteur." in said


def test_a_criterion_no_longer_proposed_blocks_nothing(centre, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    unmet = FramingCriterion.objects.filter(is_blocking=True).first()
    case_file.framing_answers.filter(criterion=unmet).update(is_met=False)
    assert refusals(case_file, "retenir", centre)
    FramingCriterion.objects.filter(pk=unmet.pk).update(is_active=False)
    assert move(case_file, "retenir", by=centre).stage == Stage.COLLECTION


def test_nothing_is_analysed_without_consent(centre, coach):
    case_file = make_case_file(Stage.COLLECTION, owner=coach)
    assert len(refusals(case_file, "analyser", coach)) == 2
    make_interview(case_file, has_consent=False)
    assert len(refusals(case_file, "analyser", coach)) == 1
    make_interview(case_file, is_closed=False)
    assert len(refusals(case_file, "analyser", coach)) == 2


def test_a_consent_taken_back_stops_the_writing(coach):
    case_file = make_ready(Stage.ANALYSIS, coach)
    Consent.objects.update(withdrawn_on=DAY + timedelta(days=1))
    assert "consentement" in refusals(case_file, "rediger", coach)[0]
    Consent.objects.update(withdrawn_on=None)
    assert move(case_file, "rediger", by=coach).stage == Stage.WRITING


def test_the_plan_is_validated_before_the_writing(coach):
    case_file = make_ready(Stage.ANALYSIS, coach)
    CaseFile.objects.update(plan_validated_on=None)
    assert refusals(case_file, "rediger", coach) == ["Notez la date de validation du plan de la fiche."]


def test_a_published_episode_ends_the_podcast_stage(centre, coach):
    case_file = make_ready(Stage.PODCAST, coach)
    case_file.sheet.episode_items.get().page.unpublish()
    assert "épisode" in refusals(case_file, "episode-lie", centre)[0]
    assert move(case_file, "sans-podcast", by=centre, reason="Pas de voix disponible.").stage == Stage.LIFE


@pytest.mark.parametrize("reason", ["", "   ", "\n"])
@pytest.mark.parametrize("action", ["revenir", "ajourner", "ecarter"])
def test_a_reason_is_asked_for(centre, coach, action, reason):
    case_file = make_ready(Stage.COLLECTION, coach)
    assert refusals(case_file, action, centre, reason) == ["Dites le motif de cette décision."]


def test_a_second_click_decides_nothing(centre, coach):
    case_file = make_ready(Stage.WRITING, coach)
    seen = CaseFile.objects.get(pk=case_file.pk)
    move(case_file, "revenir", by=centre, reason="Plan à revoir.")
    (said,) = refusals(seen, "revenir", centre)
    assert f"a changé depuis que vous l’avez ouvert (par {centre} le " in said
    assert "« analyse », en cours" in said
    assert CaseFile.objects.get(pk=case_file.pk).stage == Stage.ANALYSIS


def test_of_two_writers_that_read_the_same_file_one_writes(coach):
    """What holds where the database has no row lock: the condition on the revision is in the UPDATE itself."""
    case_file = make_ready(Stage.WRITING, coach)
    first, second = CaseFile.objects.get(pk=case_file.pk), CaseFile.objects.get(pk=case_file.pk)
    assert claim(first, notes="Premier").notes == "Premier"
    with pytest.raises(RefusedError, match="a changé depuis"):
        claim(second, notes="Second")
    assert CaseFile.objects.get(pk=case_file.pk).notes == "Premier"


def test_a_decision_leaves_its_history_its_log_and_a_notice(centre, coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    moved = move(case_file, "ajourner", by=centre, reason="Porteur en congé.")
    kept = moved.moves.get()
    assert (kept.action, kept.before, kept.after, kept.by, kept.reason) == (
        "ajourner",
        Stage.COLLECTION,
        Stage.COLLECTION,
        centre,
        "Porteur en congé.",
    )
    entry = ModelLogEntry.objects.get(action="capitalisation.case_moved")
    assert entry.user == centre
    assert registry.get_formatter(entry).format_message(entry) == "Dossier : Ajourner. Motif : Porteur en congé."
    notice = Notice.objects.get(recipient=coach)
    assert "Ajourner" in notice.subject
    assert "Motif : Porteur en congé." in notice.message.replace("\xa0", " ")
    assert f"/{case_file.pk}/" in notice.link


def test_nobody_is_told_of_their_own_decision(coach):
    move(make_ready(Stage.COLLECTION, coach), "analyser", by=coach)
    assert not Notice.objects.filter(recipient=coach).exists()


def test_the_due_date_is_that_of_the_stage(coach):
    case_file = make_ready(Stage.COLLECTION, coach)
    moved = move(case_file, "analyser", by=coach)
    assert moved.due_on is None
    assert moved.stage_since > timezone.now() - timedelta(minutes=1)
    assert move(moved, "rediger", by=coach, due_on=date(2027, 1, 15)).due_on == date(2027, 1, 15)


def test_the_census_follows_the_file(centre, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    answer = case_file.answer
    states = []
    for action in ("retenir", "revenir", "retenir", "ecarter", "reprendre"):
        case_file = move(case_file, action, by=centre, reason="Un motif.")
        answer.refresh_from_db()
        states.append(answer.state)
    assert states == [
        CensusState.CAPITALISING,
        CensusState.SHORTLISTED,
        CensusState.CAPITALISING,
        CensusState.RECORDED,
        CensusState.CAPITALISING,
    ]


def test_a_census_that_does_not_follow_refuses_the_whole_decision(centre, coach):
    case_file = make_ready(Stage.FRAMING, coach)
    type(case_file.answer).objects.update(state=CensusState.ARCHIVED)
    assert "archivée" in refusals(case_file, "retenir", centre)[0]
    assert CaseFile.objects.get(pk=case_file.pk).stage == Stage.FRAMING
    assert not case_file.moves.exists()


def test_a_file_put_aside_only_comes_back(centre, coach):
    case_file = move(make_ready(Stage.WRITING, coach), "ecarter", by=centre, reason="Hors sujet.")
    assert case_file.status == CaseStatus.SET_ASIDE
    assert [offer.action for offer in offered(case_file, centre)] == ["reprendre"]
    assert offered(case_file, coach) == []


def test_offers_say_what_stands_in_the_way(centre):
    offers = {offer.action: offer for offer in offered(make_case_file(Stage.FRAMING), centre)}
    assert set(offers) == {"retenir", "revenir", "ajourner", "ecarter"}
    assert offers["retenir"].blockers
    assert offers["revenir"].needs_reason
    assert offers["revenir"].target == Stage.SPOTTING


def test_readers_are_those_of_the_roles(centre, coach):
    editor, admin, other = make_member(EDITING), make_member(ADMINISTRATION), make_member(COACHING)
    case_file = make_case_file(owner=coach)
    assert set(readers(case_file)) == {centre, coach, editor, admin}
    assert other not in readers(case_file)
    coach.is_active = False
    coach.save()
    assert coach not in readers(case_file)


def test_a_file_is_entrusted_by_the_centre_to_somebody_who_can(centre, coach):
    case_file = make_case_file(owner=coach)
    stranger = make_member(EDITING)
    stranger.groups.clear()
    with pytest.raises(RefusedError, match="Confier"):
        entrust(case_file, make_member(COACHING), by=coach)
    with pytest.raises(RefusedError, match="n’a pas de rôle"):
        entrust(case_file, stranger, by=centre)
    assert entrust(case_file, None, by=centre).owner is None
