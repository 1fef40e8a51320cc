"""Access control of the back office."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from wagtail.log_actions import LogContext

from portal.users.second_factor import SECOND_FACTOR_REFUSAL, has_admin_access

ADMIN_PREFIX = "/admin/"
ACCOUNT_PREFIXES = ("/compte/", "/comptes/")
ANONYMOUS_SECONDS = 3600
OPEN_PATHS = ("/admin/login/", "/admin/logout/")


class ShortSessionMiddleware:
    """Without an account a session only waits for a code: ``clearsessions`` deletes its row after an hour."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.modified and not session.is_empty() and not request.user.is_authenticated:
            session.set_expiry(ANONYMOUS_SECONDS)
        return response


class BackOfficeMiddleware:
    """Stops authenticated users whom the admin would redirect to the login page in a loop.

    Without it Wagtail redirects an account without a role to the login page, which redirects to the admin. It also
    redirects users without their required second factor to its set-up page (``User.has_perm`` withholds the rights
    themselves), and forbids caching of the account pages. Who reads a screen stays known while it is rendered: Wagtail
    forgets it when its view ends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self._answer(request)
        if request.path.startswith(ACCOUNT_PREFIXES):
            add_never_cache_headers(response)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ADMIN_PREFIX) and request.user.is_authenticated:
            with LogContext(user=request.user):
                return self.get_response(request)
        return self.get_response(request)

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path.startswith(ADMIN_PREFIX) or request.path in OPEN_PATHS:
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        if user.lacks_second_factor:
            return self._to_second_factor(request)
        if not has_admin_access(user):
            response = render(request, "account/no_admin_access.html", status=403)
            add_never_cache_headers(response)
            return response
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Outside the back office: a permission refused for lack of the second factor."""
        user = request.user
        if isinstance(exception, PermissionDenied) and user.is_authenticated and user.lacks_second_factor:
            return self._to_second_factor(request)
        return None

    def _to_second_factor(self, request: HttpRequest) -> HttpResponse:
        messages.warning(request, SECOND_FACTOR_REFUSAL)
        return redirect("mfa_index")
