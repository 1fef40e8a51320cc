"""The page behind the link of an invitation: a button, and what to do when the link no longer works."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from network.coordination.invitations import accept, account_of, find
from network.models import Invitation, InvitationState
from portal.base.errors import Refused
from portal.space.forms import AcceptForm
from portal.users.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Following the link changes nothing: mail filters do it too. The button opens the account and the post."""
    found = find(token)
    if found is None or found.state != InvitationState.WAITING:
        return render(
            request, "pages/space/invitation_closed.html", {"invitation": found}, status=410 if found else 404
        )
    account = account_of(found)
    if request.user.is_authenticated and request.user != account:
        return render(request, "pages/space/invitation_other_account.html", {"invitation": found}, status=403)
    form = _names_form(request, found, account)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            user = accept(found, **(form.cleaned_data if form else {}))
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("invitation", token)
        return _enter(request, user)
    context = {"invitation": found, "form": form, "has_account": account is not None}
    status = 422 if request.method == "POST" else 200
    return render(request, "pages/space/invitation.html", context, status=status)


def _names_form(request: HttpRequest, found: Invitation, account: User | None) -> AcceptForm | None:
    if account is not None:
        return None
    initial = {"first_name": found.first_name, "last_name": found.last_name}
    return AcceptForm(request.POST if request.method == "POST" else None, initial=initial)


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    """The link opens the post, not a session: whoever reads the message still has to receive the code."""
    if request.user == user:
        messages.success(request, "C’est fait : ce CLSM est dans votre espace.")
        return redirect("space")
    messages.success(request, f"Votre compte est prêt. Demandez un code de connexion avec l’adresse {user.email}.")
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': reverse('space')})}")
