"""Limits on login codes and password attempts: by network, and by account within a network.

The attempts of a stranger on one network do not lock out the owner of the account on another. A last limit by
account, across networks, stops somebody who has many networks from filling a mailbox or trying passwords without end.
"""

from allauth.core import ratelimit
from django.http import HttpRequest

from portal.base.rate import network_of

#: Actions of ``ACCOUNT_RATE_LIMITS``
MAIL, MAIL_EVERYWHERE = "account_mail", "account_mail_everywhere"
FAILED_EVERYWHERE = "login_failed_everywhere"


def on_this_network(request: HttpRequest, login: str) -> str:
    return f"{login.lower()} {network_of(request)}"


def allows_mail(request: HttpRequest, email: str) -> bool:
    """Count one code or link to send; the same for an e-mail address without an account."""
    return bool(
        ratelimit.consume(request, action=MAIL, key=on_this_network(request, email))
        and ratelimit.consume(request, action=MAIL_EVERYWHERE, key=email.lower())
    )
