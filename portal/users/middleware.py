"""The door of the back office."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from portal.users.access import has_admin_access, has_second_factor, needs_second_factor

ADMIN_PREFIX = "/admin/"
ACCOUNT_PREFIXES = ("/compte/", "/comptes/")
OPEN_PATHS = ("/admin/login/", "/admin/logout/")


class BackOfficeMiddleware:
    """Stops signed-in people whom the admin would send back to the login page for ever.

    Without it Wagtail redirects an account that has no role to the login page, which redirects to the admin. It also
    asks for a second factor where the role demands one, and forbids caching of the account pages.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._refusal(request) or self.get_response(request)
        if request.path.startswith(ACCOUNT_PREFIXES):
            add_never_cache_headers(response)
        return response

    def _refusal(self, request: HttpRequest) -> HttpResponse | None:
        if not request.path.startswith(ADMIN_PREFIX) or request.path in OPEN_PATHS:
            return None
        user = request.user
        if not user.is_authenticated:
            return None
        if not has_admin_access(user):
            response = render(request, "account/no_admin_access.html", status=403)
            add_never_cache_headers(response)
            return response
        if needs_second_factor(user) and not has_second_factor(user):
            messages.warning(request, "Votre rôle demande une double vérification : activez-la pour continuer.")
            return redirect("mfa_index")
        return None
