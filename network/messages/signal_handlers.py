"""What waits for a CLSM where nobody is in post any more passes to the Centre.

A deleted message leaves nothing behind: the notices about it name its sender.
"""

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from network.messages.models import Message
from network.messages.notifications import notices_of
from network.messages.services import take_over_vacant
from network.models import CoordinatorAssignment
from portal.users.models import User


@receiver(post_delete, sender=Message)
def delete_notices(sender: type[Message], instance: Message, **kwargs: object) -> None:
    notices_of(instance).delete()


@receiver([post_save, post_delete], sender=CoordinatorAssignment)
def follow_posts(
    sender: type[CoordinatorAssignment], created: bool = False, raw: bool = False, **kwargs: object
) -> None:
    """``expire_coordinators`` does the same every night, for the posts that end by their date."""
    if not created and not raw:
        transaction.on_commit(take_over_vacant, robust=True)


@receiver(post_save, sender=User)
def follow_accounts(sender: type[User], instance: User, raw: bool = False, **kwargs: object) -> None:
    if not instance.is_active and not raw:
        transaction.on_commit(take_over_vacant, robust=True)
