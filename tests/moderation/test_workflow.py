"""Moderation end to end, through the admin: submit, return with a reason, approve by somebody else."""

import io
import json
import smtplib
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, WorkflowState

from caps_sheets.models import CapsSheetPage, OverrideKind
from caps_sheets.review.services import override
from portal.base.texts import comparable
from portal.moderation.models import Notice
from portal.moderation.models.authorship import contributors
from portal.moderation.queries import submissions
from portal.moderation.work_lists import pages_to_review
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def workflows():
    make_sheets_index()
    for name in ("Édition", "Modération"):
        group = Group.objects.get(name=name)
        group.permissions.add(*_admin_access(), Permission.objects.get(codename="add_gridreview"))
        _grant(group, Page.objects.get(depth=1), "change")
    setup_workflows()


def _admin_access():
    return Permission.objects.filter(codename="access_admin")


def _grant(group, page, codename):
    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{codename}_page")
    GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def make_user(name: str, *groups: str, **kw) -> User:
    user = User.objects.create_user(f"{name}@portail.example", **kw)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


@pytest.fixture
def author():
    return make_user("autrice", "Édition")


@pytest.fixture
def editor():
    return make_user("relectrice", "Édition")


@pytest.fixture
def moderator():
    return make_user("moderatrice", "Modération")


@pytest.fixture
def submitted(author, editor, moderator) -> CapsSheetPage:
    sheet = make_sheet(live=False, title="Stages croisés")
    sheet.save_revision(user=author)
    start(sheet, author)
    return sheet


def start(sheet, author) -> None:
    """Submit, with the agreement of the CLSM overridden: the review by the Centre is the subject here."""
    override(sheet, OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
    sheet.get_workflow().start(sheet, author)


def act(client, user, sheet, action, comment=""):
    """Take a workflow decision as the admin does."""
    client.force_login(user)
    task_state = CapsSheetPage.objects.get(pk=sheet.pk).current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[sheet.pk, action, task_state.pk])
    return client.post(url, {"comment": comment})


def status(sheet) -> tuple[str, str]:
    state = WorkflowState.objects.filter(object_id=str(sheet.pk)).latest("created_at")
    return state.status, state.current_task_state.task.name if state.current_task_state else ""


def is_live(sheet) -> bool:
    return CapsSheetPage.objects.get(pk=sheet.pk).live


def test_two_other_people_approve_and_the_sheet_is_public(client, submitted, editor, moderator):
    fill_grid(submitted, by=editor)
    act(client, editor, submitted, "approve")
    assert status(submitted) == ("in_progress", "Validation nationale")
    assert not is_live(submitted)
    act(client, moderator, submitted, "approve")
    assert status(submitted)[0] == "approved"
    assert is_live(submitted)


def test_the_button_says_what_it_asks_for(client, author, editor):
    """Not « Soumettre à Fiche CAPS », the name of the workflow."""
    sheet = make_sheet(live=False)
    sheet.save_revision(user=author)
    client.force_login(author)
    edit = reverse("wagtailadmin_pages:edit", args=[sheet.pk])
    assert "Soumettre à la relecture" in client.get(edit).content.decode()
    start(sheet, author)
    sheet.current_workflow_state.current_task_state.reject(user=editor, comment="À reprendre.")
    page = client.get(edit).content.decode()
    assert "Resoumettre à la relecture" in page and "Soumettre à Fiche" not in page


def test_the_main_button_never_cancels_the_review(client, submitted, author, editor):
    """Wagtail shows the first item of the menu as the button."""
    root = User.objects.create_superuser("racine@portail.example")
    seen = 0
    for person in (author, editor, root):
        client.force_login(person)
        page = client.get(reverse("wagtailadmin_pages:edit", args=[submitted.pk]))
        footer = BeautifulSoup(page.content, "html.parser").select_one("footer")
        buttons = [button.get("name", "") for button in footer.select("button, a")]
        seen += "action-cancel-workflow" in buttons
        assert buttons[0] != "action-cancel-workflow"
    assert seen


def test_the_author_does_not_approve(client, submitted, author):
    act(client, author, submitted, "approve")
    assert status(submitted) == ("in_progress", "Relecture éditoriale")


def test_a_superuser_does_not_approve_their_own_text(client):
    root = User.objects.create_superuser("racine@portail.example")
    sheet = make_sheet(live=False)
    sheet.save_revision(user=root)
    start(sheet, root)
    act(client, root, sheet, "approve")
    assert status(sheet) == ("in_progress", "Relecture éditoriale")


def test_a_reviewer_who_edited_does_not_approve(client, submitted, editor):
    submitted.hook = "Une accroche de la relectrice."
    submitted.save_revision(user=editor)
    act(client, editor, submitted, "approve")
    assert status(submitted) == ("in_progress", "Relecture éditoriale")


def test_an_incomplete_sheet_is_not_approved(client, author, editor):
    sheet = make_sheet(live=False, hook="")
    sheet.save_revision(user=author)
    start(sheet, author)
    act(client, editor, sheet, "approve")
    assert status(sheet) == ("in_progress", "Relecture éditoriale")


@pytest.mark.parametrize("comment", ["", "   "])
def test_a_return_demands_a_reason(client, submitted, editor, comment):
    act(client, editor, submitted, "reject", comment)
    assert status(submitted)[0] == "in_progress"


def test_a_return_without_reason_forged_from_the_edit_form_is_refused(client, submitted, editor):
    task = submitted.current_workflow_task
    with pytest.raises(Exception, match="motif"):
        task.on_action(submitted.current_workflow_task_state, editor, "reject", **json.loads('{"x": 1}'))
    assert status(submitted)[0] == "in_progress"


def test_a_return_says_why_and_the_author_may_submit_again(client, submitted, author, editor):
    act(client, editor, submitted, "reject", "Ajoutez la parole des usagers.")
    assert status(submitted)[0] == "needs_changes"
    [mine] = submissions(author)
    assert (mine.status, mine.reason) == ("Modifications demandées", "Ajoutez la parole des usagers.")
    assert "Ajoutez la parole des usagers." in Notice.objects.filter(recipient=author).latest("pk").message


def test_the_author_sees_where_the_text_is(submitted, author):
    [mine] = submissions(author)
    assert mine.step == "Relecture éditoriale"
    assert set(mine.reviewers) == {"Édition", "Modération"}
    assert mine.since


def test_reviewers_see_what_waits_for_them(submitted, author, editor):
    task = submitted.current_workflow_task.specific
    assert [page.pk for page in pages_to_review(editor)] == [submitted.pk]
    assert not task.may_approve(submitted, editor), "the grid comes first"
    fill_grid(submitted, by=editor)
    assert task.may_approve(submitted, editor)
    assert list(pages_to_review(author)) == []


def test_the_dashboard_shows_all_of_it(client, submitted, editor, author):
    client.force_login(editor)
    assert "À relire" in client.get("/admin/").content.decode()
    client.force_login(author)
    assert "Mes textes en relecture" in client.get("/admin/").content.decode()


def test_mails_go_to_those_who_may_decide(django_capture_on_commit_callbacks, author, editor, moderator):
    former = make_user("ancienne", "Édition", is_active=False)
    sheet = make_sheet(live=False)
    sheet.save_revision(user=author)
    with django_capture_on_commit_callbacks(execute=True):
        start(sheet, author)
    receivers = {address for message in mail.outbox for address in message.to}
    assert receivers == {editor.email, moderator.email}
    assert former.email not in receivers
    assert all("À relire" in message.subject for message in mail.outbox)


class DeadServer:
    """A mail backend whose server does not answer."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        raise smtplib.SMTPConnectError(421, "injoignable")


def test_a_dead_mail_server_loses_nothing(
    client, settings, submitted, author, editor, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = "tests.moderation.test_workflow.DeadServer"
    with django_capture_on_commit_callbacks(execute=True):
        response = act(client, editor, submitted, "reject", "À revoir.")
    assert response.status_code == 302
    assert status(submitted)[0] == "needs_changes"
    notice = Notice.objects.get(recipient=author, subject__startswith="Modifications")
    assert notice.emailed_at is None
    assert notice.last_error

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    call_command("send_notices", now=timezone.now() + timedelta(hours=1))
    notice.refresh_from_db()
    assert notice.emailed_at
    assert any("À revoir." in message.body for message in mail.outbox)


def test_notices_are_read_by_their_recipient_only(client, submitted, editor, author):
    notice = Notice.objects.filter(recipient=editor).latest("pk")
    client.force_login(author)
    client.post(reverse("mark_notices_read"), {"notice": notice.pk})
    notice.refresh_from_db()
    assert notice.read_at is None
    client.force_login(editor)
    assert client.get(reverse("mark_notices_read")).status_code == 405
    client.post(reverse("mark_notices_read"))
    notice.refresh_from_db()
    assert notice.read_at


def test_the_writers_since_the_last_publication_are_the_contributors(submitted, author, editor):
    assert contributors(submitted) == {author.pk}
    submitted.save_revision(user=editor)
    assert contributors(CapsSheetPage.objects.get(pk=submitted.pk)) == {author.pk}, "saving is not writing"
    submitted.hook = "Une accroche de la relectrice."
    submitted.save_revision(user=editor)
    submitted.save_revision(user=author)
    assert contributors(CapsSheetPage.objects.get(pk=submitted.pk)) == {author.pk, editor.pk}


def test_setting_workflows_up_twice_changes_nothing(workflows):
    assert setup_workflows() == []
    call_command("setup_workflows", stdout=(said := io.StringIO()))
    assert said.getvalue() == "Circuits de relecture déjà en place.\n"


def test_marks_of_the_editor_are_not_a_change():
    opened = '<p data-block-key="x1y2z">Des binômes.</p>'
    assert comparable(opened) == comparable("<p>Des binômes.</p>")
    assert comparable(json.dumps([opened])) == comparable(json.dumps(["<p>Des binômes.</p>"]))
    assert comparable(opened) != comparable("<p>Des trinômes.</p>")
