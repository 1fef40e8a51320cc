"""The two last steps of a sheet: one person or two, why somebody may not approve, and a step that nobody took."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import PageLogEntry, Site, TaskState

from caps_sheets.capitalisation.models import ProofreadingRound
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from portal.base.models import PortalSettings
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, EDITING, MODERATION
from portal.users.models import User
from tests.capitalisation.proofreading import agreement, make_coordinator, make_round
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.replay import replayed
from tests.factories.review import fill_grid
from tests.moderation.page_forms import editor
from tests.moderation.page_forms import opened as form_of
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db


@replayed
def make_agreed() -> tuple[CapsSheetPage, ClsmPage, User, User, User]:
    """A sheet that waits for its grid, two of the Moderation and one of the Édition."""
    clsm = make_clsm(title="CLSM du Val")
    coordinator = make_coordinator(clsm)
    opened = make_round(clsm, title="Marcher ensemble")
    people = [make_member(role, first_name=name) for role, name in ((MODERATION, "Alix"), (MODERATION, "Sacha"))]
    editor = make_member(EDITING, first_name="Camille")
    return opened.sheet, clsm, coordinator, *people, editor


class World:
    def __init__(self, client, sheet, clsm, coordinator, alix, sacha, editor) -> None:
        self.client, self.pk, self.clsm, self.coordinator = client, sheet.pk, clsm, coordinator
        self.alix, self.sacha, self.editor = alix, sacha, editor
        opened = ProofreadingRound.objects.get(sheet=sheet)
        client.force_login(coordinator)
        client.post(reverse("proofreading", args=[clsm.pk, opened.pk]), agreement(opened))

    @property
    def sheet(self) -> CapsSheetPage:
        return CapsSheetPage.objects.get(pk=self.pk)

    def approve(self, user: User):
        self.client.force_login(user)
        step = self.sheet.current_workflow_task_state
        url = reverse("wagtailadmin_pages:workflow_action", args=[self.pk, "approve", step.pk])
        return self.client.post(url)

    def editor_says(self, user: User) -> str:
        self.client.force_login(user)
        page = BeautifulSoup(self.client.get(reverse("wagtailadmin_pages:edit", args=[self.pk])).content, "html.parser")
        return " ".join(str(block) for block in page.select(".help-block.help-info"))


@pytest.fixture
def world(db, client) -> World:
    return World(client, *make_agreed())


def ask_for_two() -> None:
    site = Site.objects.get(is_default_site=True)
    PortalSettings.objects.update_or_create(site=site, defaults={"needs_two_reviewers": True})


def test_one_person_takes_both_steps_and_reads_it(world):
    fill_grid(world.sheet, by=world.alix)
    world.approve(world.alix)
    said = world.editor_says(world.alix)
    assert "Vous prenez les deux dernières étapes de ce texte." in said and "« Relecture éditoriale »" in said
    assert "Sacha" in said, "who may decide instead"
    assert "deux dernières étapes" not in world.editor_says(world.sacha)
    world.approve(world.alix)
    assert world.sheet.live


@pytest.mark.parametrize("taken", ["approved", "filled the grid"])
def test_the_setting_asks_for_two_people(world, taken):
    ask_for_two()
    by = world.alix if taken == "filled the grid" else world.sacha
    fill_grid(world.sheet, by=by)
    world.approve(world.editor if taken == "filled the grid" else world.alix)
    asked = Notice.objects.filter(event="review_requested", message__contains="Validation nationale")
    assert not asked.filter(recipient=world.alix).exists(), "who took the first step is not asked for the second"
    said = world.editor_says(world.alix)
    assert "mais pas approuver ce texte" in said and "le réglage du site demande ici une autre personne" in said
    form = form_of(world.client, world.sheet) | {"action-workflow-action": "true", "workflow-action-name": "approve"}
    refused = world.client.post(editor(world.sheet), form, follow=True)
    assert "le réglage du site demande ici une autre personne" in " ".join(map(str, refused.context["messages"]))
    assert_refused(world.approve(world.alix), NO_RIGHT)
    assert not world.sheet.live


def test_who_filled_the_grid_before_a_colleague_saved_it_again_does_not_validate_either(world):
    ask_for_two()
    fill_grid(world.sheet, by=world.alix)
    fill_grid(world.sheet, by=world.editor)
    world.approve(world.editor)
    assert "le réglage du site demande ici une autre personne" in world.editor_says(world.alix)
    assert_refused(world.approve(world.alix), NO_RIGHT)
    assert not world.sheet.live


def test_never_ones_own_text_and_who_may_approve_instead(world):
    draft = world.sheet.get_latest_revision_as_object()
    draft.hook = "Réécrite par la Modération."
    draft.save_revision(user=world.alix)
    opened = ProofreadingRound.objects.filter(sheet=world.pk).latest("pk")
    world.client.force_login(world.coordinator)
    world.client.post(reverse("proofreading", args=[world.clsm.pk, opened.pk]), agreement(opened))
    said = world.editor_says(world.alix)
    assert "mais pas approuver ce texte" in said and "Vous avez pris part à ce texte" in said
    assert f"mailto:{world.sacha.email}?subject=" in said and world.alix.email not in said
    assert "pas encore" not in said


def test_without_the_role_of_the_step(world):
    fill_grid(world.sheet, by=world.sacha)
    world.approve(world.sacha)
    said = world.editor_says(world.editor)
    assert "Ce texte attend l’étape « Validation nationale »." in said and "Elle revient au rôle Modération." in said
    assert reverse("wagtailadmin_pages:workflow_history", args=[world.pk]) in said and "Alix" in said
    said = world.editor_says(world.sheet.owner)
    assert "Elle revient au rôle Modération." in said and world.alix.email not in said, "named to colleagues only"
    assert "Elle revient" in world.editor_says(make_member(ADMINISTRATION))


def test_while_the_clsm_reads_the_author_finds_its_answers(db, client):
    sheet, *_ = make_agreed()
    client.force_login(sheet.owner)
    html = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    opened = ProofreadingRound.objects.get(sheet=sheet)
    assert "Le CLSM relit ce texte." in html
    assert reverse("proofreading_rounds:detail", args=[opened.pk]) in html


def test_a_step_that_nobody_took_names_nobody(world):
    author = world.sheet.owner
    world.sheet.current_workflow_state.cancel(user=author)
    world.sheet.get_workflow().start(world.sheet, author)
    step = TaskState.objects.filter(task__name="Relecture par le CLSM").latest("pk")
    assert (step.status, step.finished_by) == (TaskState.STATUS_APPROVED, None)
    assert step.comment == "Automatique : le CLSM a déjà donné son bon à publier pour ce texte."
    entry = PageLogEntry.objects.get(action="portal.automatic_step")
    assert entry.user is None and "passée automatiquement" in entry.formatter.format_message(entry)
    notice = Notice.objects.filter(event="review_requested", recipient=world.sacha).latest("pk")
    assert "passée automatiquement" in notice.message and "Relecture par le CLSM, le CLSM a déjà" in notice.message
    history = reverse("wagtailadmin_pages:workflow_history_detail", args=[world.pk, step.workflow_state_id])
    world.client.force_login(world.sacha)
    assert "Automatique : le CLSM a déjà donné" in world.client.get(history).content.decode()
