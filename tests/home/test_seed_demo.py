"""The demonstration: every file obeys the rules of publication, and ``seed_demo`` may run twice."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Page, TaskState, WorkflowState

from caps_sheets.capitalisation.models import FileKind, Interview
from caps_sheets.models import CapsSheetPage
from caps_sheets.models.sheet_rules import KEY_POINTS, word_count
from caps_sheets.podcasts.formats import chapters
from caps_sheets.podcasts.formats.artwork import artwork_errors
from caps_sheets.podcasts.lint.checker import lint_show
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.sections import SECTIONS, SUMMARY_WORDS
from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation
from network.territories.models import Region
from portal.base.models import NewsPage
from portal.demo.arrivals import CLAIMED, INVITED
from portal.demo.backlog import CHANGE, CHANGED_PROFILE, INCOMPLETE, RETURNED
from portal.demo.images import ILLUSTRATED, content
from portal.demo.real_clsm import SLUG
from portal.demo.sheet_files import FOLDER, WAITING_FOLDER, paragraphs, read_folder
from portal.medialib.models import PortalImage, PortalMedia
from portal.users.models import User
from search.models import TermCount
from search.queries import SearchQuery
from search.results import find
from tests.moderation.page_forms import editor, opened

OBJECTIVES = {"stigmatisation", "prevention", "inclusion", "parcours", "determinants"}
SHEETS = read_folder(FOLDER)
#: Complete too, but written to wait for a decision.
WAITING = [sheet for sheet in read_folder(WAITING_FOLDER) if sheet["slug"] != INCOMPLETE]
FILES = [*FOLDER.glob("*.toml"), *WAITING_FOLDER.glob("*.toml"), *FOLDER.parent.glob("*.toml")]


#: What a second run must not add to.
COUNTED = (
    User,
    PortalImage,
    PortalMedia,
    TaskState,
    CoordinatorAssignment,
    SearchPromotion,
    TermCount,
    Interview,
    ClaimRequest,
    Invitation,
)


def run() -> str:
    output = io.StringIO()
    call_command("seed_demo", "--force", stdout=output)
    return output.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The demonstration, once for the module: loading the territories takes seconds."""
    with django_db_blocker.unblock(), transaction.atomic():
        run()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def seeded(demo, db):
    """The demonstration, inside the transaction of one test."""


@pytest.mark.parametrize("sheet", [*SHEETS, *WAITING], ids=lambda sheet: sheet["slug"])
def test_a_sheet_file_is_a_full_sheet(sheet):
    low, high = SUMMARY_WORDS
    assert low <= word_count(paragraphs(sheet["summary"])) <= high
    assert len(sheet["title"]) <= 120 and "fictif" not in sheet["title"]
    assert len(sheet["hook"]) <= 200
    assert KEY_POINTS[0] <= len(sheet["key_points"]) <= KEY_POINTS[1]
    assert all(len(point) <= 160 for point in sheet["key_points"])
    assert all(sheet.get(section.key) for section in SECTIONS if section.is_required)
    assert sheet["transferabilite"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_typeset_in_french(file):
    text = file.read_text(encoding="utf-8")
    assert "'" not in text
    assert not [mark for mark in (" :", " ;", " ?", " !", "« ", " »") if mark in text]


def test_the_sheets_answer_the_five_objectives():
    assert {slug for sheet in SHEETS for slug in sheet["objectives"]} == OBJECTIVES


@pytest.mark.parametrize("slug", ILLUSTRATED)
def test_a_picture_is_light_and_the_same_at_each_run(slug):
    assert content(slug) == content(slug)
    assert len(content(slug)) <= 40_000


def test_refuses_to_run_in_production(db, settings):
    settings.DEBUG = False
    with pytest.raises(CommandError):
        call_command("seed_demo")


@pytest.mark.slow
def test_everything_is_public_and_complete(seeded):
    assert CapsSheetPage.objects.live().count() == len(SHEETS)
    assert ClsmPage.objects.live().count() == 61
    assert EpisodePage.objects.live().count() == 3
    assert NewsPage.objects.live().count() == 4
    assert Region.objects.filter(departments__clsm_pages__live=True).distinct().count() == 18
    for page in [*CapsSheetPage.objects.live(), *ClsmPage.objects.live(), *EpisodePage.objects.live()]:
        assert page.publication_errors() == {}, page.title


@pytest.mark.slow
def test_opening_and_saving_a_page_says_nothing_new(seeded, client):
    """One page of each type and of each step of a circuit: they are written in the form's own shape."""
    client.force_login(User.objects.get(email="administration@portail.example"))
    waiting = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).values_list("object_id", flat=True)
    chosen = {page.pk for page in {page.specific_class: page for page in Page.objects.filter(depth__gt=1)}.values()}
    rewritten = {}
    for page in Page.objects.filter(pk__in=chosen | {int(pk) for pk in waiting}).specific():
        before = page.revisions.count()
        client.post(editor(page), opened(client, page))
        if page.revisions.count() != before:
            rewritten[page.slug] = page.specific_class.__name__
    assert rewritten == {}


@pytest.mark.slow
def test_the_show_has_its_artwork_and_its_episodes_their_chapters_and_moments(seeded):
    show = ShowPage.objects.get()
    assert artwork_errors(show.artwork) == []
    assert lint_show(show) == []
    assert show.season_items.get().name
    for episode in EpisodePage.objects.live():
        assert len(chapters.parse(episode.chapters)) >= 4
        assert [item.start for items in (episode.sheet_items, episode.clsm_items) for item in items.all() if item.start]
    prepared = EpisodePage.objects.get(script__isnull=False)
    assert prepared.content_note and prepared.shows_help and not prepared.live
    states = {held.state(timezone.localdate()) for held in prepared.voice_authorisations.all()}
    assert len(states) == 2


@pytest.mark.slow
def test_one_item_waits_at_each_step(seeded):
    steps = TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS).values_list("task__name", flat=True)
    assert sorted(steps) == [
        "Relecture par le CLSM",
        "Relecture éditoriale",
        "Validation de l’épisode",
        "Validation du profil",
        "Validation nationale",
    ]
    returned = WorkflowState.objects.get(status=WorkflowState.STATUS_NEEDS_CHANGES)
    assert returned.content_object.slug == RETURNED
    assert returned.current_task_state.comment
    assert not CapsSheetPage.objects.get(slug=INCOMPLETE).is_publishable()


@pytest.mark.slow
def test_the_centre_has_an_interview_and_two_arrivals_to_look_at(seeded):
    interview = Interview.objects.get()
    assert interview.consent.withdrawn_on is None
    assert interview.answers.filter(verbatim__gt="").count() == 2
    assert interview.files.get().kind == FileKind.TRANSCRIPT
    assert ClaimRequest.objects.get(state=ClaimState.WAITING).clsm.slug == CLAIMED
    assert Invitation.objects.get(used_at=None).clsm.slug == INVITED


@pytest.mark.slow
def test_a_waiting_profile_leaves_the_public_one_alone(seeded):
    page = ClsmPage.objects.get(slug=CHANGED_PROFILE)
    assert page.has_unpublished_changes
    assert page.short_description != CHANGE == page.get_latest_revision_as_object().short_description


@pytest.mark.slow
def test_only_facts_of_the_source_are_not_marked_as_fictitious(seeded):
    assert [page.slug for page in ClsmPage.objects.filter(is_demo=False)] == [SLUG]
    assert [page.slug for page in CapsSheetPage.objects.filter(is_demo=False)] == ["stages-croises"]


@pytest.mark.slow
def test_the_team_has_recommendations_and_searched_terms_to_look_at(seeded):
    assert [one["url"] for one in find(SearchQuery("Démarche CAPS")).best_bets] == ["/la-demarche-caps/"]
    assert TermCount.objects.filter(without_result__gt=0).exists()


@pytest.mark.slow
def test_second_run_changes_nothing(seeded):
    def state() -> list:
        rows = Page.objects.order_by("pk").values_list("pk", "live", "latest_revision", "last_published_at")
        counts = [model.objects.count() for model in COUNTED]
        return [*rows, *counts]

    before = state()
    run()
    assert state() == before
