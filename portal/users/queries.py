"""Who holds which right."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import QuerySet

from portal.users.models import User


def holders(right: str) -> QuerySet[User]:
    """The active people who hold « app.codename » by a group, by themselves or as superusers."""
    return ModelBackend().with_perm(right)
