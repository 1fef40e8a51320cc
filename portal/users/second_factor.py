"""Who may enter the back office, and who needs a second factor for it.

A role that requires a second factor gives no right without it (``User.has_perm``), whatever the URL and the method. A
view that shows texts of the back office without a permission check calls ``demand_second_factor``.
"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from portal.users.models import User

SECOND_FACTOR_REFUSAL = "Votre rôle demande une double vérification : activez-la pour continuer."


class SecondFactorNeededError(PermissionDenied):
    """The role of this user requires a second factor that is not set up."""


def has_admin_access(user: User | AnonymousUser) -> bool:
    """Whether this user may open the back office at all; their permissions there are another question."""
    return user.has_perm("wagtailadmin.access_admin")


def demand_second_factor(user: User | AnonymousUser) -> None:
    """Raise ``SecondFactorNeededError`` for users who still have to set it up."""
    if user.is_authenticated and user.lacks_second_factor:
        raise SecondFactorNeededError(SECOND_FACTOR_REFUSAL)
