"""What a person may try on a page through the back office, forged requests included.

Each action sends the real request and returns True when it worked: the database changed, or the unpublished text of
the page came back in the answer.
"""

from collections.abc import Callable
from functools import cache

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, PageViewRestriction
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.models import CapsSheetPage, OverrideKind
from caps_sheets.review.services import override
from portal.moderation import decisions
from portal.users.models import User
from tests.factories.review import fill_grid
from tests.security.world import DRAFT_TITLE, OLD_TITLE, World

STREAMS = ("body", "key_points")


def url(name: str, *args: object) -> str:
    return reverse(f"wagtailadmin_pages:{name}", args=args)


def latest_title(page: Page) -> str:
    return Page.objects.get(pk=page.pk).get_latest_revision().content["title"]


def shows(response: HttpResponse, text: str) -> bool:
    return response.status_code == 200 and text in response.content.decode()


def forged_form(page: Page, **changes: object) -> dict[str, object]:
    """The edit form of any page with ``changes``: what a forger would post. Its StreamFields are emptied."""
    data = dict(form_as_seen_by_a_superuser(page.pk, page.latest_revision_id))
    data |= {f"{name}-count": ["0"] for name in STREAMS if hasattr(page, name)}
    entry = decisions.last_decision(page)
    data |= {"seen_decision": [str(entry.pk if entry else 0)]}  # the form is kept for the pages of other tests too
    return data | {name: [str(value)] for name, value in changes.items()}


@cache
def form_as_seen_by_a_superuser(page_id: int, revision_id: int) -> dict[str, list[str]]:
    root = User.objects.create_superuser(f"racine{page_id}@clsm.example")
    client = Client()
    client.force_login(root)
    html = client.get(url("edit", page_id)).content.decode()
    root.delete()
    return dict(querydict_from_html(html, form_id="page-edit-form").lists())


def open_form(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("edit", page.pk)), DRAFT_TITLE)


def save_draft(client: Client, page: Page, world: World) -> bool:
    client.post(url("edit", page.pk), forged_form(page, title="Titre forgé"))
    return latest_title(page) == "Titre forgé"


def publish_by_form(client: Client, page: Page, world: World) -> bool:
    """``action-publish`` added by hand to the form."""
    client.post(url("edit", page.pk), forged_form(page, title="Titre forgé", **{"action-publish": "1"}))
    return Page.objects.get(pk=page.pk).title == "Titre forgé"


def publish_in_bulk(client: Client, page: Page, world: World) -> bool:
    return in_bulk(client, page, "publish") and Page.objects.get(pk=page.pk).title == DRAFT_TITLE


def unpublish_in_bulk(client: Client, page: Page, world: World) -> bool:
    return in_bulk(client, page, "unpublish") and not Page.objects.get(pk=page.pk).live


def delete_in_bulk(client: Client, page: Page, world: World) -> bool:
    return in_bulk(client, page, "delete") and not Page.objects.filter(pk=page.pk).exists()


def in_bulk(client: Client, page: Page, action: str) -> bool:
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    client.post(f"{path}?id={page.pk}", {"include_descendants": ""})
    return True


def delete(client: Client, page: Page, world: World) -> bool:
    client.post(url("delete", page.pk))
    return not Page.objects.filter(pk=page.pk).exists()


def unpublish(client: Client, page: Page, world: World) -> bool:
    client.post(url("unpublish", page.pk))
    return not Page.objects.get(pk=page.pk).live


def move(client: Client, page: Page, world: World) -> bool:
    """Move inside the same parent: the only move that page types allow."""
    client.post(url("move_confirm", page.pk, page.get_parent().pk))
    return PageLogEntry.objects.filter(page=page.pk, action__in=["wagtail.move", "wagtail.reorder"]).exists()


def move_in_bulk(client: Client, page: Page, world: World) -> bool:
    path = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    client.post(f"{path}?id={page.pk}", {"chooser": page.get_parent().pk, "move_applicable": "on"})
    return PageLogEntry.objects.filter(page=page.pk, action__in=["wagtail.move", "wagtail.reorder"]).exists()


def move_by_api(client: Client, page: Page, world: World) -> bool:
    path = reverse("wagtailadmin_api:pages:action", args=[page.pk, "move"])
    client.post(path, {"destination_page_id": page.get_parent().pk, "position": "first-child"})
    return PageLogEntry.objects.filter(page=page.pk, action__in=["wagtail.move", "wagtail.reorder"]).exists()


def delete_by_api(client: Client, page: Page, world: World) -> bool:
    client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"]))
    return not Page.objects.filter(pk=page.pk).exists()


def reorder(client: Client, page: Page, world: World) -> bool:
    client.post(url("set_page_position", page.pk) + "?position=0")
    return PageLogEntry.objects.filter(page=page.pk, action="wagtail.reorder").exists()


def copy(client: Client, page: Page, world: World) -> bool:
    before = Page.objects.count()
    form = {"new_title": "Copie", "new_slug": "copie", "new_parent_page": page.get_parent().pk, "alias": ""}
    client.post(url("copy", page.pk), form)
    return Page.objects.count() > before


def open_old_revision(client: Client, page: Page, world: World) -> bool:
    """The first step of « revert »: the edit form filled with an older text."""
    return shows(client.get(url("revisions_revert", page.pk, page.revisions.order_by("pk").first().pk)), OLD_TITLE)


def revert(client: Client, page: Page, world: World) -> bool:
    old = page.revisions.order_by("pk").first()
    form = forged_form(page, title="Titre rétabli", revision=old.pk)
    client.post(url("revisions_revert", page.pk, old.pk), form)
    return latest_title(page) == "Titre rétabli"


def lock(client: Client, page: Page, world: World) -> bool:
    client.post(url("lock", page.pk))
    return Page.objects.get(pk=page.pk).locked


def unlock(client: Client, page: Page, world: World) -> bool:
    Page.objects.filter(pk=page.pk).update(locked=True, locked_by=world.author)
    client.post(url("unlock", page.pk))
    return not Page.objects.get(pk=page.pk).locked


def make_private(client: Client, page: Page, world: World) -> bool:
    client.post(url("set_privacy", page.pk), {"restriction_type": "login", "password": "", "groups": []})
    return PageViewRestriction.objects.filter(page=page).exists()


def read_history(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("history", page.pk)), DRAFT_TITLE)


def read_workflow_history(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("workflow_history", page.pk)), DRAFT_TITLE)


def compare(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("revisions_compare", page.pk, "earliest", "latest")), DRAFT_TITLE)


def read_draft(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("view_draft", page.pk)), DRAFT_TITLE)


def read_revision(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("revisions_view", page.pk, page.latest_revision_id)), DRAFT_TITLE)


def read_usage(client: Client, page: Page, world: World) -> bool:
    return shows(client.get(url("usage", page.pk)), DRAFT_TITLE)


def preview(client: Client, page: Page, world: World) -> bool:
    form = forged_form(page)
    path = url("preview_on_edit", page.pk)
    client.post(path, form)
    return shows(client.get(path), DRAFT_TITLE)


def submit(client: Client, page: Page, world: World) -> bool:
    """« Soumettre » asked for directly, without the form's button."""
    client.post(url("edit", page.pk), forged_form(page, **{"action-submit": "1"}))
    return bool(Page.objects.get(pk=page.pk).current_workflow_state)


def approve(client: Client, page: Page, world: World) -> bool:
    task_state = start_workflow(page)
    client.post(url("workflow_action", page.pk, "approve", task_state.pk))
    task_state.refresh_from_db()
    return task_state.status == task_state.STATUS_APPROVED


def rewrite_and_approve(client: Client, page: Page, world: World) -> bool:
    """Approve from the edit form, with a change of one's own in the same request."""
    task_state = start_workflow(page)
    form = forged_form(page, title="Titre forgé", **{"action-workflow-action": "1", "workflow-action-name": "approve"})
    client.post(url("edit", page.pk), form)
    task_state.refresh_from_db()
    return task_state.status == task_state.STATUS_APPROVED


def send_back(client: Client, page: Page, world: World) -> bool:
    task_state = start_workflow(page)
    client.post(url("workflow_action", page.pk, "reject", task_state.pk), {"comment": "À reprendre."})
    task_state.refresh_from_db()
    return task_state.status == task_state.STATUS_REJECTED


def start_workflow(page: Page):
    """Submitted by its owner: the person under test for their own page. A sheet is at its editorial step."""
    if isinstance(page, CapsSheetPage):
        override(page, OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
        fill_grid(page)
    page.get_workflow().start(page, page.owner)
    return Page.objects.get(pk=page.pk).current_workflow_task_state


Action = Callable[[Client, Page, World], bool]
