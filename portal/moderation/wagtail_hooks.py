"""Moderation in Wagtail's admin: guards of views that would answer 500, completeness, log entries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import path
from django.utils.html import format_html, format_html_join
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.action_menu import ActionMenuItem, CancelWorkflowMenuItem, SubmitForModerationMenuItem
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.log_actions import LogActionRegistry, LogFormatter
from wagtail.models import Page, PageLogEntry

from portal.moderation.admin_views import page_completeness
from portal.moderation.decisions import AUTOMATIC_STEP, scheduled
from portal.moderation.dormant_accounts import dormant_events
from portal.moderation.error_reports import HANDLED
from portal.moderation.models import ModeratedPage
from portal.moderation.models.authorship import publication_blockers
from portal.moderation.notices import Event
from portal.moderation.report_views import ErrorReportViewSet
from portal.moderation.takedowns import hooks as takedown_hooks  # noqa: F401
from portal.moderation.takedowns.queries import reasons_to_hold
from portal.moderation.work_lists import page_lists


@hooks.register("register_admin_urls")
def completeness_url() -> list:
    return [path("pages/<int:page_id>/completude/", page_completeness, name="page_completeness")]


@hooks.register("insert_global_admin_css")
def admin_styles() -> str:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_global_admin_js")
def form_scripts() -> str:
    """The default of the calendar is set before any field is rendered; the forms are initialised once all are
    present.
    """
    module = '<script type="module" src="{}"></script>'
    scripts = ("js/admin-dates.js", "js/forms.js", "js/admin-names.js")
    return format_html(f'<script src="{{}}"></script>{module}{module}', *map(static, scripts))


@hooks.register("insert_editor_js")
def editor_scripts() -> str:
    names = ("autosave", "completeness", "counters", "place")
    scripts = tuple(f"js/admin-{name}.js" for name in names)
    return format_html_join("", '<script type="module" src="{}"></script>', ((static(name),) for name in scripts))


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "portal.schedule_called_off",
        "Publication programmée annulée",
        "La publication programmée a été annulée : la page ne remplit plus les conditions",
    )

    @actions.register_action(AUTOMATIC_STEP)
    class AutomaticStep(LogFormatter):
        label = "Étape passée automatiquement"

        def format_message(self, log_entry: PageLogEntry) -> str:
            return f"« {log_entry.data.get('step', '')} » passée automatiquement : {log_entry.data.get('reason', '')}"


class SubmitMenuItem(SubmitForModerationMenuItem):
    """Wagtail writes « Soumettre à » and the name of the workflow, which here is the type of page."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_context_data(parent_context)
        page = context.get("page")
        state = page.current_workflow_state if page else None
        is_returned = state is not None and state.status == state.STATUS_NEEDS_CHANGES
        return context | {"label": "Resoumettre à la relecture" if is_returned else "Soumettre à la relecture"}


@hooks.register("construct_page_action_menu")
def name_the_submission(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    items[:] = [
        SubmitMenuItem(order=item.order) if isinstance(item, SubmitForModerationMenuItem) else item for item in items
    ]


@hooks.register("construct_page_action_menu")
def put_the_cancellation_last(items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """The first item is the main button: it never undoes a review in progress."""
    items.sort(key=lambda item: isinstance(item, CancelWorkflowMenuItem))


@hooks.register("before_bulk_action")
def keep_incomplete_pages_out_of_bulk_publication(
    request: HttpRequest, action_type: str, objects: list[Page], view: BulkAction
) -> HttpResponse | None:
    """List the incomplete pages instead of failing on the first of them."""
    if action_type != "publish":
        return None
    pages = list(objects)
    if view.cleaned_form.cleaned_data.get("include_descendants"):
        pages += [child for page in objects for child in page.get_descendants().not_live()]
    refused = {page: blockers for page in pages if (blockers := publication_blockers(page))}
    if not refused:
        return None
    titles = ", ".join(f"« {page.title} » ({blockers[0]})" for page, blockers in refused.items())
    messages.error(request, f"Rien n’a été publié : ces pages sont incomplètes ou attendent un accord : {titles}.")
    return redirect(view.next_url)


@hooks.register("after_bulk_action")
def tell_what_is_only_scheduled(
    request: HttpRequest, action_type: str, objects: list[Page], view: BulkAction
) -> HttpResponse | None:
    """Wagtail counts a page scheduled for later as published."""
    if action_type != "publish":
        return None
    later = [page for page in Page.objects.filter(pk__in=[page.pk for page in objects]) if page.scheduled_revision]
    if not later:
        return None
    if count := len(objects) - len(later):
        messages.success(request, view.get_success_message(count, 0))
    for page in later:
        messages.warning(request, f"« {page.title} » est {scheduled(page)}\xa0: elle n’est pas encore publiée.")
    return redirect(view.next_url)


@hooks.register("before_create_page")
def keep_new_texts_as_drafts(request: HttpRequest, parent: Page, page_type: type[Page]) -> None:
    """Nobody can have agreed to a text that was never saved: « Publier » saves a first draft."""
    needs_agreement = getattr(page_type, "clearance_errors", None) not in (None, ModeratedPage.clearance_errors)
    if request.method == "POST" and needs_agreement and "action-publish" in request.POST:
        posted = request.POST.copy()
        del posted["action-publish"]
        request.POST = posted  # type: ignore[assignment]
        messages.warning(request, "Un premier brouillon est enregistré : la publication demande des relectures.")


@hooks.register("before_publish_page")
def keep_texts_without_agreement_as_drafts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The button « Publier »: the text is already saved as a draft, and the form opens again with what is missing."""
    blockers = publication_blockers(page)
    if not blockers:
        return None
    messages.error(request, " ".join(["Brouillon enregistré, mais la page n’est pas publiée.", *blockers]))
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_copy_page")
def keep_copies_as_drafts(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy of a moderated page has to be moderated too; what is taken down is not copied."""
    if held := [reason for copied in page.get_descendants(inclusive=True) for reason in reasons_to_hold(copied)]:
        messages.error(request, " ".join(["Rien n’a été copié.", *dict.fromkeys(held)]))
        return redirect("wagtailadmin_explore", page.get_parent().pk)
    wants_public_copy = request.POST.get("publish_copies") or request.POST.get("alias")
    if request.method != "POST" or not wants_public_copy:
        return None
    copied = page.get_descendants(inclusive=True).specific()
    if not any(isinstance(copy, ModeratedPage) for copy in copied):
        return None
    messages.error(request, "Une copie passe elle-même par la relecture : copiez la page sans la publier.")
    return redirect("wagtailadmin_pages:copy", page.pk)


@hooks.register("notice_events")
def moderation_events() -> list[Event]:
    authors = "les personnes qui ont écrit ou soumis le texte"
    return [
        Event("review_requested", "Un texte est à relire", "les personnes qui peuvent relire cette étape"),
        Event("review_returned", "Des modifications sont demandées", authors),
        Event("review_approved", "Un texte est approuvé", authors),
        Event("error_reported", "Une erreur est signalée sur une page", "l’Administration et la Modération"),
        Event("schedule_called_off", "Une publication programmée est annulée", "les personnes qui l’ont programmée"),
    ]


hooks.register("notice_events", dormant_events)
hooks.register("work_lists", page_lists)


@hooks.register("register_admin_viewset")
def register_error_reports() -> ErrorReportViewSet:
    return ErrorReportViewSet()


@hooks.register("register_log_actions")
def report_actions(actions: LogActionRegistry) -> None:
    actions.register_action(HANDLED, "Erreur traitée", "L’erreur signalée est traitée")
