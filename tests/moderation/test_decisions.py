"""One click, one decision: what comes second, late or by itself changes nothing, loses nothing and says so."""

import re
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowState

from portal.base.errors import RefusedError
from portal.base.models import StandardPage
from portal.moderation import decisions
from portal.moderation.models import Notice
from portal.site_setup.roles import setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.base.test_storage import full
from tests.moderation.page_forms import editor, opened

pytestmark = pytest.mark.django_db

JSON = {"HTTP_ACCEPT": "application/json"}
APPROVE = {"action-workflow-action": "true", "workflow-action-name": "approve"}
REJECT = APPROVE | {"workflow-action-name": "reject"}


@pytest.fixture
def site(home) -> Page:
    setup_roles()
    setup_workflows()
    return home


def make_person(name: str, *roles: str) -> User:
    user = User.objects.create_user(f"{name}@portail.example", first_name=name, is_superuser=not roles)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def author(site) -> User:
    return make_person("Autrice")


@pytest.fixture
def page(site, author) -> StandardPage:
    """Live, with a draft of the author in review."""
    page = StandardPage.objects.filter(live=True).first()
    page.introduction = "Une introduction proposée."
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return fresh(page)


@pytest.fixture
def first(site) -> Client:
    return signed_in(make_person("Première", "Modération"))


@pytest.fixture
def second(site) -> Client:
    return signed_in(make_person("Deuxième", "Modération"))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fresh(page: Page) -> StandardPage:
    return StandardPage.objects.get(pk=page.pk)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def is_told(text: str, who: str, what: str = "") -> bool:
    return re.search(rf"Décision déjà prise par {who} le [\d/]+ à [\d:]+ : {what}", text) is not None


def logged(page: Page, action: str) -> int:
    return PageLogEntry.objects.filter(page=page.pk, action=action).count()


def state_of(page: Page) -> tuple:
    """What a decision may change."""
    states = WorkflowState.objects.filter(object_id=str(page.pk)).order_by("pk").values_list("status", flat=True)
    steps = TaskState.objects.filter(workflow_state__object_id=str(page.pk)).order_by("pk").values_list("status")
    stored = fresh(page)
    log = PageLogEntry.objects.filter(page=page.pk).count()
    return list(states), list(steps), stored.live, stored.latest_revision_id, log, Notice.objects.count()


def bulk(action: str, page: Page) -> str:
    return reverse("wagtail_bulk_action", args=["wagtailcore", "page", action]) + f"?id={page.pk}&next=/admin/"


def test_an_autosave_that_carries_the_decision_is_refused(first, page):
    """It leaves a second after the button, with the hidden fields that the button added."""
    form = opened(first, page) | APPROVE
    response = first.post(editor(page), form, **JSON)
    assert response.status_code == 400
    assert response.json()["error_message"] == "Un enregistrement automatique ne prend pas de décision."
    assert fresh(page).current_workflow_state is not None
    assert "et publiée" in said(first.post(editor(page), form, follow=True))
    assert first.post(editor(page), form, **JSON).status_code == 400
    assert fresh(page).live and logged(page, "wagtail.publish") == 2  # that of the first day, and this one


def test_an_autosave_on_its_way_during_the_approval_changes_nothing(first, page):
    form = opened(first, page)
    first.post(editor(page), form | APPROVE)
    approved = fresh(page)
    assert first.post(editor(page), form, **JSON).status_code == 200
    page = fresh(page)
    assert page.live and page.latest_revision_id == approved.latest_revision_id and not page.has_unpublished_changes


@pytest.mark.parametrize("late", ["form", "dashboard"])
def test_the_second_reviewer_reads_who_decided(first, second, page, late):
    step = page.current_workflow_task_state
    form = opened(second, page) | APPROVE
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", step.pk])
    reject = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "reject", step.pk])
    assert "renvoyée à ses auteurs" in said(first.post(reject, {"comment": "À revoir."}, follow=True))
    response = second.post(editor(page), form, follow=True) if late == "form" else second.post(url, follow=True)
    assert is_told(said(response), "Première", "modifications demandées")
    assert fresh(page).introduction != "Une introduction proposée.", "what was refused is not published"
    assert page.current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES
    assert Notice.objects.filter(page=page.pk, event="review_returned").count() == 1
    assert not Notice.objects.filter(page=page.pk, event="review_approved").exists()


def test_in_the_small_window_too(first, second, page):
    step = page.current_workflow_task_state
    first.post(editor(page), opened(first, page) | APPROVE)
    url = reverse("wagtailadmin_pages:collect_workflow_action_data", args=[page.pk, "approve", step.pk])
    response = second.post(url, {"comment": "Bien."}, HTTP_X_REQUESTED_WITH="XMLHttpRequest")
    assert response.json()["step"] == "refused"
    assert is_told(response.json()["html"], "Première")
    assert "Vous aviez écrit : « Bien. »" in response.json()["html"]


@pytest.mark.parametrize("extra", ['{"comment": " Trop long. "}', "[", '["comment"]', ""])
def test_the_reason_of_the_second_reviewer_is_given_back(first, second, page, extra):
    form = opened(second, page) | REJECT | {"workflow-action-extra-data": extra}
    first.post(editor(page), opened(first, page) | APPROVE)
    text = said(second.post(editor(page), form, follow=True))
    assert is_told(text, "Première")
    assert text.endswith(" Vous aviez écrit : « Trop long. »") is ("Trop long" in extra)


def test_a_double_click_is_one_decision(first, page):
    form = opened(first, page) | APPROVE
    assert "est approuvée et publiée" in said(first.post(editor(page), form, follow=True))
    assert "Votre décision est déjà enregistrée : page publiée" in said(first.post(editor(page), form, follow=True))
    assert logged(page, "wagtail.workflow.approve") == 1
    assert Notice.objects.filter(page=page.pk, event="review_approved").count() == 1


def test_what_the_second_typed_comes_back_with_the_refusal(first, second, page):
    form = opened(second, page) | APPROVE | {"introduction": "Ce que la deuxième a tapé."}
    first.post(editor(page), opened(first, page) | APPROVE)
    response = second.post(editor(page), form)
    assert response.status_code == 200
    assert is_told(said(response), "Première")
    assert "Ce que la deuxième a tapé." in response.content.decode()
    assert page.revisions.filter(content__introduction="Ce que la deuxième a tapé.").count() == 0


def test_the_editor_says_why_somebody_may_not_approve(first, page):
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    why = "Vous avez pris part à ce texte : une autre personne doit l’approuver."
    assert why not in first.get(edit).content.decode()
    page.introduction = "Réécrite."
    page.save_revision(user=User.objects.get(first_name="Première"))
    shown = first.get(edit).content.decode()
    assert "Vous pouvez demander des modifications, mais pas approuver ce texte" in shown and why in shown


def test_a_reviewer_who_writes_does_not_approve_and_loses_nothing(first, page):
    form = opened(first, page) | APPROVE | {"introduction": "Réécrite par la relectrice."}
    response = first.post(editor(page), form)
    assert "une autre personne doit l’approuver" in said(response)
    assert "Réécrite par la relectrice." in response.content.decode()
    assert fresh(page).current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS
    assert "est enregistré" not in said(response)


@pytest.mark.parametrize(
    ("button", "before", "what"),
    [
        ("action-submit", "cancelled", "page soumise à la relecture"),
        ("action-submit", "returned", "page soumise de nouveau à la relecture"),
        ("action-restart-workflow", "returned", "page soumise à la relecture"),
        ("action-cancel-workflow", "in review", "relecture annulée"),
        ("action-publish", "in review", "page publiée"),
    ],
)
def test_the_same_button_sent_by_two_people(author, page, button, before, what):
    if before == "cancelled":
        page.current_workflow_state.cancel(user=author)
    elif before == "returned":
        page.current_workflow_task_state.reject(user=make_person("Relectrice"), comment="À revoir.")
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    forms = [opened(client, page) | {button: "true"} for client in (one, two)]
    untouched = state_of(page)
    one.post(editor(page), forms[0])
    taken = state_of(page)
    assert taken != untouched
    assert is_told(said(two.post(editor(page), forms[1], follow=True)), "Autrice", what)
    assert state_of(page) == taken


@pytest.mark.parametrize("action", ["publish", "unpublish"])
def test_a_bulk_action_that_comes_second(author, page, action):
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    one.post(bulk(action, page), {"include_descendants": ""})
    taken = logged(page, f"wagtail.{action}")
    message = said(two.post(bulk(action, page), {"include_descendants": ""}, follow=True))
    assert is_told(message, "Autrice", f"page {'dé' if action == 'unpublish' else ''}publiée")
    assert logged(page, f"wagtail.{action}") == taken


def test_a_page_that_a_colleague_deleted(author, page):
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    for client, expected in ((one, "1 page a été supprimée"), (two, "Décision déjà prise par Autrice")):
        assert expected in said(client.post(bulk("delete", page), follow=True))
    assert "Votre décision est déjà enregistrée" in said(one.post(bulk("delete", page), follow=True))


def test_publishing_in_bulk_what_has_a_date_to_come(author, page):
    """Wagtail says « publiée » of what it schedules."""
    page.current_workflow_state.cancel()
    page.go_live_at = datetime(2026, 5, 3, 22, 30, tzinfo=UTC)
    page.save_revision(user=author)
    client = signed_in(author)
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        message = said(client.post(bulk("publish", page), follow=True))
        assert f"« {page.title} » est programmée pour le 4 mai à 00h30\xa0: elle n’est pas encore publiée." in message
        assert "a été publiée" not in message
        assert "publication programmée, à annuler d’abord" in client.get(bulk("unpublish", page)).content.decode()
        for action in ("publish", "unpublish"):
            assert "annulez d’abord ce qui est programmé" in said(client.post(bulk(action, page), follow=True))
    assert fresh(page).introduction != "Une introduction proposée." and fresh(page).live


def test_unpublishing_what_was_just_unpublished(author, page):
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    url = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
    one.post(url)
    assert is_told(said(two.post(url, follow=True)), "Autrice", "page dépubliée")
    assert logged(page, "wagtail.unpublish") == 1


@pytest.mark.parametrize("action", ["publish", "unpublish"])
def test_a_decision_that_comes_second_through_the_api(author, page, action):
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    url = reverse("wagtailadmin_api:pages:action", args=[page.pk, action])
    assert one.post(url, **JSON).status_code == 200
    taken = state_of(page)
    late = two.post(url, **JSON)
    assert late.status_code == 409
    assert is_told(late.json()["error_message"], "Autrice", f"page {'dé' if action == 'unpublish' else ''}publiée")
    assert state_of(page) == taken


def test_calling_off_a_schedule_that_was_just_called_off(author, page):
    page.revisions.filter(pk=page.latest_revision_id).update(approved_go_live_at=timezone.now() + timedelta(days=1))
    one, two = signed_in(author), signed_in(make_person("Collègue"))
    url = reverse("wagtailadmin_pages:revisions_unschedule", args=[page.pk, page.latest_revision_id])
    one.post(url)
    taken = state_of(page)
    assert is_told(said(two.post(url, follow=True)), "Autrice", "publication programmée annulée")
    assert state_of(page) == taken


def test_a_schedule_is_carried_out_once(page):
    page.current_workflow_state.cancel()
    revision = page.latest_revision
    page.revisions.filter(pk=revision.pk).update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    late = page.revisions.get(pk=revision.pk)  # as another run read it
    call_command("publish_scheduled", stdout=StringIO())
    late.publish(log_action="wagtail.publish.scheduled")
    assert fresh(page).introduction == "Une introduction proposée."
    assert logged(page, "wagtail.publish.scheduled") == 1


def test_an_end_is_carried_out_once(page):
    StandardPage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - timedelta(minutes=1))
    read_before = fresh(page)
    call_command("publish_scheduled", stdout=StringIO())
    read_before.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    page = fresh(page)
    assert (page.live, page.expired, logged(page, "wagtail.unpublish.scheduled")) == (False, True, 1)


class TestRowsReadEarlier:
    """A program that saves what it read before somebody decided."""

    def test_a_draft_does_not_undo_its_publication(self, page):
        StandardPage.objects.filter(pk=page.pk).update(live=False, live_revision=None)
        read_before = fresh(page)
        page.latest_revision.publish()
        read_before.introduction = "Un texte plus ancien."
        with pytest.raises(RefusedError, match="a été publiée entre-temps"):
            read_before.save()
        assert (fresh(page).live, fresh(page).introduction) == (True, "Une introduction proposée.")

    def test_a_live_page_does_not_put_back_an_older_text(self, page):
        read_before = fresh(page)
        page.latest_revision.publish()
        with pytest.raises(RefusedError, match="a été publiée entre-temps"):
            read_before.save()
        assert fresh(page).live_revision_id == page.latest_revision_id

    def test_an_unpublished_page_stays_so(self, page):
        read_before = fresh(page)
        fresh(page).unpublish()
        read_before.save()
        assert not fresh(page).live

    def test_the_latest_revision_stays(self, page, author):
        read_before = fresh(page)
        page.introduction = "Plus récente."
        latest = page.save_revision(user=author)
        read_before.expire_at = None
        read_before.save()
        assert fresh(page).latest_revision_id == latest.pk

    def test_a_revision_in_review_is_not_written_over(self, page, author):
        asked_about = page.latest_revision
        page.introduction = "Tapé après la soumission."
        another = page.save_revision(user=author, overwrite_revision=asked_about)
        assert another != asked_about
        asked_about.refresh_from_db()
        assert asked_about.content["introduction"] == "Une introduction proposée."


def test_a_comment_makes_no_version_and_no_false_alarm(author, page):
    """« Une nouvelle version dans une autre fenêtre » came from the version that the comment had made."""
    client = signed_in(author)
    form = opened(client, page)
    comment = {
        "comments-TOTAL_FORMS": "1",
        "comments-INITIAL_FORMS": "0",
        "comments-0-id": "",
        "comments-0-text": "À vérifier.",
        "comments-0-contentpath": "introduction",
        "comments-0-position": "",
        "comments-0-resolved": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    before = page.latest_revision
    answer = client.post(editor(page), form | comment, **JSON).json()
    assert answer["revision_id"] == before.pk and fresh(page).latest_revision_id == before.pk
    assert fresh(page).wagtail_admin_comments.get().text == "À vérifier."
    preview = client.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), form | answer["field_updates"])
    assert preview.json()["is_valid"]
    again = form | {"overwrite_revision_id": answer["revision_id"], "introduction": "Suite."}
    assert client.post(editor(page), again, **JSON).status_code == 200


def test_what_goes_wrong_within_a_decision_is_answered_as_everywhere(first, page, monkeypatch):
    """The middleware answers for a view of the admin as for any other, and nothing of the decision is kept."""
    untouched = state_of(page)
    form = opened(first, page) | APPROVE
    assert first.post(editor(page), form | {"body-count": "plusieurs"}).status_code == 400
    monkeypatch.setattr(decisions, "outcome", full)
    assert first.post(editor(page), form).status_code == 507
    assert state_of(page) == untouched
