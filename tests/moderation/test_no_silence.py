"""What a CLSM is told of its action, from the choice of the Centre to the episode: one notice each, and what next."""

import re

import pytest
from django.template.loader import get_template

from caps_sheets.capitalisation.case_files.services import move
from caps_sheets.capitalisation.interviews.draft import draft_sheet
from caps_sheets.capitalisation.models import CaseFile, Stage
from caps_sheets.models import CapsSheetPage, OverrideKind
from caps_sheets.review.services import override
from network.models import CoordinatorAssignment
from portal.moderation.models import Notice
from portal.moderation.notices import events
from portal.site_setup.roles import COACHING, MODERATION
from portal.users.models import User
from tests.capitalisation.pipeline_worlds import make_ready
from tests.factories.capitalisation import make_member
from tests.factories.interviews import make_analysed_case
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.podcasts import make_episode
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

#: What a CLSM reads of its actions.
TO_CLSM = [
    "census_retained",
    "census_shortlisted",
    "census_set_aside",
    "sheet_drafted",
    "sheet_published",
    "episode_published",
    "proofreading_requested",
]
#: The words of the Centre about its own work.
INTERNAL = re.compile(
    r"dossier|cadrage|étape|workflow|circuit|statut|brouillon|révision|pipeline|présélection|capitaliser", re.IGNORECASE
)


@pytest.fixture
def centre() -> User:
    return make_member(MODERATION)


def told(person: User) -> list[Notice]:
    return list(Notice.objects.filter(recipient=person).order_by("pk"))


def publish(page, by: User | None) -> None:
    """As its workflow does: the rights were checked, the text is its author's."""
    page.title += " bis"
    revision = page.save_revision(user=by)
    if isinstance(page, CapsSheetPage):
        is_ours = CaseFile.objects.filter(sheet=page.pk).exists()
        kind = OverrideKind.AGREEMENT if is_ours else OverrideKind.TAKEOVER
        override(page, kind, by=by, reason=kind.label)
        if is_ours:
            fill_grid(page)
    revision.publish()


def test_an_action_retained_is_told_once_with_what_comes_next(centre):
    case_file = make_ready(Stage.FRAMING, make_member(COACHING))
    coordinator = make_coordinator(case_file.answer.clsm)
    move(case_file, "retenir", by=centre)
    (notice,) = told(coordinator)
    assert notice.subject == f"Action retenue : {case_file.answer}"
    assert "une fiche va la raconter, écrite avec vous" in notice.message
    assert "La suite : le Centre vous propose un entretien." in notice.message
    assert notice.link == f"/mon-clsm/{case_file.answer.clsm_id}/actions/{case_file.answer_id}/"


def test_an_action_set_aside_is_told_once_with_what_comes_next(centre):
    case_file = make_ready(Stage.COLLECTION, make_member(COACHING))
    coordinator = make_coordinator(case_file.answer.clsm)
    move(case_file, "ecarter", by=centre, reason="Interne.")
    (notice,) = told(coordinator)
    assert "La suite : vous n’avez rien à faire." in notice.message and "Interne." not in notice.message


def test_the_first_text_of_a_sheet_is_told_once(centre):
    case_file = make_analysed_case(owner=make_member(COACHING))
    coordinator = make_coordinator(case_file.answer.clsm)
    draft_sheet(case_file, by=centre)
    (notice,) = told(coordinator)
    assert notice.subject == f"Un premier texte est écrit : {case_file.answer}"
    assert "Elle n’est pas publique." in notice.message and "vous serez prévenu·e pour la relire" in notice.message


def test_a_sheet_is_told_to_each_of_its_clsms_the_first_time_that_it_is_public(centre):
    clsms = [make_clsm(slug="un"), make_clsm(slug="deux")]
    people = [make_coordinator(clsm, email=f"{clsm.slug}@portail.example") for clsm in clsms]
    sheet = make_sheet(live=False, clsms=clsms)
    publish(sheet, centre)
    for person in people:
        (notice,) = told(person)
        assert notice.subject == f"En ligne : « {sheet.title} »" and notice.link == sheet.url
        assert "La suite : relisez-la telle que le public la voit" in notice.message
    sheet.refresh_from_db()
    publish(sheet, centre)
    sheet.unpublish()
    publish(sheet, centre)
    assert Notice.objects.filter(event="sheet_published").count() == 2


def test_the_sheet_of_a_case_file_is_told_once_and_not_again_as_a_state_of_the_census(centre):
    case_file = make_ready(Stage.PUBLICATION, make_member(COACHING))
    sheet = case_file.sheet
    coordinator = make_coordinator(sheet.clsm_items.first().clsm)
    CaseFile.objects.filter(pk=case_file.pk).update(stage=Stage.PUBLICATION)
    case_file.answer.clsm = sheet.clsm_items.first().clsm
    case_file.answer.save()
    publish(sheet, centre)
    assert CaseFile.objects.get(pk=case_file.pk).stage == Stage.PODCAST
    assert [notice.event for notice in told(coordinator)] == ["sheet_published"]


def test_an_episode_is_told_to_its_clsms_and_those_of_its_sheets(centre):
    heard, told_of = make_clsm(slug="entendu"), make_clsm(slug="raconte")
    people = [make_coordinator(clsm, email=f"{clsm.slug}@portail.example") for clsm in (heard, told_of)]
    episode = make_episode(live=False, clsms=[heard], sheets=[make_sheet(clsms=[told_of])])
    publish(episode, centre)
    for person, clsm in zip(people, (heard, told_of), strict=True):
        (notice,) = told(person)
        assert notice.subject == f"À écouter : « {episode.title} »" and clsm.title in notice.message
        assert notice.link == episode.url


def test_the_generic_address_is_told_while_the_post_is_vacant(centre):
    vacant = make_clsm(slug="vacant", generic_email="clsm@ville.example")
    gone = make_coordinator(vacant)
    CoordinatorAssignment.objects.update(end="2026-01-01")
    publish(make_sheet(live=False, clsms=[vacant]), centre)
    assert told(gone) == []
    assert [notice.address for notice in Notice.objects.filter(event="sheet_published")] == ["clsm@ville.example"]


def test_who_publishes_is_not_told_nor_anybody_of_what_a_command_publishes(centre):
    clsm = make_clsm()
    coordinator = make_coordinator(clsm)
    publish(make_sheet(live=False, clsms=[clsm]), None)
    assert Notice.objects.count() == 0
    publish(make_sheet(live=False, clsms=[clsm], slug="autre"), coordinator)
    assert told(coordinator) == []


@pytest.mark.parametrize("name", TO_CLSM)
def test_no_notice_to_a_clsm_uses_a_word_of_the_centre(name):
    assert name in {event.name for event in events()}
    source = get_template(f"email/notices/{name}.txt").template.source
    words = re.sub(r"{[{%].*?[%}]}", "", source)
    assert not INTERNAL.search(words), INTERNAL.search(words)
    assert "La suite" in words or name == "proofreading_requested"
