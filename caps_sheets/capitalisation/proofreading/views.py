"""The proof-reading page, in the space of a CLSM or by a signed link. Reading it changes nothing."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingLink, Reply
from caps_sheets.capitalisation.proofreading import colleague_views
from caps_sheets.capitalisation.proofreading.page import Posted, closed_context, page_context, read_post, unused_reasons
from caps_sheets.capitalisation.proofreading.permissions import Reader, reply_asked_of
from caps_sheets.capitalisation.proofreading.refusals import refuse, take_back
from caps_sheets.capitalisation.proofreading.services import (
    agree,
    carry_over,
    give_back,
    keep_ticks,
    over,
    save_comments,
)
from network.models import ClsmPage
from network.permissions import for_coordinators
from portal.base.errors import RefusedError
from portal.base.signed_links import DeadLinkError, kept_private, read_token
from portal.medialib.permissions import with_keys
from portal.users.models import User

#: Said to the script of a page whose link died while it was open.
KEEP_IT = "Copiez ce que vous venez d’écrire si vous voulez le garder, puis rechargez la page."
PAGE = "pages/proofreading/page.html"

CLOSED = "pages/proofreading/closed.html"

SPACE_LAYOUT = "pages/space/layout.html"

LINK_LAYOUT = "pages/base/link_layout.html"

NOT_YOURS = "Ce refus n’est pas le vôtre, ou n’existe plus : rien n’a changé."

THANKS = {
    "garder": "Vos commentaires sont enregistrés. Vous pouvez revenir plus tard donner la réponse du CLSM.",
    "reprendre": "Vos accords d’avant sont repris pour les parties qui n’ont pas changé. La réponse reste à donner.",
    "retour": "La fiche est renvoyée à ses auteurs avec vos commentaires. Merci de votre lecture.",
    "sauf": "Le bon à publier est enregistré, sauf pour les citations refusées : les auteurs les remplacent ou les "
    "retirent, puis la fiche revient vers vous. Merci de votre lecture.",
    "accord": "Le bon à publier du CLSM est enregistré. Merci de votre lecture.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def in_space(request: HttpRequest, clsm: ClsmPage, round_pk: int) -> HttpResponse:
    """``/mon-clsm/<clsm>/relectures/<round>/``, for the current coordinators of that CLSM."""
    reader = Reader(reply_asked_of(clsm, round_pk), user=cast(User, request.user))
    return _answer(request, reader, {"layout": SPACE_LAYOUT, "clsm": clsm})


@require_http_methods(["GET", "HEAD", "POST"])
@kept_private
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """``/relecture/<token>/``: one reply about one text, while the link is valid; a dead link shows its reason."""
    try:
        link = read_token(_links(), token)
    except DeadLinkError as dead:
        if _is_autosave(request):
            return JsonResponse({"problems": [dead.reason, KEEP_IT]}, status=409)
        context = {"reason": dead.reason, **_typed(request)}
        return render(request, "pages/proofreading/dead_link.html", context, status=410)
    if link is None:
        raise Http404("Ce lien n’existe pas.")
    return _answer(request, Reader(link.reply, link=link), {"layout": LINK_LAYOUT, "link": link})


def _links() -> QuerySet[ProofreadingLink]:
    """With all that an answer reads."""
    return ProofreadingLink.objects.select_related(
        "reply__clsm", "reply__round__task_state", "reply__round__sheet", "reply__round__revision"
    )


def _answer(request: HttpRequest, reader: Reader, frame: dict[str, Any]) -> HttpResponse:
    if refused := over(reader.reply, reader.reply.round):
        return _too_late(request, reader, frame, refused)
    if request.method != "POST":
        return with_keys(render(request, PAGE, frame | page_context(reader)))
    posted = read_post(request.POST)
    if _is_autosave(request):
        return _autosave(reader, posted)
    return _decide(request, reader, posted, frame)


def _too_late(request: HttpRequest, reader: Reader, frame: dict[str, Any], refused: RefusedError) -> HttpResponse:
    """The ended round; for a POST, with the reason why the answer no longer counts."""
    if _is_autosave(request):
        return JsonResponse({"problems": refused.messages}, status=409)
    is_sent = request.method == "POST"
    context = frame | closed_context(reader) | _typed(request, reader)
    context["problems"] = refused.messages if is_sent else []
    return render(request, CLOSED, context, status=409 if is_sent else 200)


def _is_autosave(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("Accept") == "application/json"


def _autosave(reader: Reader, posted: Posted) -> JsonResponse:
    """The autosave: only the comments that changed, and the ticks."""
    try:
        conflicts = save_comments(reader, posted.typed)
        keep_ticks(reader, posted.allowed, posted.opened_with)
    except RefusedError as refused:
        return JsonResponse({"problems": refused.messages}, status=409)
    versions = {section: comment.version for section, comment in reader.comments().items()}
    return JsonResponse({"versions": versions, "conflicts": [conflict.section for conflict in conflicts]})


def _decide(request: HttpRequest, reader: Reader, posted: Posted, frame: dict[str, Any]) -> HttpResponse:
    """Comments and ticks are saved first: a refused decision does not lose them."""
    try:
        conflicts = save_comments(reader, posted.typed)
        moved = keep_ticks(reader, posted.allowed, posted.opened_with)
        is_changed = _change_refusal(reader, posted)
        unused = unused_reasons(reader, posted)
        if conflicts or unused or (moved and posted.decision == "accord"):
            context = page_context(reader, posted, conflicts=conflicts, moved=moved, problems=unused)
            return with_keys(render(request, PAGE, frame | context))
        if posted.decision == "retour":
            give_back(reader, posted.role)
        elif posted.decision == "accord":
            agree(reader, posted.allowed, has_read=posted.has_read, role=posted.role)
        elif posted.decision == "reprendre":
            carry_over(reader)
    except RefusedError as refused:
        reader = reader.read_again()
        if ended := over(reader.reply, reader.reply.round):  # between the opening and the decision
            return _too_late(request, reader, frame, ended)
        context = page_context(reader, posted, problems=refused.messages)
        return with_keys(render(request, PAGE, frame | context))
    if posted.taken_back and not is_changed:
        messages.warning(request, NOT_YOURS)
    else:
        messages.success(request, _thanks(reader, posted))
    quotation = posted.refused or posted.taken_back
    return HttpResponseRedirect(request.path + (f"#citation-{quotation}" if quotation else ""))


def _change_refusal(reader: Reader, posted: Posted) -> bool:
    """Whether it was asked and done."""
    if posted.refused:
        refuse(reader, posted.refused, posted.reasons.get(posted.refused, ""))
        return True
    return bool(posted.taken_back) and take_back(reader, posted.taken_back)


def _thanks(reader: Reader, posted: Posted) -> str:
    if posted.refused:
        return "Vous refusez cette citation : la fiche ne paraîtra pas avec elle. Vous pouvez encore annuler ce refus."
    if posted.taken_back:
        return "Votre refus est annulé : la citation attend votre accord."
    if not reader.may_answer:
        return "Vos commentaires sont enregistrés : la coordination du CLSM les lit, et répond."
    if reader.reply.decision == Reply.AGREED_EXCEPT:
        return THANKS["sauf"]
    return THANKS.get(posted.decision, THANKS["garder"])


def _typed(request: HttpRequest, reader: Reader | None = None) -> dict[str, Any]:
    """Input that came too late, and is not saved, is shown again, so that it can be copied."""
    typed = read_post(request.POST).typed if request.method == "POST" else {}
    saved = {(section, comment.text) for section, comment in reader.comments().items()} if reader else set()
    lost = [comment.text for section, comment in typed.items() if (section, comment.text.strip()) not in saved]
    return {"too_late": [text for text in lost if text.strip()]}


urlpatterns = [
    *colleague_views.urlpatterns,
    path("mon-clsm/<int:clsm_pk>/relectures/<int:round_pk>/", in_space, name="proofreading"),
    path("relecture/<str:token>/", by_link, name="proofreading_by_link"),
]
