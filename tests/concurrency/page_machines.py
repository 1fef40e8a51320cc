"""A page of the site in review, decided on by several people through the screens of the admin."""

from collections import Counter
from datetime import timedelta
from io import StringIO

from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowState

from caps_sheets.models import CriterionAnswer, GridReview, OverrideKind
from caps_sheets.models.review import criteria_of
from caps_sheets.review.services import override
from portal.base.errors import RefusedError
from portal.base.models import StandardPage
from portal.site_setup.roles import setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.concurrency.machines import World, machine, notices
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.factories.site import make_site
from tests.moderation.page_forms import editor, opened

TEXT = "Une introduction proposée."


class Person:
    """Somebody signed in, whose screen was opened before the decisions."""

    def __init__(self, name: str, *roles: str) -> None:
        self.user = User.objects.create_user(f"{name}@portail.example", is_superuser=not roles)
        self.user.groups.set(Group.objects.filter(name__in=roles))
        self.client = Client()
        self.client.force_login(self.user)

    def post(self, url: str, data: dict, **headers: str) -> int:
        """The status of the answer; what the person is told when they come second, as ``RefusedError``."""
        response = self.client.post(url, data, **headers)
        told = [str(message) for message in get_messages(response.wsgi_request)]
        if second := [text for text in told if "déjà" in text or "Erreur" in text]:
            raise RefusedError(*second)
        return response.status_code


def _page(author: User) -> StandardPage:
    page = StandardPage.objects.filter(live=True).first()
    assert page is not None
    page.introduction = TEXT
    page.save_revision(user=author)
    return page


def _state(page: Page) -> tuple:
    stored = StandardPage.objects.get(pk=page.pk)
    log = Counter(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))
    statuses = list(WorkflowState.objects.filter(object_id=str(page.pk)).values_list("status", flat=True))
    latest = stored.get_latest_revision_as_object().introduction
    return stored.live, stored.expired, stored.introduction, latest, statuses, sorted(log.items()), notices()


def _admin(name: str, *args: object) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


@machine
def page_in_review() -> World:
    make_site()
    setup_roles()
    setup_workflows()
    author, publisher, other = Person("autrice"), Person("administration"), Person("administration2")
    first, second = Person("premiere", "Modération"), Person("deuxieme", "Modération")
    page = _page(author.user)
    page.get_workflow().start(page, author.user)
    step = StandardPage.objects.get(pk=page.pk).current_workflow_task_state
    forms = {person: opened(person.client, page) for person in (author, publisher, other, first)}
    url, bulk = editor(page), f"?id={page.pk}&next=/admin/"
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    reject = _admin("workflow_action", page.pk, "reject", step.pk)
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + bulk
    unpublish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + bulk
    return World(
        decisions={
            "approve": lambda: first.post(url, forms[first] | approve),
            "reject": lambda: second.post(reject, {"comment": "À revoir."}),
            "publish": lambda: publisher.post(url, forms[publisher] | {"action-publish": "true"}),
            "cancel": lambda: author.post(url, forms[author] | {"action-cancel-workflow": "true"}),
            "publish_in_bulk": lambda: publisher.post(publish, {"include_descendants": ""}),
            "unpublish": lambda: other.post(_admin("unpublish", page.pk), {}),
            "unpublish_in_bulk": lambda: author.post(unpublish, {"include_descendants": ""}),
            "save": lambda: other.post(url, forms[other] | {"introduction": "Autre."}, HTTP_ACCEPT="application/json"),
        },
        state=lambda: _state(page),
        once=("approve", "reject", "publish", "cancel"),
        says="déjà (prise (par|le)|enregistrée)",
    )


@machine
def page_on_schedule() -> World:
    """A publication and an end that came due, carried out by two runs of the command, or by a run and a person."""
    make_site()
    setup_roles()
    author, publisher = Person("autrice"), Person("administration")
    page = _page(author.user)
    due = timezone.now() - timedelta(minutes=1)
    page.revisions.filter(pk=page.latest_revision_id).update(approved_go_live_at=due)
    ended = StandardPage.objects.filter(live=True).exclude(pk=page.pk)[:1]
    StandardPage.objects.filter(pk__in=[each.pk for each in ended]).update(expire_at=due)
    publish = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}&next=/admin/"
    return World(
        decisions={
            "run": lambda: call_command("publish_scheduled", stdout=StringIO()),
            "publish_in_bulk": lambda: publisher.post(publish, {"include_descendants": ""}),
            "unpublish": lambda: author.post(_admin("unpublish", page.pk), {}),
        },
        state=lambda: (_state(page), [_state(each) for each in ended]),
        separate=("run",),
    )


@machine
def sheet_at_the_grid() -> World:
    """Two reviewers who opened the empty grid of one text."""
    make_sheets_index()
    setup_roles()
    setup_workflows()
    author = Person("autrice", "Édition")
    first, second = Person("premiere", "Modération"), Person("deuxieme", "Modération")
    sheet = make_sheet(live=False, owner=author.user)
    sheet.save_revision(user=author.user)
    override(sheet, OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
    sheet.get_workflow().start(sheet, author.user)
    url = reverse("review_grid", args=[sheet.pk])
    filled = {f"value-{one.pk}": "oui" for one in criteria_of(None)} | {"seen": "", "reason": "À revoir."}

    def state() -> object:
        grids = list(GridReview.objects.values_list("reviewer", "decision", "reason"))
        steps = list(TaskState.objects.order_by("pk").values_list("task", "status"))
        log = Counter(PageLogEntry.objects.filter(page=sheet.pk).values_list("action", flat=True))
        return grids, CriterionAnswer.objects.count(), steps, sorted(log.items()), notices()

    decisions = {
        "approve": lambda: first.post(url, filled | {"decision": "approve"}),
        "reject": lambda: second.post(url, filled | {"decision": "reject"}),
        "save": lambda: second.post(url, filled),
    }
    return World(decisions, state, once=decisions)
