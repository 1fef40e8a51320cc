"""Rights that follow the calendar: no nightly job stands between the end of a post and the end of its rights."""

from collections.abc import Callable

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse

from network.services.coordinators import in_agreement, sync_groups

CHECKED_PATHS = ("/admin/", "/compte/")


class CoordinatorAssignmentsMiddleware:
    """Before each page of the back office, checks that the groups of the person match today's assignments."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(CHECKED_PATHS) and request.user.is_authenticated:
            user = request.user
            if not in_agreement(user):
                sync_groups(user)
                # A new object: permissions already read on the old one stay cached there.
                request.user = get_user_model().objects.get(pk=user.pk)
        return self.get_response(request)
