"""Who may enter the space of a CLSM: its coordinators of the day, read from the assignments at each request."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

from network.models import ClsmPage, CoordinatorAssignment
from portal.users.models import User


def coordinates(user: User | AnonymousUser, clsm: ClsmPage, today: date | None = None) -> bool:
    """Whether ``user`` is in post at ``clsm`` on that day. A deactivated account never is."""
    if not user.is_active or not user.is_authenticated:
        return False
    return CoordinatorAssignment.objects.current(today).filter(user=user.pk, clsm=clsm.pk).exists()


def coordinated_clsm(user: User | AnonymousUser, clsm_pk: int, today: date | None = None) -> ClsmPage:
    """The CLSM that ``user`` keeps on that day; Http404 otherwise, so that nobody learns which ones exist."""
    clsm = ClsmPage.objects.filter(pk=clsm_pk).first()
    if clsm is None or not coordinates(user, clsm, today):
        raise Http404("Ce CLSM n’est pas le vôtre aujourd’hui.")
    return clsm


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For signed-in people: the login page first, and nothing of the answer is kept by a cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = login_required(view)(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def for_coordinators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Wrap ``view(request, clsm, …)``: the URL names ``clsm_pk``; 404 unless request.user coordinates it today."""

    @private
    @wraps(view)
    def guarded(request: HttpRequest, clsm_pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, coordinated_clsm(request.user, clsm_pk), *args, **kwargs)

    return guarded
