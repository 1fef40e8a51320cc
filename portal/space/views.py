"""The space of a coordinator: what is expected from them, CLSM by CLSM."""

from typing import cast

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from network.access import for_coordinators, my_clsms, private
from network.models import ClsmPage, CoordinatorAssignment
from network.models.records import confirm_unchanged
from network.space_sections import filled_sections
from portal.base.errors import Refused
from portal.moderation.models import Notice
from portal.users.models import User


@require_safe
@private
def choose(request: HttpRequest) -> HttpResponse:
    """``/mon-clsm/``: straight to the only CLSM, a choice between several, a clear page when there is none."""
    clsms = my_clsms(request)
    if len(clsms) == 1:
        return redirect("space_home", clsms[0].pk)
    mine = CoordinatorAssignment.objects.filter(user=cast(User, request.user)).select_related("clsm")
    today = timezone.localdate()
    context = {
        "clsms": clsms,
        "coming": [] if clsms else mine.filter(start__gt=today).filter(Q(end=None) | Q(end__gte=today)),
        "past": [] if clsms else mine.filter(end__lt=today),
    }
    return render(request, "pages/space/choose.html", context)


@require_safe
@private
def landing(request: HttpRequest) -> HttpResponse:
    """After login: coordinators come for their CLSM, everybody else finds their account."""
    return redirect("space" if my_clsms(request) else "account_home")


@require_safe
@for_coordinators
def home(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    filled = filled_sections(clsm, cast(User, request.user))
    todos = [todo for one in filled for todo in one.todos]
    return render(request, "pages/space/home.html", {"clsm": clsm, "sections": filled, "todos": todos})


@require_POST
@for_coordinators
def confirm(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    try:
        confirm_unchanged(clsm, cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Merci : le profil est confirmé à la date d’aujourd’hui.")
    return redirect("space_home", clsm.pk)


@require_POST
@for_coordinators
def mark_read(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    """Mark one message of the signed-in person as read, or all of them."""
    notices = Notice.objects.filter(recipient=cast(User, request.user), read_at=None)
    if pk := request.POST.get("notice"):
        notices = notices.filter(pk=pk) if pk.isdecimal() else notices.none()
    notices.update(read_at=timezone.now())
    return redirect(f"{reverse('space_home', args=[clsm.pk])}#messages")
