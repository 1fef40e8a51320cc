"""Admin views of case files: the board, the opening from a census answer, and the page of one file.

Each form of the page has its own URL. The opening page lists what prevents it, or shows a button.
"""

from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.capitalisation.case_files.edits import entrust, save_details, save_framing
from caps_sheets.capitalisation.case_files.forms import DetailsForm, FramingForm, MoveForm, OwnerForm
from caps_sheets.capitalisation.case_files.permissions import (
    OPEN,
    VIEW,
    VIEW_EVERY,
    is_centre,
    may_change,
    possible_owners,
    visible_to,
)
from caps_sheets.capitalisation.case_files.queries import (
    columns,
    coverage_of,
    days_at_stage,
    grid_of,
    late_days,
    late_on,
    panels_for,
    score_of,
)
from caps_sheets.capitalisation.case_files.services import (
    Offer,
    move,
    offered,
    open_case,
    opening_refusals,
)
from caps_sheets.capitalisation.case_files.transitions import CASES, FOLLOWED, IN_WORKFLOW, LABELS
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusAnswer, Stage, StageMove
from portal.base.errors import Refused
from portal.users.models import User

BOARD_TITLE = "Tableau des dossiers"


class CaseScreen(WagtailAdminTemplateMixin, TemplateView):
    """A screen for those who hold ``right``; the others are sent back to their dashboard."""

    right = VIEW
    header_icon = "folder-open-1"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.right):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # the back office lets nobody else in

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        board = {"url": reverse("capitalisation_board"), "label": BOARD_TITLE}
        here = {"url": "", "label": self.get_page_title()}
        above = [] if self.get_page_title() == BOARD_TITLE else [board]
        return [*self.breadcrumbs_items, *above, here]


Forms = dict[str, BaseForm]


class CaseView(CaseScreen):
    """Shows the file; the views below it answer the POSTs, and show it again when something is refused."""

    template_name = "wagtailadmin/capitalisation/case.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        files = visible_to(self.user).select_related("answer__clsm", "answer__main_theme", "owner", "sheet")
        self.case_file: CaseFile = get_object_or_404(files, pk=kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.case_file)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bound: Forms = kwargs.pop("bound", {})
        lines = grid_of(self.case_file)
        framing = bound.get("framing") or FramingForm(lines=lines, initial=self._seen())
        return {
            **super().get_context_data(**kwargs),
            "case_file": self.case_file,
            "days": days_at_stage(self.case_file),
            "late_days": late_days(self.case_file),
            "moves": [(offer, bound.get(offer.action) or self._move_form(offer)) for offer in self._offers()],
            "is_followed": self.case_file.stage in (Stage.WRITING, *IN_WORKFLOW),
            "may_change": may_change(self.user, self.case_file),
            "may_entrust": is_centre(self.user),
            "details": bound.get("details") or DetailsForm(instance=self.case_file, initial=self._seen()),
            "owner_form": bound.get("owner") or OwnerForm(initial=self._seen() | {"owner": self.case_file.owner}),
            "framing": framing,
            "score": score_of(lines),
            "coverage": coverage_of(self.case_file.answer),
            "panels": panels_for(self.case_file, self.user),
            "history": [_told(each) for each in self.case_file.moves.select_related("by")],
        }

    def _offers(self) -> list[Offer]:
        return offered(self.case_file, self.user)

    def _seen(self) -> dict[str, Any]:
        return {"revision": self.case_file.revision}

    def _move_form(self, offer: Offer, data: Any = None) -> MoveForm:
        return MoveForm(
            data,
            initial=self._seen(),
            auto_id=f"id_{offer.action}_%s",
            needs_reason=offer.needs_reason,
            writes_to_clsm=offer.writes_to_clsm,
            leads_to=offer.target if offer.target != self.case_file.stage else None,
        )

    def _as_seen(self, form: BaseForm) -> CaseFile:
        """The file with the revision that the person had on screen."""
        seen = CaseFile.objects.get(pk=self.case_file.pk)
        seen.revision = form.cleaned_data["revision"]
        return seen

    def _done(self, message: str) -> HttpResponse:
        messages.success(self.request, message)
        # A person who hands their file over no longer sees it.
        if visible_to(self.user).filter(pk=self.case_file.pk).exists():
            return redirect("capitalisation_case", self.case_file.pk)
        return redirect("capitalisation_board")

    def _refused(self, refusal: Refused, name: str, form: BaseForm) -> HttpResponse:
        """The page again as the file is now, what was typed still there."""
        for sentence in refusal.messages:
            messages.error(self.request, sentence)
        self.case_file = get_object_or_404(visible_to(self.user), pk=self.case_file.pk)
        return self._again(name, form)

    def _again(self, name: str, form: BaseForm) -> HttpResponse:
        posted = self.request.POST.copy()
        posted["revision"] = str(self.case_file.revision)
        form.data = posted
        return self.render_to_response(self.get_context_data(bound={name: form}))


def _told(kept: StageMove) -> tuple[StageMove, str, str]:
    """A move, the label of its decision, and who made it; an account may have been deleted since."""
    nobody = "par le circuit de la fiche" if kept.action in {each.name for each in FOLLOWED} else "compte supprimé"
    return kept, LABELS.get(kept.action, kept.action), str(kept.by or nobody)


class PostOnly(CaseView):
    """A GET on the address of a form shows the file."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("capitalisation_case", self.case_file.pk)


class MoveView(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = kwargs["action"]
        offer = next((each for each in self._offers() if each.action == action), None)
        if offer is None:
            return self._not_offered()
        form = self._move_form(offer, request.POST)
        if not form.is_valid():
            messages.error(request, "Rien n’a été décidé : complétez le formulaire.")
            return self._again(action, form)
        values = form.cleaned_data
        try:
            move(
                self._as_seen(form),
                action,
                by=self.user,
                reason=values.get("reason", ""),
                message=values.get("message", ""),
                due_on=values.get("due_on"),
            )
        except Refused as refusal:
            return self._refused(refusal, action, form)
        return self._done(f"{offer.label} : c’est fait.")

    def _not_offered(self) -> HttpResponse:
        """Somebody decided in between, or the address was made up: there is no form to give back."""
        messages.error(self.request, "Rien n’a été décidé : le dossier n’attend pas cette décision de votre part.")
        messages.error(self.request, str(CASES.overtaken(self.case_file)))
        return redirect("capitalisation_case", self.case_file.pk)


class DetailsView(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = DetailsForm(request.POST, instance=CaseFile.objects.get(pk=self.case_file.pk))
        if not form.is_valid():
            messages.error(request, "Le suivi n’est pas enregistré : corrigez les champs signalés.")
            return self._again("details", form)
        try:
            save_details(self._as_seen(form), form.cleaned_data, by=self.user)
        except Refused as refusal:
            form.say_what_was_saved(CaseFile.objects.get(pk=self.case_file.pk))
            return self._refused(refusal, "details", form)
        return self._done("Le suivi est enregistré.")


class OwnerView(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OwnerForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Choisissez une personne de la liste.")
            return self._again("owner", form)
        owner: User | None = form.cleaned_data["owner"]
        try:
            entrust(self._as_seen(form), owner, by=self.user)
        except Refused as refusal:
            return self._refused(refusal, "owner", form)
        return self._done(f"Le dossier est confié à {owner}." if owner else "Le dossier n’est plus confié à personne.")


class FramingView(PostOnly):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = FramingForm(request.POST, lines=grid_of(self.case_file))
        if not form.is_valid():
            messages.error(request, "La grille n’est pas enregistrée : corrigez les réponses signalées.")
            return self._again("framing", form)
        try:
            save_framing(self._as_seen(form), form.answers(), by=self.user)
        except Refused as refusal:
            return self._refused(refusal, "framing", form)
        return self._done("La grille de cadrage est enregistrée.")


class OpenForm(forms.Form):
    owner = forms.ModelChoiceField(
        label="Accompagnateur·rice", queryset=User.objects.none(), required=False, empty_label="à désigner plus tard"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]


class OpenCaseView(CaseScreen):
    """An answer that already has a file leads to it."""

    right = OPEN
    page_title = "Ouvrir un dossier"
    template_name = "wagtailadmin/capitalisation/open_case.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        answers = CensusAnswer.objects.select_related("clsm", "main_theme")
        self.answer = get_object_or_404(answers, pk=kwargs["answer_pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        existing = CaseFile.objects.filter(answer=self.answer).first()
        if existing:
            return redirect("capitalisation_case", existing.pk)
        return self.render_to_response(self.get_context_data(form=OpenForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OpenForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            case_file = open_case(self.answer, by=self.user, owner=form.cleaned_data["owner"])
        except Refused as refusal:
            for sentence in refusal.messages:
                messages.error(request, sentence)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, "Le dossier est ouvert.")
        return redirect("capitalisation_case", case_file.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "answer": self.answer,
            "refusals": opening_refusals(self.answer),
            "coverage": coverage_of(self.answer),
            "action": reverse("capitalisation_open_case", args=[self.answer.pk]),
        }


NOBODY, MINE = "personne", "moi"


class BoardView(CaseScreen):
    """``?accompagnement=<id>|moi|personne&retard=1``; what is unknown is ignored."""

    page_title = BOARD_TITLE
    template_name = "wagtailadmin/capitalisation/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owners = list(possible_owners()) if self.user.has_perm(VIEW_EVERY) else []
        asked = self.request.GET.get("accompagnement", "")
        known = {NOBODY, MINE, *(str(owner.pk) for owner in owners)}
        chosen = asked if asked in known else ""
        late_only = self.request.GET.get("retard") == "1"
        found = columns(self._files(chosen, late_only))
        return {
            **super().get_context_data(**kwargs),
            "columns": [(column, self._list_url(column.stage.value, chosen, late_only)) for column in found],
            "total": sum(column.count for column in found),
            "late": sum(column.late for column in found),
            "owners": owners,
            "chosen": chosen,
            "late_only": late_only,
            "list_url": reverse("capitalisation_cases"),
        }

    def _files(self, chosen: str, late_only: bool) -> QuerySet[CaseFile]:
        files = visible_to(self.user)
        if chosen == NOBODY:
            files = files.filter(owner=None)
        elif chosen:
            files = files.filter(owner=self.user.pk if chosen == MINE else int(chosen))
        return files.filter(late_on(timezone.localdate())) if late_only else files

    def _list_url(self, stage: int, chosen: str, late_only: bool) -> str:
        asked: dict[str, Any] = {"stage": stage, "status": CaseStatus.ACTIVE.value}
        if chosen == NOBODY:
            asked["owner"] = "null"
        elif chosen:
            asked["owner"] = self.user.pk if chosen == MINE else chosen
        if late_only:
            asked["retard"] = "oui"
        return f"{reverse('capitalisation_cases')}?{urlencode(asked)}"
