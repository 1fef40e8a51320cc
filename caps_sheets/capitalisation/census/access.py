"""Who opens what of the census: the coordinators of the CLSM on their own answers, the Centre on what was sent."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.census.saving import Known
from caps_sheets.capitalisation.census.values import normalised
from caps_sheets.capitalisation.models import CensusAnswer, CensusDocument, CensusState
from network.access import coordinates, for_coordinators
from network.models import ClsmPage
from portal.users.models import User

SEES = "caps_capitalisation.view_censusanswer"
#: Session key of what was typed on a page whose login had expired: « answer/step » → what was posted.
KEPT = "census_typed"
MOST_KEPT = 60_000  # characters, all steps together
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
    """For what a script asks: 401 rather than a redirection to the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return JsonResponse({"login": reverse("account_login")}, status=401)
        return view(request, *args, **kwargs)

    return guarded


def keeping_typed(view: View) -> View:
    """When the login expired while somebody was typing: what they post waits for them after the login page."""

    @wraps(view)
    def guarded(request: HttpRequest, clsm_pk: int, pk: int, key: str) -> HttpResponse:
        if request.method != "POST" or request.user.is_authenticated:
            return view(request, clsm_pk=clsm_pk, pk=pk, key=key)
        kept = {**request.session.get(KEPT, {}), f"{pk}/{key}": posted(request.POST)}
        if len(json.dumps(kept)) <= MOST_KEPT:
            request.session[KEPT] = kept
        return redirect_to_login(request.path)

    return guarded


def posted(data: QueryDict) -> dict[str, Any]:
    """What a step posts, as the session keeps it."""
    known = known_revisions(data)
    return {
        "typed": {name: data.getlist(name) for name in data.getlist("present")},
        "revision": known.revision,
        "known": dict(known.fields),
        "at": timezone.localtime().strftime("%H:%M"),
    }


def known_revisions(data: QueryDict) -> Known:
    """What the page says it showed; a missing or forged number means « nothing », which only makes conflicts."""
    revision = data.get("revision", "")
    try:
        fields = json.loads(data.get("known") or "{}")
    except ValueError:
        fields = {}
    if not isinstance(fields, Mapping):
        fields = {}
    numbers = {str(name): value for name, value in fields.items() if isinstance(value, int)}
    return Known(int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 0, numbers)


def kept_typing(request: HttpRequest, answer: CensusAnswer, key: str) -> dict[str, Any] | None:
    return request.session.get(KEPT, {}).get(f"{answer.pk}/{key}")


def forget_typing(request: HttpRequest, answer: CensusAnswer, saved: Mapping[str, list[str]]) -> None:
    """Once saved, the fields of ``saved`` are no longer kept in the session.

    Only a page that showed what was kept may replace it by something else: another tab knows nothing of it.
    """
    steps = request.session.get(KEPT)
    if not steps:
        return
    was_shown = request.POST.get("repris") == "oui"
    left = {}
    for place, entry in steps.items():
        if place.startswith(f"{answer.pk}/"):
            entry["typed"] = {
                name: raw
                for name, raw in entry["typed"].items()
                if name not in saved or not (was_shown or normalised(raw) == normalised(saved[name]))
            }
        if entry["typed"]:
            left[place] = entry
    request.session[KEPT] = left


def may_read_document(user: User | AnonymousUser, document: CensusDocument) -> bool:
    """The coordinators of the CLSM, today; the Centre, once the answer was sent."""
    answer = document.answer
    if coordinates(user, answer.clsm):
        return True
    return answer.state != CensusState.DRAFT and user.is_active and user.has_perm(SEES)
