"""Admin views of the editorial review, opened from the editor of a sheet."""

from __future__ import annotations

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin
from wagtail.models import TaskState

from caps_sheets.models import CapsSheetPage, Category, GridReviewTask, SafeWording
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import criteria_of, grid_errors, review_of, waives_grid
from caps_sheets.review import grid, services
from caps_sheets.review.forms import GridForm, OverrideForm, SafeMessagingForm
from portal.base.errors import Refused
from portal.moderation.decisions import decided_before, outcome
from portal.users.models import User


class SheetScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen about the latest text of one sheet; ``allows`` says who may see it, the others are sent back."""

    header_icon = "doc-full-inverse"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.sheet = get_object_or_404(CapsSheetPage, pk=kwargs["page_id"])
        self.user = cast(User, request.user)
        if not self.allows():
            return permission_denied(request)
        if self.sheet.get_latest_revision() is None:
            raise Http404("Cette fiche n’a pas encore de texte.")
        return super().dispatch(request, *args, **kwargs)

    def allows(self) -> bool:
        return self.sheet.permissions_for_user(self.user).can_edit()

    def get_page_subtitle(self) -> str:
        return self.sheet.get_admin_display_title()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        editor = {"url": self.editor_url, "label": self.sheet.get_admin_display_title()}
        return [*self.breadcrumbs_items, editor, {"url": "", "label": self.get_page_title()}]

    @property
    def editor_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.sheet.pk])

    def back(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        return redirect(self.editor_url)


class GridScreen(SheetScreen):
    """The official grid about the latest text: filled by the reviewers, read by whoever may edit the sheet."""

    page_title = "Grille de relecture"
    template_name = "wagtailadmin/review/grid.html"

    def allows(self) -> bool:
        return self.user.has_perm(grid.RIGHT) or super().allows()

    def get_context_data(self, form: GridForm | None = None, **kwargs: Any) -> dict[str, Any]:
        review = self._review()
        form = form or self._form()
        return super().get_context_data(
            **kwargs,
            sheet=self.sheet,
            review=review,
            form=form,
            may_fill=grid.may_fill(self.user, self.sheet),
            has_right=self.user.has_perm(grid.RIGHT),
            may_decide=self._waiting() is not None,
            categories=[(Category(number), form.rows(number)) for number in Category.values],
            history=grid.history(self.sheet),
            problems=self._blocking(),
            is_waived=waives_grid(self.sheet.pk, text_key(self.sheet.get_latest_revision())),
            draft_url=reverse("wagtailadmin_pages:view_draft", args=[self.sheet.pk]),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if not form.is_valid():
            messages.error(request, "La grille n’est pas enregistrée : un « non » demande un commentaire.")
            return self.render_to_response(self.get_context_data(form=form))
        decision = request.POST.get("decision", "")
        if decision == "reject" and not form.cleaned_data["reason"].strip():
            form.add_error("reason", "Dites ce qui est à reprendre : l’autrice ou l’auteur lira ce motif.")
            return self.render_to_response(self.get_context_data(form=form))
        try:
            grid.fill(self.sheet, form.filled(), by=self.user, seen=form.cleaned_data["seen"])
            form = self._saved(request.POST)
            return self._decide(decision, request.POST.get("reason", ""))
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
            return self.render_to_response(self.get_context_data(form=form))

    def _decide(self, decision: str, reason: str) -> HttpResponse:
        if decision not in ("approve", "reject"):
            return self.back("La grille est enregistrée.")
        task_state = self._waiting()
        if task_state is None:
            raise Refused("La grille est enregistrée.", *decided_before(self.sheet, self.user).messages)
        task = task_state.task.specific
        if decision not in {name for name, _, _ in task.get_actions(self.sheet, self.user)}:
            raise Refused("La grille est enregistrée, mais cette décision n’est pas possible.", *self._blocking())
        task.on_action(task_state, self.user, decision, comment=reason)
        return self.back(f"La grille est enregistrée. {outcome(task_state)}")

    def _waiting(self) -> TaskState | None:
        """The editorial step, when the sheet waits there for this person."""
        task_state = self.sheet.current_workflow_task_state
        if task_state is None or not isinstance(task_state.task.specific, GridReviewTask):
            return None
        return task_state if task_state.task.specific.get_actions(self.sheet, self.user) else None

    def _review(self) -> Any:
        return review_of(self.sheet, self.sheet.get_latest_revision())

    def _blocking(self) -> list[str]:
        return grid_errors(self.sheet, self.sheet.get_latest_revision())

    def _saved(self, posted: QueryDict) -> GridForm:
        """The form as it was sent, now that its answers are saved: the next decision is about them."""
        data = posted.copy()
        data["seen"] = grid.stamp(self._review())
        return self._form(data)

    def _form(self, data: Any = None) -> GridForm:
        review = self._review()
        initial = {"seen": grid.stamp(review)}
        return GridForm(data, criteria=criteria_of(review), review=review, initial=initial)


class SafeMessagingScreen(SheetScreen):
    """The checklist of a sheet about suicide: each tick is signed and dated."""

    page_title = "Parler du suicide sans risque"
    template_name = "wagtailadmin/review/safe_messaging.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ticks = services.ticks_of(self.sheet, self.sheet.get_latest_revision())
        form = kwargs.setdefault("form", SafeMessagingForm())
        chosen = form.data.getlist("items") if form.is_bound else ticks.keys()
        rows = [
            (item, ticks.get(item.value), item.value in chosen, services.is_reserved(item, self.sheet, self.user))
            for item in SafeWording
        ]
        return super().get_context_data(
            **kwargs,
            sheet=self.sheet,
            rows=rows,
            missing=len(rows) - len(ticks),
            who_signs=services.WHO_SIGNS,
            seen=text_key(self.sheet.get_latest_revision()),
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = SafeMessagingForm(request.POST)
        if not form.is_valid():
            raise PermissionDenied("Un point coché n’existe pas.")
        items = form.cleaned_data["items"]
        try:
            services.tick(self.sheet, items, by=self.user, seen=form.cleaned_data["seen"])
        except Refused as refused:
            form.add_error(None, refused.messages)
            return self.render_to_response(self.get_context_data(form=form))
        return self.back("La relecture « parler du suicide sans risque » est enregistrée.")


class OverrideScreen(SheetScreen):
    """The Centre lets a text be public without the agreement of its CLSM, and says why."""

    page_title = "Passer outre l’accord du CLSM"
    template_name = "wagtailadmin/review/override.html"

    def allows(self) -> bool:
        return self.user.has_perm(services.OVERRIDE_RIGHT) and super().allows()

    def get_context_data(self, form: OverrideForm | None = None, **kwargs: Any) -> dict[str, Any]:
        done = self.sheet.overrides.select_related("by", "revision")
        seen = text_key(self.sheet.get_latest_revision())
        return super().get_context_data(**kwargs, sheet=self.sheet, form=form or self._form(), done=done, seen=seen)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if form.is_valid():
            try:
                data = form.cleaned_data
                services.override(self.sheet, data["kind"], by=self.user, reason=data["reason"], seen=data["seen"])
                return self.back("La décision du Centre est enregistrée pour ce texte, et pour lui seul.")
            except Refused as refused:
                form.add_error(None, refused.messages)
        return self.render_to_response(self.get_context_data(form=form))

    def _form(self, data: Any = None) -> OverrideForm:
        return OverrideForm(data, sheet=self.sheet)
