"""Who holds which right."""

from collections.abc import Iterable

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet

from portal.users.models import User


def holders(right: str) -> QuerySet[User]:
    """The active people who hold « app.codename » by a group, by themselves or as superusers."""
    return ModelBackend().with_perm(right)


#: Opens, closes and erases accounts.
ADMINISTERS = "portal_users.delete_user"
LAST_ADMINISTRATOR = "C’est le dernier compte de l’Administration : donnez d’abord ce rôle à une autre personne."


def administrators() -> QuerySet[User]:
    """The people of Administration whose account is open; a superuser has every right and no role."""
    return ModelBackend().with_perm(ADMINISTERS, include_superusers=False)


def is_last_administrator(user: User) -> bool:
    """A portal without anybody of Administration is closed to its own team: such an account goes after another."""
    return list(administrators().values_list("pk", flat=True)[:2]) == [user.pk]


def administers(groups: Iterable[Group]) -> bool:
    """Whether one of ``groups`` makes an administrator."""
    label, codename = ADMINISTERS.split(".")
    found = Permission.objects.filter(group__in=groups, codename=codename, content_type__app_label=label)
    return found.exists()
