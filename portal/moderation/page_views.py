"""Wagtail's page editor, where a decision applies to the text and the state that were on screen."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import cached_property
from django.views.decorators.cache import never_cache
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.urls import display_custom_404
from wagtail.admin.views.pages.edit import EditView
from wagtail.admin.views.pages.revisions import RevisionsRevertView
from wagtail.models import Page, Revision, TaskState

from portal.base.errors import RefusedError
from portal.base.texts import says_the_same
from portal.moderation import decisions
from portal.moderation.admin_decisions import carries_action, told
from portal.moderation.queries import standing
from portal.moderation.submissions import check_new

NOT_NOW = "Cette action n’est pas possible maintenant : rien n’est enregistré."


class PageEditView(EditView):
    """A refused decision saves nothing and loses nothing: the form is shown again with what was typed and the
    reason.
    """

    page: Page
    real_page_record: Page

    def get_object(self) -> Page:
        """To show the editor, the page knows its review, read once; a decision reads it again."""
        page = super().get_object()
        if self.request.method == "GET":
            page._current_workflow_states = self.real_page_record._current_workflow_states
        return page

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            with transaction.atomic():
                self._check_seen()
                return super().post(request, *args, **kwargs)
        except RefusedError as refused:
            return self._give_back(refused)

    def form_valid(self, form: WagtailAdminPageForm) -> HttpResponseBase:
        """Whether there is a change is decided on the texts (``save_revision``): a form may always look changed."""
        self.has_content_changes = True
        return self.action_method()

    @cached_property
    def action_name_and_method(self) -> tuple[str, Any]:
        """Wagtail's, without its silent save in place of a refused decision."""
        name, method = super().action_name_and_method
        if name == "save" and carries_action(self.request.POST):
            raise RefusedError(NOT_NOW)
        return name, method

    def submit_action(self) -> HttpResponseBase:
        self._check_says_something_new()
        return super().submit_action()

    def restart_workflow_action(self) -> HttpResponseBase:
        self._check_says_something_new()
        return super().restart_workflow_action()

    def workflow_action_is_valid(self) -> bool:
        task, task_state = self.page.current_workflow_task, self.page.current_workflow_task_state
        if task is None or task_state is None:
            raise decisions.decided_before(self.page, self.request.user)
        self.workflow_action = self.request.POST.get("workflow-action-name", "")
        if self.workflow_action in {name for name, _, _ in task.get_actions(self.page, self.request.user)}:
            self.decided_step: TaskState | None = task_state
            return True
        reasons = task.refusals(self.page, self.request.user) if hasattr(task, "refusals") else []
        raise RefusedError(*(reasons or [NOT_NOW]))

    def add_save_confirmation_message(self) -> None:
        """After a decision, what it did; after a save, who reads the new text."""
        if self.action_name == "perform_workflow_action":
            messages.success(self.request, decisions.outcome(self.decided_step))
        elif self.is_reverting:
            super().add_save_confirmation_message()
        else:
            messages.success(self.request, decisions.saved(self.page))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        entry = decisions.last_decision(self.page)
        context = super().get_context_data(**kwargs, seen_decision=entry.pk if entry else 0)
        return context | {"standing": standing(self.page, self.request.user)}

    def _check_seen(self) -> None:
        """Raise ``RefusedError`` if the state or the text to decide on differs from the one that was on screen."""
        posted = self.request.POST
        if not carries_action(posted):
            return
        entry = decisions.last_decision(self.page)
        if posted.get("seen_decision", str(entry.pk if entry else 0)) != str(entry.pk if entry else 0):
            raise decisions.decided_before(self.page, self.request.user)
        if self.is_out_of_date and self.latest_revision.user_id != self.request.user.pk:
            who = self.latest_revision.user or "Une autre personne"
            raise RefusedError(f"{who} a changé ce texte depuis que vous l’avez ouvert : relisez-le avant de décider.")

    def _check_says_something_new(self) -> None:
        if self.page.live:
            check_new(self.page, self.form.save(commit=False).content_to_keep())

    def _give_back(self, refused: RefusedError) -> HttpResponseBase:
        """The current page, with what was typed in it, if anything."""
        if self.expects_json_response:
            return self.json_error_response("refused", " ".join(refused.messages))
        messages.error(self.request, " ".join(told(refused, self.request.POST)))
        self._read_again()
        self.form = self.form_class(
            self.request.POST,
            self.request.FILES,
            instance=self.page,
            subscription=self.subscription,
            parent_page=self.parent,
            for_user=self.request.user,
        )
        self.form.defer_required_fields()
        is_valid = self.form.is_valid()
        self.form.restore_required_fields()
        if is_valid and self._typed_nothing():
            return redirect(self.get_edit_url())
        self._keep_the_version_opened()
        self.has_unsaved_changes = True
        return self.render_to_response(self.get_context_data())

    def _read_again(self) -> None:
        """Reload these objects: what the refused decision changed was rolled back in the database."""
        self.real_page_record = Page.objects.prefetch_workflow_states().get(pk=self.real_page_record.pk)
        self.latest_revision = self.real_page_record.get_latest_revision()
        self.page = self.get_object()
        self.lock = self.page.get_lock()
        self.locked_for_user = self.lock is not None and self.lock.for_user(self.request.user)

    def _typed_nothing(self) -> bool:
        """Whether the form holds the same text as the version on which it was opened."""
        number = self.request.POST.get("loaded_revision_id", "")
        opened = Revision.objects.for_instance(self.page).filter(pk=number if number.isdecimal() else 0).first()
        return opened is not None and says_the_same(opened.content, self.form.save(commit=False).content_to_keep())

    def _keep_the_version_opened(self) -> None:
        """The form still refers to that version, so that Wagtail warns of a newer one."""
        number = self.request.POST.get("loaded_revision_id", "")
        if number.isdecimal() and Revision.objects.for_instance(self.page).filter(pk=number).exists():
            self.page.latest_revision_id = int(number)
            self.latest_revision_created_at = self.request.POST.get("loaded_revision_created_at", "")


class PageRevertView(PageEditView, RevisionsRevertView):
    pass


def _in_admin(view: type[EditView]) -> Any:
    """The decorators that Wagtail applies to each of its views."""
    return never_cache(display_custom_404(require_admin_access(view.as_view())))


#: Replace Wagtail’s, with the same URLs and names.
urlpatterns = [
    path("pages/<int:page_id>/edit/", _in_admin(PageEditView)),
    path("pages/<int:page_id>/revisions/<int:revision_id>/revert/", _in_admin(PageRevertView)),
]
