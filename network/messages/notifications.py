"""Who learns of a message: the people in post and the generic address, the Centre, the sender.

E-mails have no « Reply-To »: an answer is written in the portal, so that nobody's address is given away and nothing
that a visitor types becomes a header. A notice kept for an account holds no text of a visitor: the account may lose
the right to read the message, whose page checks it each time.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from network.messages.models import CopyLink, Desk, Message, MessageAnswer
from network.messages.permissions import RIGHT
from network.models.covered_area import moderators_for
from network.models.queries import people_in_post
from portal.base.signed_links import token_of
from portal.moderation.models import Notice
from portal.moderation.notices import Event
from portal.moderation.notifications import tell, write_to
from portal.users.models import User
from portal.users.queries import MODERATION, holders

TO_CLSM = "clsm_message_received"
TO_CENTRE = "centre_message_received"
ASSIGNED = "message_assigned"
ANSWERED = "message_answered"
COPY_OFFERED = "message_copy_offered"
COPY = "message_copy"
SENDER = "la personne qui a écrit"
EVENTS = {
    TO_CLSM: ("Message à un CLSM", "la coordination en poste et l’adresse générique du CLSM"),
    TO_CENTRE: ("Message au Centre", "la Modération, celle de la région si un CLSM est concerné"),
    ASSIGNED: ("Message confié à une personne du Centre", "cette personne"),
    ANSWERED: ("Réponse à un message", SENDER),
    COPY_OFFERED: ("Copie d’un message, à demander", SENDER),
    COPY: ("Copie d’un message", SENDER),
}


def message_events() -> list[Event]:
    return [Event(name, label, audience) for name, (label, audience) in EVENTS.items()]


def tell_of_message(message: Message) -> None:
    """The CLSM, or the Centre when it has to answer; the generic address in both cases if the CLSM was written to."""
    people = list(people_in_post(message.clsm.pk)) if message.clsm and message.to == Desk.CLSM else []
    if message.desk == Desk.CLSM:
        tell(TO_CLSM, people, link=space_link(message), is_in_post=True, **facts(message))
    else:
        tell_centre(message)
    generic = message.clsm.generic_email if message.clsm and message.to == Desk.CLSM else ""
    if generic and generic not in {person.email for person in people}:
        text = quoted(message.text)
        write_to(generic, TO_CLSM, link=space_link(message), is_vacant=not people, text=text, **facts(message))


def tell_centre(message: Message) -> None:
    is_vacant = message.to == Desk.CLSM and message.forwarded_at is None
    told: dict[str, Any] = facts(message) | {"is_vacant": is_vacant, "forwarded_by": message.forwarded_by}
    tell(TO_CENTRE, readers(message), link=centre_link(message), **told)


def tell_assigned(message: Message) -> None:
    tell(ASSIGNED, [message.assigned_to], link=centre_link(message), **facts(message))


def tell_sender(answer: MessageAnswer) -> None:
    """In the portal if they may read the message there, else by e-mail alone."""
    message = answer.message
    author = f"« {message.clsm.title} »" if answer.desk == Desk.CLSM and message.clsm else "Le Centre national"
    told: dict[str, Any] = {"author": author, "text": answer.text, "sent_on": message.received_at}
    sender = message.sender
    if sender and message.clsm and people_in_post(message.clsm.pk).filter(pk=sender.pk).exists():
        tell(ANSWERED, [sender], link=space_link(message), **told)
    else:
        address = sender.email if sender else message.email
        write_to(address, ANSWERED, link=form_url(message), is_visitor=True, **told)


def offer_copy(link: CopyLink) -> None:
    """Nothing that the sender typed: whoever holds the address may not be the sender."""
    url = reverse("message_copy", args=[token_of(link)])
    write_to(link.address, COPY_OFFERED, link=url, recipient=recipient_of(link.message), days=link.lifetime.days)


def send_copy(link: CopyLink) -> None:
    message = link.message
    told: dict[str, Any] = {"recipient": recipient_of(message), "sent_on": message.received_at}
    told["text"] = quoted(message.text)
    write_to(link.address, COPY, link=form_url(message), **told)


def readers(message: Message) -> Iterable[User]:
    """The moderators, of the region of the CLSM if there is one; whoever opens the inbox when there are none."""
    moderators: QuerySet[User] = User.objects.filter(groups__name=MODERATION, is_active=True)
    found = moderators_for(message.clsm) if message.clsm else moderators
    return found if found.exists() else holders(RIGHT)


def facts(message: Message) -> dict[str, Any]:
    return {
        "clsm": message.clsm.title if message.clsm else "",
        "name": message.name,
        "organisation": message.organisation,
        "subject": message.get_subject_display(),
        "context": message.context,
    }


def quoted(text: str) -> str:
    """Each line marked, whichever line break the sender typed."""
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def recipient_of(message: Message) -> str:
    return message.clsm.title if message.clsm and message.to == Desk.CLSM else "Centre national"


def form_url(message: Message) -> str:
    """Where the sender writes again."""
    if message.to == Desk.CLSM and message.clsm_id:
        return reverse("write_to_clsm", args=[message.clsm_id])
    return reverse("contact")


def space_link(message: Message) -> str:
    """The message in the space of its CLSM; empty without one."""
    return reverse("clsm_message", args=[message.clsm_id, message.pk]) if message.clsm_id else ""


def centre_link(message: Message) -> str:
    return reverse("network_messages:detail", args=[message.pk])


def notices_of(message: Message) -> QuerySet[Notice]:
    """The notices that lead to the message."""
    return Notice.objects.filter(link__in=[link for link in (space_link(message), centre_link(message)) if link])
