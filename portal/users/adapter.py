"""How allauth behaves here: accounts are created by invitation only, and a dead mail server is told, not hidden."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("E-mail %s not sent", template_prefix)
            messages.error(
                self.request,
                "Le message n’a pas pu être envoyé. Réessayez dans quelques minutes.",
            )

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_home")
