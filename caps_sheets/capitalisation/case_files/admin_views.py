"""Admin views of case files: the board, the opening from a census answer, and the page of one file.

Each form of the page has its own URL. The opening page lists what prevents it, or shows a button.
"""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages

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
    grid_of,
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
from portal.base.admin_views import ObjectView, ServiceFormView, say_refusal
from portal.base.errors import RefusedError
from portal.users.models import User

BOARD_TITLE = "Tableau des dossiers"


class CaseFilesView(ObjectView):
    """A view of the case files, below the board in the breadcrumbs."""

    right = VIEW
    header_icon = "folder-open-1"

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("case_board:index"), "label": BOARD_TITLE}]


Forms = dict[str, BaseForm]


class CaseView(CaseFilesView):
    """Shows the file. The views below it handle the POSTs, and show it again after a refusal."""

    right = ""  # a file that the user may not see is a 404
    template_name = "wagtailadmin/capitalisation/case.html"

    def find(self) -> None:
        files = visible_to(self.user).select_related("answer__clsm", "answer__main_theme", "owner", "sheet")
        self.case_file: CaseFile = get_object_or_404(files, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.case_file)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        bound: Forms = kwargs.pop("bound", {})
        lines = grid_of(self.case_file)
        framing = bound.get("framing") or FramingForm(lines=lines, initial=self._seen())
        return {
            **super().get_context_data(**kwargs),
            "case_file": self.case_file,
            "days": self.case_file.days_at_stage(),
            "late_days": self.case_file.late_days(),
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
            "history": [_told(stage_move) for stage_move in self.case_file.moves.select_related("by")],
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


def _told(kept: StageMove) -> tuple[StageMove, str, str]:
    """A move, the label of its decision, and its author; the account may be deleted."""
    nobody = (
        "par le circuit de la fiche"
        if kept.action in {transition.name for transition in FOLLOWED}
        else "compte supprimé"
    )
    return kept, LABELS.get(kept.action, kept.action), str(kept.by or nobody)


class CaseFormView(CaseView, ServiceFormView):
    """A form of the page, at its own URL: a GET shows the file; a refusal shows the page with what was typed.

    ``form_name``: the form in ``CaseView``; ``invalid``: the message when a field is wrong.
    """

    form_name = ""
    invalid = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("case_files:edit", self.case_file.pk)

    def form_invalid(self, form: BaseForm) -> HttpResponse:
        messages.error(self.request, self.invalid)
        return self.show_again(form)

    def refuse(self, form: BaseForm, refusal: RefusedError) -> HttpResponse:
        """The page with the current file and what was typed, which is now about that file."""
        say_refusal(self.request, refusal)
        self.find()
        posted = self.request.POST.copy()
        posted["revision"] = str(self.case_file.revision)
        form.data = posted
        return self.show_again(form)

    def show_again(self, form: BaseForm) -> HttpResponse:
        """With the revision that the form was opened on: a mistake is no reason to overwrite what came meanwhile."""
        return self.render_to_response(self.get_context_data(form=form, bound={self.form_name: form}))

    def as_seen(self, form: BaseForm) -> CaseFile:
        """The file with the revision that was on screen."""
        seen = CaseFile.objects.get(pk=self.case_file.pk)
        seen.revision = form.cleaned_data["revision"]
        return seen

    def get_success_url(self) -> str:
        """A person who hands their file over no longer sees it."""
        if visible_to(self.user).filter(pk=self.case_file.pk).exists():
            return reverse("case_files:edit", args=[self.case_file.pk])
        return reverse("case_board:index")


class MoveView(CaseFormView):
    invalid = "Rien n’a été décidé : complétez le formulaire."

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.form_name = kwargs["action"]
        offer = next((offer for offer in self._offers() if offer.action == self.form_name), None)
        if offer is None:
            return self._not_offered()
        self.offer = offer
        return super().post(request, *args, **kwargs)

    def get_form(self, form_class: Any = None) -> MoveForm:
        return self._move_form(self.offer, self.request.POST)

    def carry_out(self, form: MoveForm) -> None:
        values = form.cleaned_data
        move(
            self.as_seen(form),
            self.offer.action,
            by=self.user,
            reason=values.get("reason", ""),
            message=values.get("message", ""),
            due_on=values.get("due_on"),
        )
        self.done = f"{self.offer.label} : c’est fait."

    def _not_offered(self) -> HttpResponse:
        """Somebody decided in between, or the URL was made up: there is no form to give back."""
        messages.error(self.request, "Rien n’a été décidé : le dossier n’attend pas cette décision de votre part.")
        messages.error(self.request, str(CASES.overtaken(self.case_file)))
        return redirect("case_files:edit", self.case_file.pk)


class DetailsView(CaseFormView):
    form_name = "details"
    invalid = "Le suivi n’est pas enregistré : corrigez les champs signalés."
    done = "Le suivi est enregistré."

    def get_form(self, form_class: Any = None) -> DetailsForm:
        return DetailsForm(self.request.POST, instance=CaseFile.objects.get(pk=self.case_file.pk))

    def carry_out(self, form: DetailsForm) -> None:
        save_details(self.as_seen(form), form.cleaned_data, by=self.user)

    def refuse(self, form: Any, refusal: RefusedError) -> HttpResponse:
        form.say_what_was_saved(CaseFile.objects.get(pk=self.case_file.pk))
        return super().refuse(form, refusal)


class OwnerView(CaseFormView):
    form_name = "owner"
    form_class = OwnerForm
    invalid = "Choisissez une personne de la liste."

    def carry_out(self, form: OwnerForm) -> None:
        owner: User | None = form.cleaned_data["owner"]
        entrust(self.as_seen(form), owner, by=self.user)
        self.done = f"Le dossier est confié à {owner}." if owner else "Le dossier n’est plus confié à personne."


class FramingView(CaseFormView):
    form_name = "framing"
    invalid = "La grille n’est pas enregistrée : corrigez les réponses signalées."
    done = "La grille de cadrage est enregistrée."

    def get_form(self, form_class: Any = None) -> FramingForm:
        return FramingForm(self.request.POST, lines=grid_of(self.case_file))

    def carry_out(self, form: FramingForm) -> None:
        save_framing(self.as_seen(form), form.answers(), by=self.user)


class OpenForm(forms.Form):
    owner = forms.ModelChoiceField(
        label="Accompagnateur·rice", queryset=User.objects.none(), required=False, empty_label="à désigner plus tard"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]


class OpenCaseView(CaseFilesView, ServiceFormView):
    """An answer that already has a file redirects to it."""

    right = OPEN
    page_title = "Ouvrir un dossier"
    template_name = "wagtailadmin/capitalisation/open_case.html"
    form_class = OpenForm
    done = "Le dossier est ouvert."

    def find(self) -> None:
        answers = CensusAnswer.objects.select_related("clsm", "main_theme")
        self.answer = get_object_or_404(answers, pk=self.kwargs["answer_pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        existing = CaseFile.objects.filter(answer=self.answer).first()
        return redirect("case_files:edit", existing.pk) if existing else super().get(request, *args, **kwargs)

    def carry_out(self, form: OpenForm) -> None:
        self.case_file = open_case(self.answer, by=self.user, owner=form.cleaned_data["owner"])

    def refuse(self, form: OpenForm, refusal: RefusedError) -> HttpResponse:
        """What stands in the way takes the place of the form."""
        say_refusal(self.request, refusal)
        return self.render_to_response(self.get_context_data(form=form))

    def get_success_url(self) -> str:
        case_file = getattr(self, "case_file", None)
        return reverse("case_files:edit", args=[case_file.pk]) if case_file else reverse("case_board:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "answer": self.answer,
            "refusals": opening_refusals(self.answer),
            "coverage": coverage_of(self.answer),
            "action": reverse("case_files:open", args=[self.answer.pk]),
        }


NOBODY, MINE = "personne", "moi"


class BoardView(CaseFilesView):
    """``?accompagnement=<id>|moi|personne&retard=1``; unknown values are ignored."""

    page_title = BOARD_TITLE
    template_name = "wagtailadmin/capitalisation/board.html"

    def crumbs(self) -> list[dict[str, Any]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        owners = list(possible_owners()) if self.user.has_perm(VIEW_EVERY) else []
        asked = self.request.GET.get("accompagnement", "")
        known = {NOBODY, MINE, *(str(owner.pk) for owner in owners)}
        chosen = asked if asked in known else ""
        late_only = self.request.GET.get("retard") == "1"
        board = columns(self._files(chosen, late_only))
        return {
            **super().get_context_data(**kwargs),
            "columns": [(column, self._list_url(column.stage.value, chosen, late_only)) for column in board],
            "total": sum(column.count for column in board),
            "late": sum(column.late for column in board),
            "owners": owners,
            "chosen": chosen,
            "late_only": late_only,
            "list_url": reverse("case_files:index"),
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
        return f"{reverse('case_files:index')}?{urlencode(asked)}"
