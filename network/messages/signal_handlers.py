"""A deleted message leaves nothing behind: the notices about it name its sender."""

from django.db.models.signals import post_delete
from django.dispatch import receiver

from network.messages.models import Message
from network.messages.notifications import notices_of


@receiver(post_delete, sender=Message)
def delete_notices(sender: type[Message], instance: Message, **kwargs: object) -> None:
    notices_of(instance).delete()
