"""Accounts: the Centre invites without a password, and a person changes their own e-mail address."""

import logging
from collections.abc import Iterable
from smtplib import SMTPException
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.users.models import User

logger = logging.getLogger(__name__)


def invite_user(email: str, *, groups: Iterable[Group] = (), invited_by: str = "Le Centre", **fields: str) -> User:
    """Create the account of ``email`` if it does not exist, add it to ``groups`` and send the invitation.

    ``fields`` (first_name, last_name, job_title) are written on a new account only.
    """
    with transaction.atomic():
        user = User.objects.filter(email=email).first() or User.objects.create_user(email, **fields)
        user.groups.add(*groups)
    send_invitation(user, invited_by=invited_by)
    return user


def send_invitation(user: User, *, invited_by: str = "Le Centre") -> bool:
    """Send the login instructions. The message holds no secret: the person requests the code. False if it was not
    sent.
    """
    context = {
        "email": user.email,
        "invited_by": invited_by,
        "login_url": urljoin(settings.WAGTAILADMIN_BASE_URL, reverse("account_request_login_code")),
    }
    subject = render_to_string("account/email/invitation_subject.txt").strip()
    body = render_to_string("account/email/invitation_message.txt", context).strip()
    try:
        send_mail(subject, body, None, [user.email])
    except (OSError, SMTPException):
        logger.exception("Invitation of account %s not sent", user.pk)
        return False
    return True


@transaction.atomic
def set_email(user: User, email: str) -> str:
    """The former address. Raises ``RefusedError`` if somebody else took ``email`` meanwhile."""
    fresh = locked(user)
    if User.objects.filter(email__iexact=email).exclude(pk=fresh.pk).exists():
        raise RefusedError("Cette adresse a maintenant un autre compte : rien n’est changé.")
    former, fresh.email = fresh.email, email
    fresh.save()
    EmailAddress.objects.update_or_create(user=fresh, email=email, defaults={"verified": True, "primary": True})
    return former
