"""The official grid: filled by somebody else, blocking where it must, kept text by text, version by version."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import PageLogEntry, WorkflowState
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.models import (
    CapsSheetPage,
    Category,
    CriterionAnswer,
    GridReview,
    OverrideKind,
    ReviewCriterion,
    ReviewGrid,
)
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import criteria_of, grid_problems, review_of
from caps_sheets.review.grid import changes, history, setup_grid
from caps_sheets.review.services import override
from portal.base.errors import RefusedError
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.capitalisation import make_member
from tests.factories.replay import replayed
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db


@replayed
def make_submitted() -> tuple[User, User, CapsSheetPage]:
    """An author, a reviewer and a sheet at its editorial step."""
    make_sheets_index()
    author, reviewer = make_member(EDITING), make_member(EDITING)
    setup_workflows()
    sheet = make_sheet(live=False, title="Fiche à relire", owner=author)
    sheet.save_revision(user=author)
    override(sheet, OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
    sheet.get_workflow().start(sheet, author)
    return author, reviewer, CapsSheetPage.objects.get(pk=sheet.pk)


@pytest.fixture
def made(db) -> tuple[User, User, CapsSheetPage]:
    return make_submitted()


@pytest.fixture
def author(made) -> User:
    return made[0]


@pytest.fixture
def reviewer(made) -> User:
    return made[1]


@pytest.fixture
def sheet(made) -> CapsSheetPage:
    return made[2]


def grid_url(sheet) -> str:
    return reverse("review_grid", args=[sheet.pk])


def form(client, sheet, value: str = "oui", **changed: str) -> dict:
    """The form as the screen gives it, every criterion answered ``value``."""
    html = client.get(grid_url(sheet)).content.decode()
    data = {"seen": querydict_from_html(html, form_index=_grid_form(html)).get("seen", "")}
    return data | {f"value-{one.pk}": value for one in criteria_of(None)} | changed


def _grid_form(html: str) -> int:
    forms = html.split("<form")[1:]
    return next(rank for rank, one in enumerate(forms) if 'name="seen"' in one)


def criterion(key: str) -> ReviewCriterion:
    return ReviewGrid.in_use().criteria.get(key=key)


def step(sheet) -> str:
    state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
    return state.task.name if state else ""


def test_the_editor_says_what_an_approval_waits_for(client, sheet, reviewer, author):
    edit, button = reverse("wagtailadmin_pages:edit", args=[sheet.pk]), f'href="{grid_url(sheet)}">Remplir la grille'
    client.force_login(reviewer)
    shown = client.get(edit).content.decode()
    assert "pas encore approuver" in shown and "La grille de relecture" in shown
    assert button in " ".join(shown.split())
    fill_grid(sheet, by=reviewer)
    assert "pas encore approuver" not in client.get(edit).content.decode()


def test_the_official_grid_has_four_categories_and_is_made_once():
    setup_grid()
    assert setup_grid() == []
    categories = [one.category for one in criteria_of(None)]
    assert set(categories) == set(Category.values) and categories.count(Category.METHOD) == 6
    assert [one for one in Category if not one.is_main] == [Category.PRINCIPLES]


def test_filled_then_approved(client, sheet, reviewer):
    client.force_login(reviewer)
    response = client.post(grid_url(sheet), form(client, sheet, decision="approve"))
    assert response.status_code == 302
    assert step(sheet) == "Validation nationale"
    assert GridReview.objects.get().get_decision_display() == "approuvée"
    assert Notice.objects.get(recipient=sheet.owner).subject == "Relecture éditoriale approuvée\xa0: Fiche à relire"


def test_a_grid_half_filled_is_kept_and_does_not_approve(client, sheet, reviewer):
    client.force_login(reviewer)
    one = criterion("equite")
    client.post(grid_url(sheet), {"seen": "", f"value-{one.pk}": "oui", "decision": "approve"})
    assert step(sheet) == "Relecture éditoriale"
    assert "attend encore" in client.get(grid_url(sheet)).content.decode()
    assert GridReview.objects.get().answers.get(criterion=one).value == "oui"


@pytest.mark.parametrize(
    ("key", "blocks"), [("equite", True), ("recul", True), ("enseignements", True), ("durabilite", False)]
)
def test_only_the_main_criteria_block_on_no(client, sheet, reviewer, key, blocks):
    client.force_login(reviewer)
    one = criterion(key)
    answered = {f"value-{one.pk}": "non", f"comment-{one.pk}": "Ce n’est pas dit.", "decision": "approve"}
    client.post(grid_url(sheet), form(client, sheet, **answered))
    assert (step(sheet) == "Relecture éditoriale") is blocks


def test_a_refused_approval_may_become_a_return_on_the_same_page(client, sheet, reviewer):
    client.force_login(reviewer)
    one = criterion("equite")
    answered = {f"value-{one.pk}": "non", f"comment-{one.pk}": "Ce n’est pas dit."}
    page = client.post(grid_url(sheet), form(client, sheet, decision="approve", **answered)).content.decode()
    again = querydict_from_html(page, form_index=_grid_form(page)).dict()
    client.post(grid_url(sheet), again | {"decision": "reject", "reason": "À reprendre."})
    assert CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_nr_never_blocks(client, sheet, reviewer):
    client.force_login(reviewer)
    client.post(grid_url(sheet), form(client, sheet, "nr", decision="approve"))
    assert step(sheet) == "Validation nationale"


@pytest.mark.parametrize("key", ["equite", "durabilite"])
def test_no_needs_a_comment_and_nothing_typed_is_lost(client, sheet, reviewer, key):
    client.force_login(reviewer)
    one, other = criterion(key), criterion("recul")
    typed = form(client, sheet, **{f"value-{one.pk}": "non", f"comment-{other.pk}": "Un an et demi."})
    html = client.post(grid_url(sheet), typed).content.decode()
    assert "dites pourquoi « non »" in html and "Un an et demi." in html
    assert not GridReview.objects.exists()


def test_a_return_says_each_no_to_the_author(client, sheet, author, reviewer):
    client.force_login(reviewer)
    one = criterion("parole-des-acteurs")
    answered = {f"value-{one.pk}": "non", f"comment-{one.pk}": "Aucun usager n’est cité."}
    assert client.post(grid_url(sheet), form(client, sheet, decision="reject")).status_code == 200, "no reason at all"
    decision = form(client, sheet, decision="reject", reason="Ajoutez des verbatims.", **answered)
    client.post(grid_url(sheet), decision)
    message = Notice.objects.filter(recipient=author).latest("pk").message
    assert "Ajoutez des verbatims." in message and "Aucun usager n’est cité." in message
    client.force_login(author)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    assert "Aucun usager n’est cité." in editor and "Ajoutez des verbatims." in editor


def shown(response) -> dict[str, list[str]]:
    """What the form that comes back would send."""
    html = response.content.decode()
    sent = dict(querydict_from_html(html, form_index=_grid_form(html)).lists())
    # the tool keeps the last of several hidden fields
    return sent | {"by_category": re.findall(r'name="by_category" value="([^"]+)"', html)}


def test_yes_to_a_category_spares_what_was_answered_saves_nothing_and_is_undone(client, sheet, reviewer):
    client.force_login(reviewer)
    first, second = ([one.pk for one in criteria_of(None) if one.category == number] for number in (1, 2))
    typed = {"seen": "", f"value-{first[0]}": "non", f"comment-{first[1]}": "À voir."}
    sent = shown(client.post(grid_url(sheet), typed | {"yes_to": "1"}))
    values = {f"value-{pk}": ["non" if pk == first[0] else "oui"] for pk in first}
    assert {name: value for name, value in sent.items() if name.startswith("value-")} == values
    assert [one.strip() for one in sent[f"comment-{first[1]}"]] == ["À voir."]
    both = client.post(grid_url(sheet), sent | {"yes_to": ["2"]})
    assert "donné à 5 critères sans réponse. Rien n’est encore enregistré." in both.content.decode()
    undone = shown(client.post(grid_url(sheet), shown(both) | {"undo_yes": ["1"]}))
    left = {f"value-{first[0]}": ["non"]} | {f"value-{pk}": ["oui"] for pk in second}
    assert {name: value for name, value in undone.items() if name.startswith("value-")} == left
    assert not GridReview.objects.exists()
    saved = undone | {f"comment-{first[0]}": ["Il manque une partie."]}
    assert client.post(grid_url(sheet), saved).status_code == 302
    assert GridReview.objects.get().answers.filter(value="oui").count() == len(second)


@pytest.mark.parametrize("forged", [{"yes_to": "9"}, {"yes_to": "x\x00"}, {"undo_yes": "1", "by_category": "value-1"}])
def test_a_forged_category_changes_no_answer(client, sheet, reviewer, author, forged):
    one = criteria_of(None)[0]
    for person in (reviewer, author):
        client.force_login(person)
        sent = shown(client.post(grid_url(sheet), {"seen": "", f"value-{one.pk}": "non"} | forged))
        assert {name for name in sent if name.startswith("value-")} <= {f"value-{one.pk}"}
        assert not GridReview.objects.exists()


def test_the_no_of_the_grid_are_reason_enough(client, sheet, author, reviewer):
    client.force_login(reviewer)
    one = criterion("parole-des-acteurs")
    answered = {f"value-{one.pk}": "non", f"comment-{one.pk}": "Aucun usager n’est cité."}
    client.post(grid_url(sheet), form(client, sheet, decision="reject", **answered))
    assert GridReview.objects.get().decision == "a-revoir"
    message = Notice.objects.filter(recipient=author).latest("pk").message
    assert f"« {one} » : Aucun usager n’est cité." in message


def test_the_author_reads_the_grid_and_does_not_fill_it(client, sheet, author):
    client.force_login(author)
    html = client.get(grid_url(sheet)).content.decode()
    assert "Vous avez pris part à ce texte" in html and "Enregistrer la grille" not in html
    client.post(grid_url(sheet), form(client, sheet, decision="approve"))
    assert not GridReview.objects.exists() and step(sheet) == "Relecture éditoriale"


@pytest.mark.parametrize("role", [COACHING, COORDINATION])
@pytest.mark.parametrize("decision", ["", "approve", "reject"])
def test_others_are_refused(client, sheet, role, decision):
    client.force_login(make_member(role))
    assert_refused(client.get(grid_url(sheet)), NO_RIGHT)
    posted = {f"value-{one.pk}": "oui" for one in criteria_of(None)} | {"decision": decision, "reason": "Forgé."}
    client.post(grid_url(sheet), posted)
    assert not GridReview.objects.exists() and step(sheet) == "Relecture éditoriale"


def test_the_stock_button_does_not_approve_without_a_grid(client, sheet, reviewer):
    client.force_login(reviewer)
    state = sheet.current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[sheet.pk, "approve", state.pk]))
    assert step(sheet) == "Relecture éditoriale"
    assert (
        "Remplir la grille de relecture"
        in client.get(reverse("wagtailadmin_pages:edit", args=[sheet.pk])).content.decode()
    )


def approve_with_stock_button(client, sheet) -> None:
    state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[sheet.pk, "approve", state.pk]))


def test_the_step_follows_the_centre_when_it_does_without_the_grid(client, sheet, reviewer):
    client.force_login(reviewer)
    override(sheet, OverrideKind.TAKEOVER, by=None, reason="Relue avant le portail.")
    html = client.get(grid_url(sheet)).content.decode()
    assert "Avant d’approuver" not in html and "se passer de la grille pour ce texte" in html
    approve_with_stock_button(client, sheet)
    assert step(sheet) == "Validation nationale"


def test_a_minor_correction_goes_through_the_workflow_without_a_grid_and_for_its_text_only(client, author, reviewer):
    setup_workflows()
    sheet = make_sheet(title="Fiche publiée", owner=author)
    client.force_login(reviewer)
    for hook, is_waived in (("Une coquille corrigée.", True), ("Tout autre chose.", False)):
        sheet = CapsSheetPage.objects.get(pk=sheet.pk)
        sheet.hook = hook
        sheet.save_revision(user=author)
        override(sheet, OverrideKind.CORRECTION if is_waived else OverrideKind.AGREEMENT, by=None, reason="Essai.")
        sheet.get_workflow().start(sheet, author)
        approve_with_stock_button(client, sheet)
        assert (step(sheet) == "Validation nationale") is is_waived
        CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_state.cancel(user=author)


def test_two_reviewers_do_not_overwrite_each_other(client, sheet, reviewer):
    client.force_login(reviewer)
    first = form(client, sheet)
    second = form(client, sheet, "nr")
    client.post(grid_url(sheet), first)
    html = client.post(grid_url(sheet), second).content.decode()
    assert "a changé pendant votre lecture" in html
    assert set(GridReview.objects.get().answers.values_list("value", flat=True)) == {"oui"}


@pytest.mark.parametrize("first_decides", ["approve", "reject", ""])
@pytest.mark.parametrize("second_decides", ["approve", "reject"])
def test_the_second_reviewer_reads_what_the_first_decided(client, sheet, reviewer, first_decides, second_decides):
    second = make_member(MODERATION)
    client.force_login(second)
    opened = form(client, sheet, "nr", decision=second_decides, reason="Le motif de la seconde.")
    client.force_login(reviewer)
    client.post(grid_url(sheet), form(client, sheet, decision=first_decides, reason="Le motif de la première."))
    what = {"approve": "grille approuvée", "reject": "grille à revoir", "": "grille enregistrée"}[first_decides]
    before = decided(sheet)
    client.force_login(second)
    html = client.post(grid_url(sheet), opened).content.decode()
    assert re.search(rf"Décision déjà prise par {reviewer} le [\d/]+ à [\d:]+ : {what}\.", html)
    assert "Le motif de la seconde." in html, "what the second typed comes back"
    assert decided(sheet) == before


def test_a_grid_already_approved_is_not_filled_again(client, sheet, reviewer):
    client.force_login(reviewer)
    client.post(grid_url(sheet), form(client, sheet, decision="approve"))
    before = decided(sheet)
    client.force_login(make_member(MODERATION))
    page = client.get(grid_url(sheet)).content.decode()
    assert "Enregistrer la grille" not in page
    for html in (page, client.post(grid_url(sheet), form(client, sheet, "nr")).content.decode()):
        assert re.search(rf"Décision déjà prise par {reviewer} le [\d/]+ à [\d:]+ : grille approuvée\.", html)
    assert decided(sheet) == before


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [("comment", "x" * 2001, "au plus 2000"), ("value", "peut-être", "Sélectionnez un choix valide")],
)
def test_a_refusal_says_its_true_reason_beside_the_field(client, sheet, reviewer, field, typed, why):
    client.force_login(reviewer)
    name = f"{field}-{criterion('equite').pk}"
    html = client.post(grid_url(sheet), form(client, sheet, **{name: typed})).content.decode()
    beside = BeautifulSoup(html, "html.parser").select_one(f"#id_{name}_error")
    assert why in beside.text and "dites pourquoi « non »" not in html


def test_without_the_right_the_grid_says_so(sheet):
    with pytest.raises(RefusedError, match="Votre rôle ne permet pas"):
        fill_grid(sheet, by=make_member(COACHING))


def test_a_text_that_changed_meanwhile_is_answered_without_typing_again(client, sheet, reviewer, author):
    client.force_login(reviewer)
    html = client.get(grid_url(sheet)).content.decode()
    read = querydict_from_html(html, form_index=_grid_form(html))["read"]
    typed = form(client, sheet, "nr", read=read)
    sheet.hook = "Une autre accroche."
    sheet.save_revision(user=author)
    page = client.post(grid_url(sheet), typed)
    assert "Le texte a changé pendant votre lecture" in page.content.decode() and not GridReview.objects.exists()
    assert client.post(grid_url(sheet), shown(page)).status_code == 302
    assert set(GridReview.objects.get().answers.values_list("value", flat=True)) == {"nr"}


def decided(sheet) -> tuple:
    reviews = list(GridReview.objects.values("reviewer", "decision", "reason", "updated_at"))
    values = sorted(CriterionAnswer.objects.values_list("criterion", "value"))
    states = list(WorkflowState.objects.values_list("status", "current_task_state"))
    return reviews, values, states, Notice.objects.count(), PageLogEntry.objects.count()


def test_another_text_takes_another_grid_and_the_changes_are_shown(client, sheet, reviewer):
    fill_grid(sheet, by=reviewer, equite=("non", "Qui vient ?"))
    sheet.hook = "Une accroche qui dit pour qui."
    revision = sheet.save_revision()
    assert review_of(sheet, text_key(revision)) is None and grid_problems(None)
    fill_grid(sheet, by=reviewer, recul=("nr", ""))
    (_, changed), (_, first) = history(sheet)
    assert {(one.label, one.before, one.after) for one in changed} == {
        ("L’action tient compte des inégalités sociales de santé", "non", "oui"),
        ("L’action est terminée, ou menée depuis au moins un an", "oui", "nr"),
    }
    assert first == []
    client.force_login(reviewer)
    assert "D’un texte à l’autre" in client.get(grid_url(sheet)).content.decode()


class TestVersions:
    url = "review_grids:add"

    def test_a_new_version_starts_from_the_one_in_use_and_replaces_it(self, client, sheet, reviewer):
        fill_grid(sheet, by=reviewer)
        client.force_login(make_member(MODERATION))
        html = client.get(reverse(self.url)).content.decode()
        data = querydict_from_html(html, form_index=_criteria_form(html))
        assert int(data["criteria-TOTAL_FORMS"]) == len(criteria_of(None))
        data["criteria-0-label"], data["is_current"] = "Les trois parties sont là", "on"
        response = client.post(reverse(self.url), data)
        assert response.status_code == 302, response.context["form"].errors
        assert ReviewGrid.in_use().version == 2
        assert ReviewGrid.in_use().criteria.get(key="trois-parties").label == "Les trois parties sont là"
        old = GridReview.objects.get()
        assert old.grid.version == 1, "what was filled keeps its version"
        assert changes(old, old) == []

    def test_a_version_that_served_never_changes(self, client, sheet, reviewer):
        fill_grid(sheet, by=reviewer)
        client.force_login(make_member(ADMINISTRATION))
        grid = ReviewGrid.in_use()
        url = reverse("review_grids:edit", args=[grid.pk])
        assert "ne change plus" in client.get(url).content.decode()
        client.post(url, {"version": 7, "criteria-TOTAL_FORMS": 0, "criteria-INITIAL_FORMS": 0})
        assert ReviewGrid.objects.get().version == 1

    @pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION])
    def test_only_the_centre_changes_the_grid(self, client, sheet, role):
        client.force_login(make_member(role))
        for path in (reverse(self.url), reverse("review_grids:edit", args=[ReviewGrid.in_use().pk])):
            assert_refused(client.get(path), NO_RIGHT)
            client.post(path, {"version": 9, "is_current": "on"})
        assert list(ReviewGrid.objects.values_list("version", flat=True)) == [1]


def _criteria_form(html: str) -> int:
    forms = html.split("<form")[1:]
    return next(rank for rank, one in enumerate(forms) if "criteria-TOTAL_FORMS" in one)
