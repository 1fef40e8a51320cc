"""The account page, and the invitation sent from the admin."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.views.account import AccountView, AvatarSettingsPanel, BaseSettingsPanel

from portal.users.models import User
from portal.users.second_factor import has_admin_access
from portal.users.services import send_invitation


@require_safe
@login_required
def account_home(request: HttpRequest) -> HttpResponse:
    """Landing page after login for any role: the account, and links to the screens it may open."""
    user = cast(User, request.user)
    context = {
        "group_names": user.groups.filter(clsm_record=None).order_by("name").values_list("name", flat=True),
        "has_admin_access": has_admin_access(user),
        "has_second_factor": user.has_second_factor,
        "needs_second_factor": user.needs_second_factor,
        "has_password": user.has_usable_password(),
    }
    return render(request, "account/home.html", context)


@require_http_methods(["GET", "POST"])
def session_state(request: HttpRequest) -> JsonResponse:
    """Called by scripts before a form is posted. A POST answers 403 if the token of the form is no longer valid."""
    return JsonResponse({"signed_in": request.user.is_authenticated, "token": get_token(request)})


def invite(request: HttpRequest, user_id: int) -> HttpResponse:
    """Send the invitation (again). A GET only shows the button."""
    if not request.user.has_perm("portal_users.change_user"):
        raise PermissionDenied
    user = get_object_or_404(User, pk=user_id, is_active=True)
    if request.method != "POST":
        return render(request, "wagtailadmin/users/invite.html", {"invited": user})
    if send_invitation(user, invited_by=str(request.user)):
        messages.success(request, f"L’invitation est envoyée à {user.email}.")
    else:
        messages.error(request, "L’invitation n’a pas pu être envoyée. Réessayez dans quelques minutes.")
    return redirect("wagtailusers_users:index")


class AdminAccountView(AccountView):
    """« Mon compte » without a profile picture: no photo of a person, nor of where it was taken, is stored."""

    def get_panels(self) -> list[BaseSettingsPanel]:
        return [panel for panel in super().get_panels() if not isinstance(panel, AvatarSettingsPanel)]
