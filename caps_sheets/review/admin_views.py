"""Admin views of the editorial review, opened from the editor of a sheet."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.admin import messages
from wagtail.models import Revision, TaskState

from caps_sheets.models import CapsSheetPage, Category, GridReview, GridReviewTask, SafeWording
from caps_sheets.models.clearance import text_key
from caps_sheets.models.parts import as_read, parts, since
from caps_sheets.models.review import criteria_of, grid_errors, grid_problems, waives_grid
from caps_sheets.models.sheet_context import identity
from caps_sheets.review import grid, services
from caps_sheets.review.forms import GridForm, OverrideForm, SafeMessagingForm
from portal.base.admin_views import ObjectGuard, ServiceFormView
from portal.base.errors import RefusedError
from portal.moderation.decisions import decided_before, outcome


class SheetGuard(ObjectGuard):
    """The latest text of one sheet; ``allows`` says who may see the view, the others are sent back."""

    header_icon = "doc-full-inverse"

    def find(self) -> None:
        self.sheet = get_object_or_404(CapsSheetPage, pk=self.kwargs["page_id"])

    def allows(self) -> bool:
        return self.sheet.permissions_for_user(self.user).can_edit()

    def applies(self) -> bool:
        return self.sheet.get_latest_revision() is not None

    def get_page_subtitle(self) -> str:
        return self.sheet.get_admin_display_title()

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.get_success_url(), "label": self.sheet.get_admin_display_title()}]

    def object_context(self) -> dict[str, Any]:
        return {"sheet": self.sheet}

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.sheet.pk])


class ReviewGridView(SheetGuard, ServiceFormView):
    """The official grid about the latest text: filled in by the reviewers, read by those who may edit the sheet."""

    page_title = "Grille de relecture"
    template_name = "wagtailadmin/review/grid.html"
    saved: GridForm | None = None

    def allows(self) -> bool:
        return self.user.has_perm(grid.RIGHT) or super().allows()

    def get_form(self, form_class: Any = None) -> GridForm:
        return self._form(self.request.POST if self.request.method == "POST" else None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        form = kwargs.pop("form", None) or self.get_form()
        is_waived = waives_grid(self.sheet.pk, text_key(self.revision))
        refusals = grid.fill_refusals(self.user, self.sheet, self.review)
        return super().get_context_data(
            **kwargs,
            **self._text(),
            review=self.review,
            form=form,
            may_fill=not refusals,
            refusals=refusals,
            may_decide=self._waiting() is not None,
            categories=[
                (Category(number), form.rows(number), form.filled_in.get(str(number), [])) for number in Category.values
            ],
            history=self.history,
            problems=[] if is_waived else grid_problems(self.review),
            is_waived=is_waived,
            draft_url=reverse("wagtailadmin_pages:view_draft", args=[self.sheet.pk]),
        )

    def _text(self) -> dict[str, Any]:
        """The text to read beside the grid, part by part, and what changed in it since this person read it."""
        sheet = as_read(self.revision)
        before = self.before
        return {
            "text": sheet,
            "parts": parts(sheet),
            "identity": identity(sheet),
            "shows_help": sheet.shows_help,
            "since": since(before.updated_at, before.revision, self.revision) if before else None,
        }

    @cached_property
    def revision(self) -> Revision:
        return self.sheet.get_latest_revision()

    @cached_property
    def review(self) -> GridReview | None:
        return next((review for review, _ in self.history if review.text_key == text_key(self.revision)), None)

    @cached_property
    def history(self) -> list[tuple[GridReview, list[grid.Change]]]:
        return grid.history(self.sheet)

    @cached_property
    def before(self) -> GridReview | None:
        return grid.last_reading(self.user, [review for review, _ in self.history], text_key(self.revision))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """« Oui à toute la catégorie » and its undoing answer with the form as typed: nothing is saved."""
        if not {"yes_to", "undo_yes"} & request.POST.keys():
            return super().post(request, *args, **kwargs)
        form = self._form()
        form.show_typed(request.POST)
        form.say_yes(request.POST.get("yes_to", ""), request.POST.getlist("by_category"))
        form.unsay_yes(request.POST.get("undo_yes", ""))
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form: GridForm) -> HttpResponse:
        if self.decision == "reject" and not form.cleaned_data["reason"].strip() and not form.says_no:
            form.add_error("reason", "Dites ce qui est à reprendre : l’autrice ou l’auteur lira ce motif.")
            return self.render_to_response(self.get_context_data(form=form))
        return super().form_valid(form)

    def form_invalid(self, form: GridForm) -> HttpResponse:
        messages.error(self.request, "La grille n’est pas enregistrée : corrigez ce qui est signalé ci-dessous.")
        return super().form_invalid(form)

    def carry_out(self, form: GridForm) -> None:
        grid.fill(
            self.sheet, form.filled(), by=self.user, seen=form.cleaned_data["seen"], read=form.cleaned_data["read"]
        )
        self.saved = self._saved(self.request.POST)
        self.done = self._decide(self.decision, self.request.POST.get("reason", ""))

    def refuse(self, form: GridForm, refusal: RefusedError) -> HttpResponse:
        """The decision may be refused once the answers are saved: the form then holds the saved answers.

        Nobody has a grid for a text that changed meanwhile: what was typed may be sent again about that text.
        """
        messages.error(self.request, str(refusal))
        if self.saved is None and self.review is None:
            data = self.request.POST.copy()
            data["seen"], data["read"] = "", text_key(self.revision)
            form = self._form(data)
        return self.render_to_response(self.get_context_data(form=self.saved or form))

    @property
    def decision(self) -> str:
        return self.request.POST.get("decision", "")

    def _decide(self, decision: str, reason: str) -> str:
        """What was done, in French."""
        if decision not in ("approve", "reject"):
            return "La grille est enregistrée."
        task_state = self._waiting()
        if task_state is None:
            raise RefusedError("La grille est enregistrée.", *decided_before(self.sheet, self.user).messages)
        task = task_state.task.specific
        if decision not in {name for name, _, _ in task.get_actions(self.sheet, self.user)}:
            raise RefusedError("La grille est enregistrée, mais cette décision n’est pas possible.", *self._blocking())
        task.on_action(task_state, self.user, decision, comment=reason)
        return f"La grille est enregistrée. {outcome(task_state)}"

    def _waiting(self) -> TaskState | None:
        """The editorial step, if the sheet waits there for this user."""
        task_state = self.sheet.current_workflow_task_state
        if task_state is None or not isinstance(task_state.task.specific, GridReviewTask):
            return None
        return task_state if task_state.task.specific.get_actions(self.sheet, self.user) else None

    def _blocking(self) -> list[str]:
        revision = self.sheet.get_latest_revision()
        return grid_errors(self.sheet, revision, text_key(revision))

    def _saved(self, posted: QueryDict) -> GridForm:
        """The form as sent, once its answers are saved: the next decision is about them."""
        del self.review, self.history
        data = posted.copy()
        data["seen"] = grid.stamp(self.review)
        return self._form(data)

    def _form(self, data: Any = None) -> GridForm:
        criteria = criteria_of(self.review)
        earlier = grid.earlier_answers(self.before, criteria, self.revision) if self.before else {}
        initial = {"seen": grid.stamp(self.review), "read": text_key(self.revision)}
        return GridForm(data, criteria=criteria, review=self.review, earlier=earlier, initial=initial)


class SafeMessagingView(SheetGuard, ServiceFormView):
    """The checklist of a sheet about suicide: each tick is signed and dated."""

    page_title = "Parler du suicide sans risque"
    template_name = "wagtailadmin/review/safe_messaging.html"
    form_class = SafeMessagingForm
    done = "La relecture « parler du suicide sans risque » est enregistrée."

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
            rows=rows,
            missing=len(rows) - len(ticks),
            who_signs=services.WHO_SIGNS,
            seen=text_key(self.sheet.get_latest_revision()),
        )

    def form_invalid(self, form: SafeMessagingForm) -> HttpResponse:
        raise PermissionDenied("Un point coché n’existe pas.")

    def carry_out(self, form: SafeMessagingForm) -> None:
        services.tick(self.sheet, form.cleaned_data["items"], by=self.user, seen=form.cleaned_data["seen"])


class OverrideView(SheetGuard, ServiceFormView):
    """The Centre publishes a text without the agreement of its CLSM, with a reason."""

    page_title = "Passer outre l’accord du CLSM"
    template_name = "wagtailadmin/review/override.html"
    form_class = OverrideForm
    done = "La décision du Centre est enregistrée pour ce texte, et pour lui seul."

    def allows(self) -> bool:
        return self.user.has_perm(services.OVERRIDE_RIGHT) and super().allows()

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"sheet": self.sheet}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        done = self.sheet.overrides.select_related("by", "revision")
        context = super().get_context_data(**kwargs, done=done, seen=text_key(self.sheet.get_latest_revision()))
        if set(context["form"].errors) - {NON_FIELD_ERRORS}:
            context["seen"] = self.request.POST.get("seen", "")  # a reason left out: still about the text that was read
        return context

    def carry_out(self, form: OverrideForm) -> None:
        data = form.cleaned_data
        services.override(self.sheet, data["kind"], by=self.user, reason=data["reason"], seen=data["seen"])
