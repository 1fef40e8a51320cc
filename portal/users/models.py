"""Accounts. A person is identified by their e-mail address."""

from typing import Any, ClassVar

from allauth.mfa.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property

from portal.base.emails import EmailField
from portal.base.sort_keys import SortKeyField


class UserManager(BaseUserManager["User"]):
    """Creates accounts from an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":
        if not email:
            raise ValueError("Une adresse e-mail est nécessaire pour créer un compte.")
        user = self.model(email=email, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":
        return self.create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=email)


class User(AbstractUser):
    """A member of the Centre's team, a coordinator, or any person invited to the portal."""

    username = None  # type: ignore[assignment]
    email = EmailField("adresse e-mail", unique=True)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    #: When the person was warned of the erasure of an unused account; a login cancels the warning.
    dormancy_warned_on = models.DateField("prévenu·e de l’effacement le", null=True, blank=True, editable=False)

    sort_key = SortKeyField("last_name", "first_name", "email")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """No password means an unusable one, not an empty one."""
        if not self.password:
            self.set_unusable_password()
        super().save(*args, **kwargs)

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role of this user requires a second factor (``MFA_REQUIRED_GROUPS``, which includes superusers)."""
        required = settings.MFA_REQUIRED_GROUPS
        return bool(required) and (self.is_superuser or self.groups.filter(name__in=required).exists())

    @property
    def has_second_factor(self) -> bool:
        return get_adapter().is_mfa_enabled(self)

    @cached_property
    def lacks_second_factor(self) -> bool:
        """Whether a role requires a second factor that is not set up; read once per request."""
        return self.needs_second_factor and not self.has_second_factor

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """No permission is held without the second factor that the role requires, superusers included."""
        return super().has_perm(perm, obj) and not self.lacks_second_factor

    def has_module_perms(self, app_label: str) -> bool:
        return super().has_module_perms(app_label) and not self.lacks_second_factor
