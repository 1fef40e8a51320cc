"""Access to census answers: coordinators to those of their CLSM, the Centre to those that were sent."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from caps_sheets.capitalisation.census.typed_steps import ShownRevisions
from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument, CensusState
from network.access import coordinates, for_coordinators
from network.models import ClsmPage
from portal.users.models import User

SEES = "caps_capitalisation.view_censusanswer"
View = Callable[..., HttpResponse]


def for_answer(view: View) -> View:
    """Wrap ``view(request, answer, …)``: the URL names ``clsm_pk`` and ``pk``; 404 to all but its coordinators."""

    @for_coordinators
    @wraps(view)
    def guarded(request: HttpRequest, clsm: ClsmPage, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = get_object_or_404(CensusAnswer, pk=pk, clsm=clsm.pk)
        answer.clsm = clsm
        return view(request, answer, *args, **kwargs)

    return guarded


def or_told_to_log_in(view: View) -> View:
    """For requests of scripts: 401 rather than a redirection to the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"login": reverse("account_login")}, status=401)
        return view(request, *args, **kwargs)

    return guarded


def known_revisions(data: QueryDict) -> ShownRevisions:
    """The revisions that the page showed; a missing or forged number counts as « nothing », which only gives
    conflicts.
    """
    revision = data.get("revision", "")
    try:
        fields = json.loads(data.get("known") or "{}")
    except ValueError:
        fields = {}
    if not isinstance(fields, Mapping):
        fields = {}
    numbers = {str(name): value for name, value in fields.items() if isinstance(value, int)}
    return ShownRevisions(
        int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0, numbers
    )


def may_read_document(user: User | AnonymousUser, document: CensusDocument) -> bool:
    """The current coordinators of the CLSM; the Centre, once the answer was sent."""
    answer = document.answer
    if coordinates(user, answer.clsm):
        return True
    return answer.state != CensusState.DRAFT and user.is_active and user.has_perm(SEES)
