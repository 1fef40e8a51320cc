"""Who may enter the back office, and who needs a second factor for it.

A role that requires a second factor gives no right without it (``User.has_perm``), whatever the URL and the method. A
view that shows texts of the back office without a permission check calls ``demand_second_factor``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

if TYPE_CHECKING:
    from portal.users.models import User

    Anyone: TypeAlias = User | AnonymousUser

SECOND_FACTOR_REFUSAL = "Votre rôle demande une double vérification : activez-la pour continuer."


class SecondFactorNeededError(PermissionDenied):
    """The role of this user requires a second factor that is not set up."""


def has_admin_access(user: Anyone) -> bool:
    """Whether this user may open the back office at all; their permissions there are another question."""
    return user.has_perm("wagtailadmin.access_admin")


def needs_second_factor(user: Anyone) -> bool:
    """Whether a role of this user requires a second factor (``MFA_REQUIRED_GROUPS``, which includes superusers)."""
    required = settings.MFA_REQUIRED_GROUPS
    if not required or not user.is_authenticated:
        return False
    return user.is_superuser or user.groups.filter(name__in=required).exists()


def has_second_factor(user: Anyone) -> bool:
    return user.is_authenticated and get_adapter().is_mfa_enabled(user)


def demand_second_factor(user: Anyone) -> None:
    """Raise ``SecondFactorNeededError`` for users who still have to set it up."""
    if user.is_authenticated and user.lacks_second_factor:
        raise SecondFactorNeededError(SECOND_FACTOR_REFUSAL)
