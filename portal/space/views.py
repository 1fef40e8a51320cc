"""The space of a coordinator: what is expected from them, CLSM by CLSM."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from network.access import for_coordinators, private
from network.models import ClsmPage
from network.queries import coordinated_by
from network.space_sections import filled_sections
from portal.users.models import User


@require_safe
@private
def choose(request: HttpRequest) -> HttpResponse:
    """``/mon-clsm/``: straight to the only CLSM, a choice between several, a clear page when there is none."""
    clsms = list(coordinated_by(cast(User, request.user)))
    if len(clsms) == 1:
        return redirect("space_home", clsms[0].pk)
    return render(request, "pages/space/choose.html", {"clsms": clsms})


@require_safe
@for_coordinators
def home(request: HttpRequest, clsm: ClsmPage) -> HttpResponse:
    user = cast(User, request.user)
    return render(request, "pages/space/home.html", {"clsm": clsm, "sections": filled_sections(clsm, user)})
