"""Who reads which messages: coordinators those of the CLSM of their post, the Centre its inbox, part of it all."""

from django.db.models import Q, QuerySet

from network.messages.models import Desk, Message
from network.models import ClsmPage
from portal.users.models import User

#: Opens the inbox of the Centre, and answers what waits there.
RIGHT = "network_messages.view_message"
#: Reads the messages that the CLSMs answer too.
EVERY = "network_messages.view_every_message"


def messages_of_centre(user: User) -> QuerySet[Message]:
    """What ``user`` reads in the admin."""
    if not user.has_perm(RIGHT):
        return Message.objects.none()
    return Message.objects.all() if user.has_perm(EVERY) else Message.objects.filter(desk=Desk.CENTRE)


def messages_of_clsm(clsm: ClsmPage, user: User) -> QuerySet[Message]:
    """What ``user``, in post at ``clsm``, reads in its space: messages to it, and their own to the Centre."""
    return Message.objects.filter(Q(to=Desk.CLSM) | Q(sender=user), clsm=clsm.pk)
