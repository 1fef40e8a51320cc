"""A person changes the e-mail address of their account, with a code sent to the new one.

What is pending stays in the session: no row keeps an address that nobody has confirmed, and none receives login codes.
"""

import time
from secrets import compare_digest
from typing import cast

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portal.base.errors import RefusedError
from portal.users.email_forms import EmailCodeForm, NewEmailForm
from portal.users.models import User
from portal.users.services import set_email

#: Key of the session. Value: the new address, its code, the time (seconds) when it ends, the wrong codes so far.
PENDING = "new_email"
MOST_TRIES = 5


@never_cache
@login_required
@reauthentication_required(app="allauth.account", allow_get=True)
@require_http_methods(["GET", "HEAD", "POST"])
def change_email(request: HttpRequest) -> HttpResponse:
    form = NewEmailForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():
        _send_code(request, form.cleaned_data["email"])
        return redirect("account_new_email_code")
    status = 422 if request.method == "POST" else 200
    return render(request, "account/new_email.html", {"form": form}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_email(request: HttpRequest) -> HttpResponse:
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < time.time():
        messages.warning(request, "Ce code n’est plus valable : demandez-en un autre.")
        return redirect("account_new_email")
    form = EmailCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if compare_digest(form.cleaned_data["code"].upper(), pending["code"].upper()):
            return _carry_out(request, pending["email"])
        _count_wrong_code(request, form)
    status = 422 if request.method == "POST" else 200
    return render(request, "account/new_email_code.html", {"form": form, "email": pending["email"]}, status=status)


def _send_code(request: HttpRequest, email: str) -> None:
    """An address that has an account receives no code: its owner is told, and the screen is the same."""
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[PENDING] = {
        "email": email,
        "code": code,
        "until": time.time() + settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT,
        "wrong": 0,
    }
    is_taken = User.objects.filter(email__iexact=email).exists()
    prefix = "account/email/new_email_taken" if is_taken else "account/email/new_email_code"
    adapter.send_mail(prefix, email, {} if is_taken else {"code": code})


def _count_wrong_code(request: HttpRequest, form: EmailCodeForm) -> None:
    pending = request.session[PENDING]
    pending["wrong"] += 1
    if pending["wrong"] >= MOST_TRIES:
        pending["until"] = 0
    request.session[PENDING] = pending
    left = MOST_TRIES - pending["wrong"]
    form.add_error("code", "Ce n’est pas le code envoyé." if left else "Trop d’essais : demandez un autre code.")


def _carry_out(request: HttpRequest, email: str) -> HttpResponse:
    del request.session[PENDING]
    user = User.objects.get(pk=cast(User, request.user).pk)
    try:
        former = set_email(user, email)
    except RefusedError as refused:
        messages.error(request, str(refused))
        return redirect("account_new_email")
    notice = {"from_email": former, "to_email": email}
    get_adapter(request).send_notification_mail("account/email/email_changed", user, notice, email=former)
    messages.success(request, f"C’est fait : vous vous connectez désormais avec {email}.")
    return redirect("account_home")
