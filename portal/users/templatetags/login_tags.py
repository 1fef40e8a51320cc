"""What the login pages say of a code."""

from django import template
from django.conf import settings

register = template.Library()


@register.filter
def masked(email: str) -> str:
    """« c•••@clsm.example »: enough for its owner to see a mistake."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


@register.simple_tag
def code_minutes() -> str:
    """How long a login code is valid."""
    return str(settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60)
