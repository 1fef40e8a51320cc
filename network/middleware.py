"""Middleware that updates rights at each request, so that rights end with a post and not with a nightly job."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse

from network.coordination.assignments import rights_of_day, sync_groups
from network.permissions import coordinates_nothing


class CoordinatorAssignmentsMiddleware:
    """Before each page for an authenticated user, checks that their groups match today's assignments.

    It runs for every URL: groups also open pages and documents of the public site. Anonymous requests cost nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            user = request.user
            rights = rights_of_day(user)
            if not rights.holds_post:
                coordinates_nothing(request)
            if not rights.in_agreement:
                sync_groups(user)
                # A new object: the old one caches the permissions already read.
                request.user = get_user_model().objects.get(pk=user.pk)
        return self.get_response(request)
