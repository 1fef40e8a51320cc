"""Messages in « Mon CLSM », for the people in post that day, and the form that writes to the Centre."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from network.messages import services
from network.messages.contexts import MessageContext, read_context
from network.messages.forms import CentreForm, CloseForm, ReplyForm
from network.messages.models import Desk, Message, MessageState
from network.messages.permissions import messages_of_clsm
from network.models import ClsmPage
from network.permissions import for_coordinators
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals, say_outcome
from portal.moderation.models import Notice
from portal.users.models import User

PER_PAGE = 20
Act = Callable[[HttpRequest, ClsmPage, int], HttpResponse]


def _posted(act: Act) -> Act:
    """A POST. Its address opened otherwise, reloaded or after a new sign-in, leads to the message."""

    @wraps(act)
    def view(request: HttpRequest, clsm: ClsmPage, message_pk: int) -> HttpResponse:
        if request.method == "POST":
            return act(request, clsm, message_pk)
        return redirect("clsm_message", clsm.pk, _message(request, clsm, message_pk).pk)

    return view


@require_safe
@for_coordinators
def inbox(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """The latest first; « ?voir=a-repondre » keeps what waits for the CLSM."""
    rows = messages_of_clsm(clsm, cast(User, request.user)).defer("text")
    is_waiting_only = request.GET.get("voir") == "a-repondre"
    if is_waiting_only:
        rows = rows.filter(desk=Desk.CLSM, state=MessageState.WAITING)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"clsm": clsm, "page_obj": page, "is_waiting_only": is_waiting_only, **_trail(clsm, "Messages")}
    return render(request, "pages/messages/inbox.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def detail(request: HttpRequest, clsm: ClsmPage, message_pk: int) -> HttpResponse:
    """One message; a POST answers it."""
    message, user = _message(request, clsm, message_pk), cast(User, request.user)
    if request.method == "GET":
        services.note_reading(message, by=user, desk=Desk.CLSM)
    form = ReplyForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with refusals() as problems:
            data = form.cleaned_data
            services.answer(message, data["text"], by=user, desk=Desk.CLSM, seen=data["seen"])
        if not problems:
            messages.success(request, "Votre réponse est envoyée par courriel. Elle reste lisible ici.")
            return redirect("clsm_message", clsm.pk, message.pk)
        form.add_error(None, problems)
    return render(
        request, "pages/messages/detail.html", _detail(clsm, message, user, form), status=422 if form else 200
    )


def _detail(
    clsm: ClsmPage, message: Message, user: User, form: ReplyForm | None = None, close_form: CloseForm | None = None
) -> dict[str, Any]:
    """The message as it is now; a form sent and refused is shown as it was typed."""
    message = Message.objects.select_related("forwarded_by", "closed_by").get(pk=message.pk)
    answers = list(message.answers.select_related("written_by"))
    is_ours, is_closed = message.desk == Desk.CLSM, message.state == MessageState.CLOSED
    seen = {"seen": len(answers)}
    for refused in (form, close_form):
        if refused and refused.non_field_errors():
            refused.renew_seen(len(answers))
    return {
        "clsm": clsm,
        "message": message,
        "answers": answers,
        "form": form or ReplyForm(initial=seen),
        "close_form": close_form or CloseForm(initial=seen, auto_id="id_close_%s"),
        "may_answer": is_ours and not is_closed,
        "may_reopen": is_ours and is_closed,
        "is_mine": message.sender_id == user.pk,
        **_trail(clsm, str(message), reverse("clsm_messages", args=[clsm.pk])),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@_posted
def pass_on(request: HttpRequest, clsm: ClsmPage, message_pk: int) -> HttpResponse:
    message = _message(request, clsm, message_pk)
    with refusals() as problems:
        seen = posted_number(request.POST.get("seen", ""))
        services.forward(message, by=cast(User, request.user), seen=seen)
    say_outcome(request, problems, done="Le message est transmis au Centre national, qui répondra.")
    return redirect("clsm_message", clsm.pk, message.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@_posted
def put_away(request: HttpRequest, clsm: ClsmPage, message_pk: int) -> HttpResponse:
    message, user = _message(request, clsm, message_pk), cast(User, request.user)
    form = CloseForm(request.POST, auto_id="id_close_%s")
    if form.is_valid():
        with refusals() as problems:
            data = form.cleaned_data
            services.close(message, data["reason"], by=user, desk=Desk.CLSM, seen=data["seen"])
        if not problems:
            messages.success(request, "Le message est classé sans réponse. Vous pouvez le rouvrir.")
            return redirect("clsm_message", clsm.pk, message.pk)
        form.add_error(None, problems)
    context = _detail(clsm, message, user, close_form=form)
    return render(request, "pages/messages/detail.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
@_posted
def take_back(request: HttpRequest, clsm: ClsmPage, message_pk: int) -> HttpResponse:
    message = _message(request, clsm, message_pk)
    with refusals() as problems:
        services.reopen(message, by=cast(User, request.user), desk=Desk.CLSM)
    say_outcome(request, problems, done="Le message est rouvert.")
    return redirect("clsm_message", clsm.pk, message.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def write_to_the_centre(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """« Écrire au Centre »; « ?avis=12 » answers one of the person's own notices."""
    user = cast(User, request.user)
    context = _notice(request, user) or read_context(request.GET)
    form = CentreForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sent = services.write_to_centre(form.written_by(user, clsm.title, context), clsm=clsm, sender=user)
        messages.success(request, "Votre message est envoyé au Centre national. Sa réponse se lira ici.")
        return redirect("clsm_message", clsm.pk, sent.pk)
    status = 422 if request.method == "POST" else 200
    shown = {"clsm": clsm, "form": form, "context": context, "sender": user, **_trail(clsm, "Écrire au Centre")}
    return render(request, "pages/messages/write_to_centre.html", shown, status=status)


def _notice(request: HttpRequest, user: User) -> MessageContext | None:
    number = posted_number(request.GET.get("avis", ""))
    notice = Notice.objects.filter(recipient=user, pk=number).first() if number else None
    return MessageContext(f"Message du Centre : {notice.subject}", notice.url) if notice else None


def _message(request: HttpRequest, clsm: ClsmPage, pk: int) -> Message:
    message = messages_of_clsm(clsm, cast(User, request.user)).filter(pk=pk).first()
    if message is None:
        raise Http404("Ce message n’est pas adressé à ce CLSM.")
    return message


def _trail(clsm: ClsmPage, here: str, inbox_url: str = "") -> dict[str, Any]:
    steps = [{"title": "Mon CLSM", "url": reverse("space_home", args=[clsm.pk])}]
    steps += [{"title": "Messages", "url": inbox_url}] if inbox_url else []
    return {"trail": steps, "trail_here": here}
