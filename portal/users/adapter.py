"""The allauth adapter: accounts by invitation only, limits by network, messages sent after the response."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from smtplib import SMTPException
from typing import Any

import qrcode
from allauth.account import app_settings as account_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.urls import reverse
from qrcode.image.svg import SvgPathFillImage

from portal.users.limits import FAILED_EVERYWHERE, on_this_network

logger = logging.getLogger(__name__)


#: A message is sent after the response: the response time does not reveal whether the e-mail address has an account.
senders = ThreadPoolExecutor(max_workers=2, thread_name_prefix="account-mail")


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "rate_limited": "Trop de demandes en peu de temps pour cette adresse. Attendez quelques minutes.",
        "too_many_login_attempts": "Trop d’essais en peu de temps. Attendez quelques minutes, puis réessayez.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        shown = {"request": self.request, "email": email, "current_site": get_current_site(self.request)}
        message = self.render_mail(template_prefix, email, shown | context)
        if settings.ACCOUNT_MAIL_IN_BACKGROUND:
            senders.submit(deliver, message, template_prefix)
        else:
            deliver(message, template_prefix)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if not self._consume_everywhere(request, dry_run=True, **credentials):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        self._consume_everywhere(request, **credentials)

    def _consume_everywhere(self, request: HttpRequest, dry_run: bool = False, **credentials: Any) -> bool:
        key = super()._get_login_attempts_cache_key(request, **credentials)
        return bool(ratelimit.consume(request, action=FAILED_EVERYWHERE, key=key, dry_run=dry_run))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        return on_this_network(request, super()._get_login_attempts_cache_key(request, **credentials))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not right after a login, which asked for the same password or code."""
        records = get_authentication_records(self.request, self.request.user)
        if records and time.time() - records[-1]["at"] < account_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")


class SecondFactorAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The QR code on a white background: phones cannot read black on the dark theme."""
        buffer = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(buffer)
        return buffer.getvalue().decode()


def deliver(message: EmailMessage, kind: str) -> None:
    """A message that fails is logged: reporting it to the visitor would reveal which e-mail addresses are known."""
    try:
        message.send()
    except (OSError, SMTPException, ValueError):
        logger.exception("E-mail %s not sent", kind)
