"""The answers of one CLSM: the list, one of them, a new one, the next edition of one, a draft given up."""

from typing import cast

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from caps_sheets.capitalisation.census.access import for_answer, may_read_document
from caps_sheets.capitalisation.census.cards import card_url
from caps_sheets.capitalisation.census.editions import discard, reuse, start
from caps_sheets.capitalisation.census.states import EDITABLE
from caps_sheets.capitalisation.census.steps import STEPS
from caps_sheets.capitalisation.census.summary import summary
from caps_sheets.capitalisation.census.uploads import serve_document
from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument, CensusState
from network.access import for_coordinators, private
from network.models import ClsmPage
from portal.base.errors import Refused
from portal.users.models import User
from portal.users.permissions import demand_second_factor


@require_safe
@for_coordinators
def answers(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """What the CLSM declared and what it is still writing, the latest edition first."""
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
    """One answer, whatever its state, with its history and what may be done with it."""
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
    except Refused as refusal:
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
    """GET asks; POST deletes the draft."""
    if answer.state != CensusState.DRAFT:
        raise Http404("Seul un brouillon se supprime.")
    if request.method != "POST":
        return render(request, "pages/census/delete.html", {"clsm": answer.clsm, "answer": answer})
    title = str(answer)
    try:
        discard(answer, cast(User, request.user))
    except Refused as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Le brouillon « {title} » est supprimé.")
    return redirect("census_list", answer.clsm_id)


@require_safe
@private
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """A file joined to an answer: 404 to all but the coordinators of its CLSM and the Centre."""
    found = get_object_or_404(CensusDocument.objects.select_related("answer__clsm"), pk=pk)
    user = cast(User, request.user)
    if not may_read_document(user, found):
        demand_second_factor(user)
        raise Http404
    return cast(HttpResponse, serve_document(found, user))
