"""Messages to a CLSM or to the Centre, as if a form had just been sent; nobody is told."""

from network.messages.models import Desk, Message, MessageSubject
from network.models import ClsmPage

FORM = {
    "text": "Bonjour, comment rejoindre votre groupe sur le logement ?",
    "name": "Dominique Exemple",
    "email": "dominique@association.example",
    "organisation": "",
}


def make_message(clsm: ClsmPage | None = None, **kw: object) -> Message:
    """To ``clsm``, whose coordinators have to answer; to the Centre without it."""
    desk = Desk.CLSM if clsm else Desk.CENTRE
    defaults = {"to": desk, "desk": desk, "clsm": clsm, **FORM}
    if clsm is None:
        defaults["subject"] = MessageSubject.OTHER
    return Message.objects.create(**(defaults | kw))
