"""A coordinator's own departure, and who comes next."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from network.access import for_coordinators
from network.coordination.invitations import cancel, declare, open_handover
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.errors import Refused
from portal.space.forms import HandoverForm
from portal.users.models import User


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def handover(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    post = _my_post(request, clsm)
    form = HandoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = cast(User, request.user)
        try:
            declare(post, last_day=form.cleaned_data["last_day"], successor=form.successor(), by=user)
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request, "Votre départ est noté et le Centre est prévenu. Merci pour ce que vous avez fait."
            )
            return redirect(_coordination(clsm))
    context = {
        "clsm": clsm,
        "form": form,
        "post": post,
        "departure": open_handover(post),
        "trail": [{"title": "Mon CLSM", "url": reverse("space_home", args=[clsm.pk])}],
        "trail_here": "Passer le relais",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/handover.html", context, status=status)


@require_POST
@for_coordinators
def cancel_handover(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    departure = open_handover(_my_post(request, clsm))
    if departure is None:
        raise Http404("Aucun départ n’est déclaré.")
    try:
        cancel(departure, by=cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Votre départ est annulé : vous restez en poste. Le Centre est prévenu.")
    return redirect(_coordination(clsm))


def _my_post(request: HttpRequest, clsm: ClsmPage) -> CoordinatorAssignment:
    """The post of today that ends last; ``for_coordinators`` made sure that there is one."""
    mine = CoordinatorAssignment.objects.current().filter(clsm=clsm, user=cast(User, request.user))
    return mine.select_related("clsm", "user").order_by("-start", "-pk")[0]


def _coordination(clsm: ClsmPage) -> str:
    return f"{reverse('space_home', args=[clsm.pk])}#coordination"
