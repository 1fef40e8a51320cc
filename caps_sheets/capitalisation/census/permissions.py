"""Access to census answers: coordinators to those of their CLSM, the Centre to those that were sent."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument, CensusState
from network.models import ClsmPage
from network.permissions import coordinates, for_coordinators
from portal.users.models import User

SEES = "caps_capitalisation.view_censusanswer"
View = Callable[..., HttpResponseBase]


def for_answer(view: View) -> View:
    """Wrap ``view(request, answer, …)``: the URL names ``clsm_pk`` and ``pk``; 404 to all but its coordinators."""

    @for_coordinators
    @wraps(view)
    def guarded(request: HttpRequest, clsm: ClsmPage, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = get_object_or_404(CensusAnswer, pk=pk, clsm=clsm.pk)
        answer.clsm = clsm
        return view(request, answer, *args, **kwargs)

    return guarded


def may_read_document(user: User | AnonymousUser, document: CensusDocument) -> bool:
    """The current coordinators of the CLSM; the Centre, once the answer was sent."""
    answer = document.answer
    if coordinates(user, answer.clsm):
        return True
    return answer.state != CensusState.DRAFT and user.is_active and user.has_perm(SEES)
