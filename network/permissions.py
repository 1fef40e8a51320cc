"""Who may enter the space of a CLSM: its current coordinators, read from the assignments at each request."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, OuterRef, Subquery
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from wagtail.models import Page, WorkflowState

from network.models import ClsmPage, CoordinatorAssignment
from network.models.queries import coordinated_by, public_profiles
from portal.users.models import User


def coordinates(user: User | AnonymousUser, clsm: ClsmPage, today: date | None = None) -> bool:
    """Whether ``user`` is in post at ``clsm`` on that day. Always false for an inactive account."""
    if not user.is_active or not user.is_authenticated:
        return False
    return CoordinatorAssignment.objects.current(today).filter(user=user.pk, clsm=clsm.pk).exists()


def public_profile(pk: int) -> ClsmPage:
    """The profile that any visitor may see; ``Http404`` for any other."""
    clsm = public_profiles().filter(pk=pk).first()
    if clsm is None:
        raise Http404("Aucun profil public à cette adresse.")
    return clsm


def my_clsms(request: HttpRequest) -> list[ClsmPage]:
    """The CLSMs that the user coordinates today, by title, with ``verified_on`` and ``workflow_status``: that of the
    last submission, None if there was none. Read once per request.
    """
    known = getattr(request, "_my_clsms", None)
    if known is None:
        submitted = WorkflowState.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Page), object_id=Cast(OuterRef("pk"), CharField())
        ).order_by("-created_at", "-pk")
        mine = coordinated_by(cast(User, request.user))
        known = list(mine.annotate(workflow_status=Subquery(submitted.values("status")[:1])))
        for clsm in known:
            clsm.known_in_post = True  # the user
        setattr(request, "_my_clsms", known)  # noqa: B010
    return known


def coordinates_nothing(request: HttpRequest) -> None:
    """Spare ``my_clsms`` its query for the many who hold no post."""
    setattr(request, "_my_clsms", [])  # noqa: B010


def private(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For authenticated users: others see the login page first, and no cache stores the response."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = login_required(view)(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        return response

    return guarded


def for_coordinators(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap ``view(request, clsm, …)``: the URL names ``clsm_pk``; 404 unless request.user coordinates it today."""

    @private
    @wraps(view)
    def guarded(request: HttpRequest, clsm_pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        clsm = next((candidate for candidate in my_clsms(request) if candidate.pk == clsm_pk), None)
        if clsm is None:
            raise Http404("Ce CLSM n’est pas le vôtre aujourd’hui.")
        return view(request, clsm, *args, **kwargs)

    return guarded
