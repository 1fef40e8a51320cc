"""Public views of the census: the answers of a CLSM, each step of the questionnaire with autosave, and sending."""

from typing import Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caps_sheets.capitalisation.census import services
from caps_sheets.capitalisation.census.access import (
    for_answer,
    known_revisions,
    may_read_document,
    or_told_to_log_in,
)
from caps_sheets.capitalisation.census.documents import ACCEPTED, add_document, remove_document, serve_document
from caps_sheets.capitalisation.census.editions import discard, reuse, start
from caps_sheets.capitalisation.census.forms import AnswerForm, questions, raw_value, summary
from caps_sheets.capitalisation.census.public_card import LISTS, card_url, public_answers
from caps_sheets.capitalisation.census.questionnaire import (
    FIELDS,
    STEPS,
    QuestionnaireStep,
    missing_answers,
    next_step,
    step_of,
    step_with,
)
from caps_sheets.capitalisation.census.transitions import EDITABLE
from caps_sheets.capitalisation.census.typed_steps import Saved, ShownRevisions, save_typed
from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument, CensusState
from caps_sheets.models import CapsSheetPage
from network.access import for_coordinators, private
from network.models import ClsmPage
from portal.base.errors import RefusedError
from portal.base.querysets import visible
from portal.users.models import User
from portal.users.second_factor import demand_second_factor

#: Values of the submit button; any other one is the key of a step.
NEXT, QUIT, CHECK, STAY = "suite", "quitter", "verification", "ici"

UNREADABLE = "Vos réponses sont enregistrées, mais quelque chose est à corriger dans cette étape."

NO_DOCUMENT = "Vos réponses sont enregistrées ; le document ne l’est pas."

MINE, THEIRS = "mienne", "autre"


@require_http_methods(["GET", "HEAD", "POST"])
@for_answer
def step(request: HttpRequest, answer: CensusAnswer, key: str) -> HttpResponse:
    """GET shows the saved step; POST saves it, valid or not, and redirects by the button."""
    current = step_of(key)
    if current is None:
        raise Http404
    if answer.state not in EDITABLE and request.method != "POST":
        return redirect("census_answer", answer.clsm_id, answer.pk)
    if request.method == "POST":
        return save_step(request, answer, current)
    return show_step(request, answer, current)


def save_step(request: HttpRequest, answer: CensusAnswer, current: QuestionnaireStep) -> HttpResponse:
    try:
        typed, known = settled(request.POST)
        saved = save_typed(answer, {name: raw for name, raw in typed.items() if name in current.fields}, known)
    except RefusedError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return show_step(request, answer, current, {"typed": typed, "revision": known.revision}, status=403)
    refused = save_documents(request, answer, current)
    if saved.conflicts:
        return show_conflicts(request, answer, current, saved)
    if saved.errors:
        messages.warning(request, UNREADABLE)
    elif refused:
        messages.warning(request, NO_DOCUMENT)
    return go_on(request, answer, current, bool(refused or saved.errors))


def settled(data: QueryDict) -> tuple[dict[str, list[str]], ShownRevisions]:
    """What to write and the revisions on the page; after a conflict, the choice of the person."""
    known = known_revisions(data)
    names = [name for name in data.getlist("present") if name in FIELDS]
    if "conflit" not in data:
        return {name: data.getlist(name) for name in names}, known
    choices = {name: data.get(f"choix_{name}") for name in names}
    seen = {name: known.revision for name, choice in choices.items() if choice == MINE}
    return {name: data.getlist(name) for name, choice in choices.items() if choice != THEIRS}, ShownRevisions(0, seen)


def save_documents(request: HttpRequest, answer: CensusAnswer, current: QuestionnaireStep) -> list[str]:
    """Add the file of the form, or delete the one whose button was pressed; return the errors."""
    user = cast(User, request.user)
    file = request.FILES.get("document")
    try:
        if current.documents and isinstance(file, UploadedFile):
            add_document(answer, current.documents, file, user)
            messages.success(request, "Le document est joint.")
        if (number := request.POST.get("retirer", "")).isdigit():
            remove_document(get_object_or_404(answer.documents, pk=int(number)), user)
            messages.success(request, "Le document est retiré.")
    except RefusedError as refusal:
        for message in refusal.messages:
            messages.error(request, message)
        return refusal.messages
    return []


def go_on(request: HttpRequest, answer: CensusAnswer, current: QuestionnaireStep, has_problems: bool) -> HttpResponse:
    asked = request.POST.get("vers", STAY)
    if asked == QUIT:
        messages.success(request, f"« {answer_title(answer)} » est enregistrée. Vous pourrez la reprendre ici.")
        return redirect("census_list", answer.clsm_id)
    chosen = current if has_problems or asked == STAY else step_of(asked)
    if chosen is None and asked == NEXT:
        chosen = next_step(current)
    if chosen is None:
        return redirect("census_check", answer.clsm_id, answer.pk)
    return redirect("census_step", answer.clsm_id, answer.pk, chosen.key)


def answer_title(answer: CensusAnswer) -> str:
    return str(CensusAnswer.objects.get(pk=answer.pk))


def show_step(
    request: HttpRequest,
    answer: CensusAnswer,
    current: QuestionnaireStep,
    kept: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """``kept``: input that could not be saved yet, shown instead of the saved one."""
    unsaved = {name: raw for name, raw in (kept or {}).get("typed", {}).items() if name in current.fields}
    shown = {name: raw_value(answer, name) for name in current.fields} | unsaved
    form = AnswerForm(answer, current.fields, shown)
    context = {
        "answer": answer,
        "clsm": answer.clsm,
        "step": current,
        "steps": STEPS,
        "number": STEPS.index(current) + 1,
        "form": form,
        "questions": questions(form),
        "revision": kept["revision"] if kept else answer.revision,
        "unsaved": bool(unsaved),
        "documents": answer.documents.filter(kind=current.documents) if current.documents else (),
        "accepted": ACCEPTED,
        "reason": last_reason(answer),
    }
    return render(request, "pages/census/step.html", context, status=status)


def last_reason(answer: CensusAnswer) -> str:
    """What the Centre asks to complete, in that state only."""
    if answer.state != CensusState.INCOMPLETE:
        return ""
    return answer.changes.values_list("reason", flat=True).first() or ""


def show_conflicts(
    request: HttpRequest, answer: CensusAnswer, current: QuestionnaireStep, saved: Saved
) -> HttpResponse:
    context = {
        "answer": answer,
        "clsm": answer.clsm,
        "step": current,
        "conflicts": saved.conflicts,
        "revision": saved.revision,
        "going": request.POST.get("vers", STAY),
    }
    return render(request, "pages/census/conflict.html", context, status=409)


@require_POST
@or_told_to_log_in
@for_answer
def autosave(request: HttpRequest, answer: CensusAnswer) -> JsonResponse:
    """The fields that just changed. 409: somebody else changed one of them; 403: the answer is already sent."""
    names = [name for name in request.POST.getlist("present") if name in FIELDS]
    typed = {name: request.POST.getlist(name) for name in names}
    try:
        saved = save_typed(answer, typed, known_revisions(request.POST))
    except RefusedError as refusal:
        return JsonResponse({"message": " ".join(refusal.messages)}, status=403)
    said = {
        "revision": saved.revision,
        "errors": saved.errors,
        "at": timezone.localtime().strftime("%H:%M"),
        "conflicts": [vars(conflict) for conflict in saved.conflicts],
    }
    return JsonResponse(said, status=409 if saved.conflicts else 200)


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
        "steps": STEPS,
        "summary": summary(answer),
        "missing": [(one, step_with(one.field)) for one in missing_answers(answer)],
        "problems": problems,
        "has_read": request.POST.get("lu") == "oui",
    }
    return render(request, "pages/census/check.html", context, status=400 if problems else 200)


def send(request: HttpRequest, answer: CensusAnswer) -> list[str]:
    """Send ``answer``; return what prevents it."""
    if request.POST.get("lu") != "oui":
        return ["Cochez la case de la mention d’information : elle dit ce que deviennent vos réponses."]
    seen = request.POST.get("revision", "")
    try:
        services.send(answer, by=cast(User, request.user), revision=int(seen) if seen.isdecimal() else -1)
    except RefusedError as refusal:
        return refusal.messages
    return []


@require_safe
@for_coordinators
def answers(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """Declared answers and drafts of the CLSM, the latest edition first."""
    later = CensusAnswer.objects.filter(previous=OuterRef("pk"))
    declared = clsm.census_answers.annotate(has_next=Exists(later)).order_by("-edition", "-updated_at", "-pk")
    context = {"clsm": clsm, "answers": declared, "editable": EDITABLE, "year": timezone.localdate().year}
    return render(request, "pages/census/list.html", context)


@require_POST
@for_coordinators
def new(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    answer = start(clsm, cast(User, request.user))
    return redirect("census_step", clsm.pk, answer.pk, STEPS[0].key)


@require_safe
@for_answer
def read(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """One answer, in any state, with its history and the available actions."""
    context = {
        "clsm": answer.clsm,
        "answer": answer,
        "summary": summary(answer),
        "changes": answer.changes.all(),
        "documents": answer.documents.all(),
        "is_editable": answer.state in EDITABLE,
        "is_draft": answer.state == CensusState.DRAFT,
        "card_url": card_url(answer),
        "steps": STEPS,
    }
    return render(request, "pages/census/answer.html", context)


@require_POST
@for_answer
def next_edition(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    try:
        copy = reuse(answer, cast(User, request.user))
    except RefusedError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("census_answer", answer.clsm_id, answer.pk)
    if copy.state not in EDITABLE:
        messages.info(request, f"L’édition {copy.edition} de cette action existe déjà.")
        return redirect("census_answer", copy.clsm_id, copy.pk)
    messages.success(request, f"Voici l’édition {copy.edition} : relisez chaque étape, les résultats sont à remplir.")
    return redirect("census_step", copy.clsm_id, copy.pk, STEPS[0].key)


@require_http_methods(["GET", "HEAD", "POST"])
@for_answer
def delete(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """GET asks for a confirmation; POST deletes the draft."""
    if answer.state != CensusState.DRAFT:
        raise Http404("Seul un brouillon se supprime.")
    if request.method != "POST":
        return render(request, "pages/census/delete.html", {"clsm": answer.clsm, "answer": answer})
    title = str(answer)
    try:
        discard(answer, cast(User, request.user))
    except RefusedError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Le brouillon « {title} » est supprimé.")
    return redirect("census_list", answer.clsm_id)


@require_safe
@private
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file attached to an answer: 404 to all but the coordinators of its CLSM and the Centre."""
    found = get_object_or_404(CensusDocument.objects.select_related("answer__clsm"), pk=pk)
    user = cast(User, request.user)
    if not may_read_document(user, found):
        demand_second_factor(user)
        raise Http404
    return cast(HttpResponse, serve_document(found, user))


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
