"""Who may enter the back office, and who needs a second factor for it."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from portal.users.models import User

Anyone = User | AnonymousUser


def has_admin_access(user: Anyone) -> bool:
    """Whether the back office opens to this person at all; what they may do there is another question."""
    return user.has_perm("wagtailadmin.access_admin")


def needs_second_factor(user: Anyone) -> bool:
    """Whether a role of this person asks for a second factor (``MFA_REQUIRED_GROUPS``, and superusers with it)."""
    required = settings.MFA_REQUIRED_GROUPS
    if not required:
        return False
    return user.is_superuser or user.groups.filter(name__in=required).exists()


def has_second_factor(user: Anyone) -> bool:
    return is_mfa_enabled(user)
