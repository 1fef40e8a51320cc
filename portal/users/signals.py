"""Keeps allauth's own table of addresses in line with the account."""

from allauth.account.models import EmailAddress
from django.db.models.signals import post_save
from django.dispatch import receiver

from portal.users.models import User


@receiver(post_save, sender=User)
def forget_former_addresses(instance: User, created: bool, **kwargs: object) -> None:
    """A former address would still receive login codes: allauth looks at its table first."""
    if not created:
        EmailAddress.objects.filter(user=instance).exclude(email__iexact=instance.email).delete()
