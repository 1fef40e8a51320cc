"""Keeps allauth's e-mail addresses equal to those of the accounts, and sets the session length at login."""

from allauth.account.models import EmailAddress
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest

from portal.users.login_forms import INVITED
from portal.users.models import User


@receiver(post_save, sender=User)
def forget_former_addresses(instance: User, created: bool, **kwargs: object) -> None:
    """A former address would still receive login codes: allauth reads its own table first."""
    if not created:
        EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()


@receiver(user_logged_in)
def leave_the_short_session(request: HttpRequest, **kwargs: object) -> None:
    """A session that began without an account had a short lifetime."""
    if hasattr(request, "session"):
        request.session.set_expiry(None)
        request.session.pop(INVITED, None)  # the next person on this computer is somebody else
