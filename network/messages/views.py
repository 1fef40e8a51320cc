"""The public forms of messages, on pages of their own: the profile, the sheet and the card stay without a cookie."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from network.messages import services
from network.messages.contexts import read_context
from network.messages.distress import may_express_distress
from network.messages.forms import ContactForm, MessageForm
from network.messages.models import CopyLink
from network.messages.services import Written
from network.models import ClsmPage
from network.models.queries import people_in_post
from network.permissions import public_profile
from portal.base.outcomes import refusals
from portal.base.rate import network_of, too_many
from portal.base.signed_links import DeadLinkError, kept_private, read_token

#: Messages in an hour: from one connection, and to one CLSM from everywhere.
FROM_ONE, TO_ONE_CLSM = 5, 20
TOO_MANY = "Trop d’envois depuis votre connexion. Réessayez dans une heure : votre texte reste dans cette page."
TOO_MANY_TO_CLSM = "Ce CLSM reçoit trop de messages en ce moment. Réessayez dans une heure."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    """``/ecrire/<clsm>/``: a public profile only."""
    clsm = public_profile(clsm_pk)
    form = MessageForm(request.POST or None)
    frame = {"clsm": clsm, "is_vacant": not people_in_post(clsm.pk).exists()}

    def send(written: Written) -> HttpResponse:
        services.write_to_clsm(clsm, written)
        return redirect("message_received", clsm.pk)

    return _answer(request, form, "pages/messages/write.html", frame, send)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    form = ContactForm(request.POST or None)

    def send(written: Written) -> HttpResponse:
        services.write_to_centre(written)
        return redirect("contact_received")

    return _answer(request, form, "pages/messages/contact.html", {}, send)


def _answer(
    request: HttpRequest,
    form: MessageForm,
    template: str,
    frame: dict[str, object],
    send: Callable[[Written], HttpResponse],
) -> HttpResponse:
    """The form; the 3114 first, once, when the text may come from somebody in distress; then the sending."""
    context = read_context(request.GET)
    is_alarming = False
    if request.method == "POST" and form.is_valid():
        is_alarming = "envoyer-quand-meme" not in request.POST and may_express_distress(form.cleaned_data["text"])
        if not is_alarming:
            if not (reason := _excess(request, frame.get("clsm"))):
                return send(form.written(context))
            form.add_error(None, reason)
    frame["hides_footer_help"] = is_alarming  # the help stands above already
    shown = frame | {"form": form, "context": context, "is_alarming": is_alarming}
    return render(request, template, shown, status=422 if request.method == "POST" else 200)


def _excess(request: HttpRequest, clsm: object) -> str:
    """Why this sending is one too many; empty when it is not."""
    if too_many("message", network_of(request), FROM_ONE):
        return TOO_MANY
    if isinstance(clsm, ClsmPage) and too_many("message-to", str(clsm.pk), TO_ONE_CLSM):
        return TOO_MANY_TO_CLSM
    return ""


@never_cache
@require_safe
def received(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    return render(request, "pages/messages/received.html", {"clsm": public_profile(clsm_pk)})


@never_cache
@require_safe
def contact_received(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/messages/received.html")


@require_http_methods(["GET", "HEAD", "POST"])
@kept_private
def copy(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows a button: mail filters follow links too. The button sends the copy, once."""
    try:
        link = read_token(CopyLink.objects.select_related("message__clsm"), token)
    except DeadLinkError as dead:
        return render(request, "pages/base/dead_link.html", {"reason": dead.reason}, status=410)
    if link is None:
        raise Http404("Ce lien n’existe pas.")
    if request.method != "POST":
        return render(request, "pages/messages/copy.html", {"link": link})
    with refusals() as problems:
        services.send_copy(link)
    context = {"link": link, "problems": problems, "is_sent": not problems}
    return render(request, "pages/messages/copy.html", context, status=409 if problems else 200)
