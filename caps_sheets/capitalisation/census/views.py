"""Public views of the census: the answers of a CLSM, each step of the questionnaire with autosave, and sending."""

from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caps_sheets.capitalisation.census import services
from caps_sheets.capitalisation.census.corrections import MAY_ASK
from caps_sheets.capitalisation.census.deadlines import (
    beginning_refusal,
    dates,
    edition_of_day,
    ended_years,
    sending_refusal,
)
from caps_sheets.capitalisation.census.documents import ACCEPTED, add_document, remove_document, serve_document
from caps_sheets.capitalisation.census.editions import discard, reuse, start
from caps_sheets.capitalisation.census.permissions import for_answer, may_read_document
from caps_sheets.capitalisation.census.public_card import LISTS, card_url, public_answers
from caps_sheets.capitalisation.census.questionnaire import DOCUMENTS, QUESTIONNAIRE
from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusDocument, CensusState
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from network.permissions import for_coordinators, private
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals, say_outcome
from portal.base.querysets import visible
from portal.base.questionnaires.questionnaire import QuestionnaireStep
from portal.base.questionnaires.views import StepView, or_told_to_log_in, save_fields
from portal.users.models import User
from portal.users.second_factor import demand_second_factor

NO_DOCUMENT = "Vos réponses sont enregistrées ; le document ne l’est pas."


@method_decorator([require_http_methods(["GET", "HEAD", "POST"]), for_answer], name="dispatch")
class CensusStepView(StepView):
    """One step of an answer, with the documents that may be attached there."""

    questionnaire = QUESTIONNAIRE
    layout = "pages/space/layout.html"
    template_name = "pages/census/step.html"
    conflict_template_name = "pages/census/conflict.html"
    copy_prefix = "recensement"

    def autosave_url(self, answer: CensusAnswer) -> str:
        return reverse("census_autosave", args=[answer.clsm_id, answer.pk])

    def check_url(self, answer: CensusAnswer) -> str:
        return reverse("census_check", args=[answer.clsm_id, answer.pk])

    def read_url(self, answer: CensusAnswer) -> str:
        return reverse("census_answer", args=[answer.clsm_id, answer.pk])

    def quit_url(self, answer: CensusAnswer) -> str:
        return reverse("census_list", args=[answer.clsm_id])

    def quit_message(self, answer: CensusAnswer) -> str:
        title = str(CensusAnswer.objects.get(pk=answer.pk))
        return f"« {title} » est enregistrée. Vous pourrez la reprendre ici."

    def get_context_data(self, answer: CensusAnswer, step: QuestionnaireStep) -> dict[str, Any]:
        kind = DOCUMENTS.get(step.key)
        return {
            "clsm": answer.clsm,
            "kind": kind,
            "documents": answer.documents.filter(kind=kind) if kind else (),
            "accepted": ACCEPTED,
            "reason": last_reason(answer),
        }

    def save_files(self, answer: CensusAnswer, step: QuestionnaireStep) -> str:
        """Add the file of the form, or delete the one whose button was pressed."""
        user = cast(User, self.request.user)
        kind, file = DOCUMENTS.get(step.key), self.request.FILES.get("document")
        try:
            if kind and isinstance(file, UploadedFile):
                add_document(answer, kind, file, user)
                messages.success(self.request, "Le document est joint.")
            if number := posted_number(self.request.POST.get("retirer", "")):
                remove_document(get_object_or_404(answer.documents, pk=number), user)
                messages.success(self.request, "Le document est retiré.")
        except RefusedError as refusal:
            for message in refusal.messages:
                messages.error(self.request, message)
            return NO_DOCUMENT
        return ""


def last_reason(answer: CensusAnswer) -> str:
    """What the Centre asks to complete, in that state only."""
    if answer.state != CensusState.INCOMPLETE:
        return ""
    return answer.changes.values_list("reason", flat=True).first() or ""


@require_POST
@or_told_to_log_in
@for_answer
def autosave(request: HttpRequest, answer: CensusAnswer) -> JsonResponse:
    return save_fields(request, QUESTIONNAIRE, answer)


@require_http_methods(["GET", "HEAD", "POST"])
@for_answer
def check(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """Everything on one page, what is missing first; POST sends it to the Centre."""
    if answer.state not in EDITABLE:
        return redirect("census_answer", answer.clsm_id, answer.pk)
    problems: list[str] = []
    if request.method == "POST":
        problems = send(request, answer)
        if not problems:
            messages.success(request, f"« {answer} » est envoyée au Centre. Merci !")
            return redirect("census_answer", answer.clsm_id, answer.pk)
        if CensusAnswer.objects.get(pk=answer.pk).state not in EDITABLE:  # somebody else sent it meanwhile
            messages.error(request, " ".join(problems))
            return redirect("census_answer", answer.clsm_id, answer.pk)
    context = {
        "answer": answer,
        "clsm": answer.clsm,
        "summary": QUESTIONNAIRE.summary(answer),
        "missing": QUESTIONNAIRE.missing_answers(answer),
        "documents": answer.documents.all(),
        "add": [
            (f"Joindre ou retirer : {CensusDocument.Kind(kind).label}", QUESTIONNAIRE.step_url(answer, step))
            for key, kind in DOCUMENTS.items()
            if (step := QUESTIONNAIRE.find_step(key))
        ],
        "late": sending_refusal(answer),
        "problems": problems,
        "has_read": request.POST.get("lu") == "oui",
    }
    return render(request, "pages/census/check.html", context, status=400 if problems else 200)


def send(request: HttpRequest, answer: CensusAnswer) -> list[str]:
    """Send ``answer``; return what prevents it."""
    if request.POST.get("lu") != "oui":
        return ["Cochez la case de la mention d’information : elle dit ce que deviennent vos réponses."]
    seen = request.POST.get("revision", "")
    with refusals() as problems:
        services.send(answer, by=cast(User, request.user), revision=posted_number(seen, -1))
    return problems


@require_safe
@for_coordinators
def answers(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """Declared answers and drafts of the CLSM, the latest edition first."""
    later = CensusAnswer.objects.filter(previous=OuterRef("pk"))
    declared = clsm.census_answers.annotate(has_next=Exists(later)).order_by("-edition", "-updated_at", "-pk")
    today = timezone.localdate()
    edition = edition_of_day(today)
    context = {
        "clsm": clsm,
        "answers": declared,
        "editable": EDITABLE,
        "edition": edition,
        "dates": dates(edition, today) if edition else "",
        "may_begin": not beginning_refusal(edition, today),
        "ended": ended_years(today),
    }
    return render(request, "pages/census/list.html", context)


@require_POST
@for_coordinators
def new(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    with refusals() as problems:
        answer = start(clsm, cast(User, request.user))
    if problems:
        messages.error(request, " ".join(problems))
        return redirect("census_list", clsm.pk)
    return redirect(QUESTIONNAIRE.start_url(answer))


@require_safe
@for_answer
def read(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """One answer, in any state, with its history and the available actions."""
    context = {
        "clsm": answer.clsm,
        "answer": answer,
        "summary": QUESTIONNAIRE.summary(answer),
        "changes": answer.changes.all(),
        "documents": answer.documents.all(),
        "is_editable": answer.state in EDITABLE,
        "is_draft": answer.state == CensusState.DRAFT,
        "late": sending_refusal(answer),
        "card_url": card_url(answer),
        "start_url": QUESTIONNAIRE.start_url(answer),
        "is_sent": answer.state == CensusState.SUBMITTED,
        "may_ask": answer.state in MAY_ASK,
        "requests": answer.requests.all(),
        "corrections": answer.corrections.all(),
    }
    return render(request, "pages/census/answer.html", context)


@require_POST
@for_answer
def next_edition(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    with refusals() as problems:
        copy = reuse(answer, cast(User, request.user))
    if problems:
        messages.error(request, " ".join(problems))
        return redirect("census_answer", answer.clsm_id, answer.pk)
    if copy.state not in EDITABLE:
        messages.info(request, f"L’édition {copy.edition} de cette action existe déjà.")
        return redirect("census_answer", copy.clsm_id, copy.pk)
    messages.success(request, f"Voici l’édition {copy.edition} : relisez chaque étape, les résultats sont à remplir.")
    return redirect(QUESTIONNAIRE.start_url(copy))


@require_http_methods(["GET", "HEAD", "POST"])
@for_answer
def delete(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """GET asks for a confirmation; POST deletes the draft."""
    if answer.state != CensusState.DRAFT:
        raise Http404("Seul un brouillon se supprime.")
    if request.method != "POST":
        return render(request, "pages/census/delete.html", {"clsm": answer.clsm, "answer": answer})
    title = str(answer)
    with refusals() as problems:
        discard(answer, cast(User, request.user))
    say_outcome(request, problems, done=f"Le brouillon « {title} » est supprimé.")
    return redirect("census_list", answer.clsm_id)


@require_safe
@private
def document(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file attached to an answer: 404 to all but the coordinators of its CLSM and the Centre."""
    attached = get_object_or_404(CensusDocument.objects.select_related("answer__clsm"), pk=pk)
    user = cast(User, request.user)
    if not may_read_document(user, attached):
        demand_second_factor(user)
        raise Http404
    return serve_document(request, attached, user)


@require_safe
def card(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """``/actions/<pk>-<slug>/``: 404 unless the action is public now; one URL only for each action."""
    answers = public_answers().select_related("clsm", "main_theme").prefetch_related(*LISTS)
    answer = answers.filter(pk=pk).first()
    if answer is None:
        raise Http404
    if request.path != answer.url:
        return redirect(answer.url, permanent=True)
    themes = [answer.main_theme] if answer.main_theme else []
    themes += [theme for theme in answer.themes.all() if theme not in themes]
    previous = public_answers().filter(next_editions=answer).first()
    context = {
        "answer": answer,
        "clsm": answer.clsm,
        "themes": themes,
        "sheet": visible(CapsSheetPage.objects.filter(case_file__answer=answer)).first(),
        "previous_url": previous.url if previous else "",
        "canonical_url": request.build_absolute_uri(answer.url),
        "shows_help": any(theme.shows_help for theme in themes),
    }
    return render(request, "pages/census/card.html", context)
