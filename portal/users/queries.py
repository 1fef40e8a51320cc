"""Reads about accounts: which hold a given right."""

from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from portal.users.models import User


def holders(right: str) -> QuerySet[User]:
    """The active users with « app.codename », by a group, directly or as superusers."""
    return ModelBackend().with_perm(right)


#: The groups whose name the code uses; their rights are in ``portal.site_setup.roles``.
ADMINISTRATION, MODERATION, EDITING = "Administration", "Modération", "Édition"
COACHING, COORDINATION = "Accompagnement", "Coordination"
ROLE_NAMES = (ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION)

#: Creates, closes and erases accounts.
ADMINISTERS = "portal_users.delete_user"
#: Without these only a superuser could create an account or give a role.
KEPT_BY_ADMINISTRATION = {
    "wagtailadmin.access_admin",
    ADMINISTERS,
    "portal_users.add_user",
    "portal_users.change_user",
    "auth.change_group",
}
LAST_ADMINISTRATOR = "C’est le dernier compte de l’Administration : donnez d’abord ce rôle à une autre personne."


def administrators() -> QuerySet[User]:
    """The active users of Administration; a superuser has every right and no role."""
    return ModelBackend().with_perm(ADMINISTERS, include_superusers=False)


def is_last_administrator(user: User) -> bool:
    """Without anybody in Administration the team is locked out: such an account is closed after another exists."""
    return list(administrators().values_list("pk", flat=True)[:2]) == [user.pk]


def rights_named(names: Iterable[str]) -> QuerySet[Permission]:
    """The permissions « app.codename »."""
    pairs = (name.split(".") for name in names)
    return Permission.objects.filter(
        reduce(or_, (Q(content_type__app_label=app, codename=codename) for app, codename in pairs))
    )


def chosen_roles() -> QuerySet[Group]:
    """The groups that a person gives or removes. Those of the CLSMs, and Coordination, follow the dated posts."""
    return Group.objects.filter(clsm_record=None).exclude(name=COORDINATION).order_by("name")


def administers(groups: Iterable[Group]) -> bool:
    """Whether one of ``groups`` gives the rights of an administrator."""
    return rights_named([ADMINISTERS]).filter(group__in=groups).exists()
