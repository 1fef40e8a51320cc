"""Admin views of decisions about pages, one decision at a time."""

import json
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import ResolverMatch, reverse
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.models import Page, PageLogEntry, Revision, TaskState

from portal.base.errors import RefusedError, already_decided
from portal.base.models.concurrency import ConcurrentPage
from portal.base.numbers import posted_number
from portal.moderation import decisions
from portal.users.models import User

View = Callable[..., HttpResponseBase]

SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
#: The name that each button of an edit form adds to the posted data.
ACTIONS = (
    "action-publish",
    "action-unpublish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
    "action-cancel-workflow",
)
PAGES = ("wagtailcore", "page")
PAGE_KWARGS = ("page_id", "page_to_move_id")
#: What the API of the admin does to make another page with the same text.
COPIES = ("copy", "copy_for_translation", "create_alias")
#: The autosave, which takes no decision.
HARMLESS = ("preview_on_edit",)


def one_at_a_time(view: View) -> View:
    """Wrap a view of the admin: a POST about a page locks the page from its first read to its last write.

    A second person waits, then reads what the first decided. ``RefusedError`` rolls back what the view did and becomes
    a message; any other exception reaches the middleware, as from every view.
    """

    def decided(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        match = request.resolver_match
        if request.method in SAFE_METHODS or match is None or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if carries_action(request.POST) and not request.accepts("text/html"):
            return _refused_autosave()
        page_ids = _page_ids(match, request)
        try:
            if not page_ids and not _is_bulk(match):
                return view(request, *args, **kwargs)
            with transaction.atomic():
                decisions.lock(page_ids)
                _check_not_held(match, page_ids)
                _check_not_done(match, request, page_ids)
                return _with_outcome(match, request, view(request, *args, **kwargs))
        except RefusedError as refused:
            return _said(request, refused, page_ids)

    return decided


def carries_action(posted: QueryDict) -> bool:
    """Whether the form was posted by a button that decides, not by « Enregistrer »."""
    return any(posted.get(name) for name in ACTIONS)


def told(refused: RefusedError, posted: QueryDict) -> list[str]:
    """Why nothing was decided, and the reason that the person had typed in a modal, so that they can copy it."""
    try:
        comment = json.loads(posted.get("workflow-action-extra-data") or "{}").get("comment")
    except (ValueError, AttributeError):
        comment = None
    comment = str(comment or posted.get("comment", "")).strip()
    return [*refused.messages, *([f"Vous aviez écrit : « {comment} »"] if comment else [])]


def _refused_autosave() -> HttpResponse:
    """An autosave sent after the button, with its hidden fields: only the button decides."""
    message = "Un enregistrement automatique ne prend pas de décision."
    return JsonResponse({"success": False, "error_code": "decision", "error_message": message}, status=400)


def _page_ids(match: ResolverMatch, request: HttpRequest) -> list[int]:
    """The pages that a request may change, with their descendants for a bulk action."""
    if match.url_name in HARMLESS:
        return []
    if _is_bulk(match):
        return _bulk_ids(request)
    if match.namespace.startswith("wagtailadmin_api") and match.url_name == "action":
        return [match.kwargs["pk"]]
    return [match.kwargs[name] for name in PAGE_KWARGS if name in match.kwargs]


def _is_bulk(match: ResolverMatch) -> bool:
    kwargs = match.kwargs
    return match.url_name == "wagtail_bulk_action" and (kwargs["app_label"], kwargs["model_name"]) == PAGES


def _bulk_ids(request: HttpRequest) -> list[int]:
    chosen = request.GET.getlist("id")
    if "all" in chosen:
        chosen = [request.GET.get("childOf", "")]
    paths = Page.objects.filter(pk__in=_numbers(chosen)).values_list("path", flat=True)
    under = Q(pk__in=[])
    for path in paths:
        under |= Q(path__startswith=path)
    return list(Page.objects.filter(under).values_list("pk", flat=True))


def _numbers(texts: list[str]) -> list[int]:
    return [number for number in map(posted_number, texts) if number]


def _check_not_done(match: ResolverMatch, request: HttpRequest, page_ids: list[int]) -> None:
    """Raise ``RefusedError`` if somebody else already took the requested decision."""
    user = cast(User, request.user)
    if match.url_name in ("workflow_action", "collect_workflow_action_data"):
        step = TaskState.objects.filter(pk=match.kwargs["task_state_id"]).first()
        if step is not None:
            decisions.claim(step, user)
    elif match.url_name == "revisions_unschedule":
        revision = Revision.objects.filter(pk=match.kwargs["revision_id"], object_id=str(page_ids[0])).first()
        if revision is not None and revision.approved_go_live_at is None:
            raise decisions.decided_before(revision.content_object, user)
    elif _is_bulk(match):
        _check_bulk(match.kwargs["action"], request, user)
    elif (asked := match.kwargs.get("action_name", match.url_name)) in ("publish", "unpublish"):  # by API, or by screen
        page = Page.objects.filter(pk=page_ids[0]).first()
        if page is not None and _is_done(page, asked):
            raise decisions.decided_before(page, user)


def _check_not_held(match: ResolverMatch, page_ids: list[int]) -> None:
    """What is taken down is not copied: the copy could go online by itself."""
    if match.kwargs.get("action_name") not in COPIES:
        return
    for page in Page.objects.filter(pk__in=page_ids).specific():
        if isinstance(page, ConcurrentPage) and (held := page.holds()):
            raise RefusedError(*held)


def _check_bulk(action: str, request: HttpRequest, user: User) -> None:
    """Of the selected pages, those with a decision made since the screen was opened."""
    chosen = _numbers(request.GET.getlist("id"))
    pages = Page.objects.filter(pk__in=chosen)
    _check_not_deleted(set(chosen) - set(pages.values_list("pk", flat=True)), user)
    if action not in ("publish", "unpublish"):
        return
    mine = [page for page in pages if page.permissions_for_user(user).can_publish()]
    refused = [
        f"« {page.title} » est {decisions.scheduled(page)}\xa0: annulez d’abord ce qui est programmé."
        for page in mine
        if page.scheduled_revision
    ]
    if not request.POST.get("include_descendants"):
        done = [page for page in mine if not page.scheduled_revision and _is_done(page, action)]
        refused += [f"« {page.title} »\xa0: {decisions.decided_before(page, user)}" for page in done]
    if refused:
        raise RefusedError(*refused)


def _check_not_deleted(missing: set[int], user: User) -> None:
    for entry in PageLogEntry.objects.filter(page__in=missing, action="wagtail.delete").order_by("timestamp")[:1]:
        if entry.user_id == user.pk:
            raise RefusedError("Votre décision est déjà enregistrée\xa0: page supprimée.")
        raise already_decided("page supprimée", by=entry.user, at=entry.timestamp)


def _is_done(page: Page, asked: str) -> bool:
    """Whether publishing or unpublishing ``page`` would change nothing."""
    if asked == "unpublish":
        return not page.live
    is_online = page.live and page.live_revision_id is not None and page.live_revision_id == page.latest_revision_id
    return asked == "publish" and is_online


def _with_outcome(match: ResolverMatch, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Wagtail shows no message after the buttons of the dashboard: this adds one."""
    if match.url_name == "workflow_action":
        step = TaskState.objects.filter(pk=match.kwargs["task_state_id"]).first()
        if step is not None and step.status != TaskState.STATUS_IN_PROGRESS:
            messages.success(request, decisions.outcome(step))
    return response


def _said(request: HttpRequest, refused: RefusedError, page_ids: list[int]) -> HttpResponseBase:
    """Show the sentences in the modal of a script, else as messages."""
    sentences = told(refused, request.POST)
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        context = {"sentences": sentences}
        return render_modal_workflow(
            request, "wagtailadmin/moderation/refused.html", None, context, {"step": "refused"}
        )
    if not request.accepts("text/html"):
        return JsonResponse({"error_code": "refused", "error_message": " ".join(refused.messages)}, status=409)
    messages.error(request, " ".join(sentences))
    return redirect(get_valid_next_url_from_request(request) or _editor(page_ids) or reverse("wagtailadmin_home"))


def _editor(page_ids: list[int]) -> str:
    return reverse("wagtailadmin_pages:edit", args=page_ids) if len(page_ids) == 1 else ""
