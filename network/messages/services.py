"""Decisions about messages. Each locks its row, reads it again, and says what was decided meanwhile."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log

from network.messages import notifications
from network.messages.contexts import MessageContext
from network.messages.models import CopyLink, Desk, Message, MessageAnswer, MessageState
from network.messages.models.message import due_date
from network.messages.permissions import messages_of_centre
from network.models import ClsmPage, CoordinatorAssignment
from network.models.queries import people_in_post
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.users.models import User

ANSWERED = "network_messages.answered"
FORWARDED = "network_messages.forwarded"
ASSIGNED = "network_messages.assigned"
CLOSED = "network_messages.closed"
REOPENED = "network_messages.reopened"
#: E-mails that propose a copy, to one address in a day, whoever asks for them.
MAX_COPIES_A_DAY = 3


@dataclass(frozen=True)
class Written:
    """What a form holds."""

    name: str
    email: str
    text: str
    organisation: str = ""
    subject: str = ""
    context: MessageContext | None = None
    wants_copy: bool = False

    def fields(self) -> dict[str, str]:
        context = self.context or MessageContext("")
        return {
            "name": self.name,
            "email": self.email,
            "text": self.text,
            "organisation": self.organisation,
            "subject": self.subject,
            "context": context.title[:255],
            "context_url": context.url[:500],
        }


@transaction.atomic
def write_to_clsm(clsm: ClsmPage, written: Written) -> Message:
    """A visitor's message: the people in post answer it, the Centre when there are none."""
    desk = Desk.CLSM if people_in_post(clsm.pk).exists() else Desk.CENTRE
    return _receive(Message(to=Desk.CLSM, desk=desk, clsm=clsm, **written.fields()), written)


@transaction.atomic
def write_to_centre(written: Written, *, clsm: ClsmPage | None = None, sender: User | None = None) -> Message:
    """``clsm`` and ``sender``: a coordinator writes from their space."""
    message = Message(to=Desk.CENTRE, desk=Desk.CENTRE, clsm=clsm, sender=sender, **written.fields())
    return _receive(message, written)


def _receive(message: Message, written: Written) -> Message:
    message.save()
    notifications.tell_of_message(message)
    if written.wants_copy:
        _offer_copy(message)
    return message


def _offer_copy(message: Message) -> None:
    """Silent above the limit: the message itself is received in any case."""
    lately = CopyLink.objects.filter(same_box(message.email), created_at__gt=timezone.now() - timedelta(days=1))
    if lately.count() < MAX_COPIES_A_DAY:
        notifications.offer_copy(CopyLink.objects.create(message=message, address=message.email))


def same_box(address: str) -> Q:
    """Filter: the links sent to ``address`` or to one of its aliases (« name+alias@ »), which reach the same box."""
    local, _, domain = address.rpartition("@")
    bare = local.partition("+")[0]
    alias = Q(address__istartswith=f"{bare}+", address__iendswith=f"@{domain}")
    return Q(address__iexact=f"{bare}@{domain}") | alias


@transaction.atomic
def send_copy(link: CopyLink) -> None:
    """Once, after the click that proves the address."""
    current = locked(link, "message__clsm")
    if current.copied_at:
        raise already_decided("la copie est envoyée", at=current.copied_at)
    current.copied_at = timezone.now()
    current.save(update_fields=["copied_at"])
    notifications.send_copy(current)


def note_reading(message: Message, *, by: User, desk: str) -> None:
    """The first reading by those who have to answer; the reader's own notice about it is read too."""
    now = timezone.now()
    if message.desk == desk and message.sender_id != by.pk:
        Message.objects.filter(pk=message.pk, read_at=None).update(read_at=now)
    notifications.notices_of(message).filter(recipient=by, read_at=None).update(read_at=now)


@transaction.atomic
def answer(message: Message, text: str, *, by: User, desk: str, seen: int) -> MessageAnswer:
    """Answer in the name of ``desk``; the sender receives it. ``seen``: the number of answers that ``by`` had read."""
    current = _undecided(message, desk, seen)
    now = timezone.now()
    written = MessageAnswer.objects.create(message=current, text=text, desk=desk, written_by=by, written_at=now)
    current.state, current.answered_at, current.delete_on = MessageState.ANSWERED, now, due_date(now)
    current.read_at = current.read_at or now
    current.save()
    log(instance=current, action=ANSWERED, user=by)
    notifications.tell_sender(written)
    return written


@transaction.atomic
def forward(message: Message, *, by: User, seen: int) -> Message:
    """From the CLSM to the Centre, which is told and answers in its place."""
    current = _undecided(message, Desk.CLSM, seen)
    current.desk, current.state, current.read_at = Desk.CENTRE, MessageState.WAITING, None
    current.forwarded_at, current.forwarded_by = timezone.now(), by
    current.save()
    log(instance=current, action=FORWARDED, user=by)
    notifications.tell_centre(current)
    return current


def take_over_vacant(today: date | None = None) -> int:
    """Pass to the Centre, which is told, what waits for a CLSM where nobody is in post; returns the number."""
    in_post = CoordinatorAssignment.objects.held(today)
    waiting = Message.objects.filter(desk=Desk.CLSM, state=MessageState.WAITING).exclude(
        clsm__in=in_post.values("clsm")
    )
    return sum(_take_over(message, today) for message in waiting.order_by("pk"))


@transaction.atomic
def _take_over(message: Message, today: date | None) -> bool:
    current = locked(message, "clsm")
    is_waiting = current.desk == Desk.CLSM and current.is_waiting
    if not is_waiting or (current.clsm and people_in_post(current.clsm.pk, today).exists()):
        return False
    current.desk, current.read_at = Desk.CENTRE, None
    current.save(update_fields=["desk", "read_at"])
    log(instance=current, action=FORWARDED)
    notifications.tell_centre(current)
    return True


@transaction.atomic
def assign(message: Message, person: User, *, by: User) -> Message:
    current = locked(message, "clsm")
    if not messages_of_centre(person).filter(pk=current.pk).exists():
        raise RefusedError("Cette personne ne peut pas lire ce message : choisissez-en une autre.")
    current.assigned_to = person
    current.save(update_fields=["assigned_to"])
    log(instance=current, action=ASSIGNED, user=by)
    if person != by:
        notifications.tell_assigned(current)
    return current


@transaction.atomic
def close(message: Message, reason: str, *, by: User, desk: str, seen: int) -> Message:
    """Close without an answer. The reason stays here: the sender is not told."""
    current = _undecided(message, desk, seen)
    if not reason.strip():
        raise RefusedError("Dites pourquoi vous classez ce message : il est relu plus tard.")
    current.state, current.close_reason = MessageState.CLOSED, reason.strip()
    current.closed_at, current.closed_by = timezone.now(), by
    current.save()
    log(instance=current, action=CLOSED, user=by)
    return current


@transaction.atomic
def reopen(message: Message, *, by: User, desk: str) -> Message:
    current = locked(message, "clsm")
    _check_desk(current, desk)
    if current.state != MessageState.CLOSED:
        raise RefusedError("Ce message n’est pas classé : il est déjà ouvert.")
    current.state = MessageState.ANSWERED if current.answered_at else MessageState.WAITING
    current.closed_at = None
    current.closed_by = None  # type: ignore[assignment]  # nullable by ``BY``
    current.close_reason = ""
    current.save()
    log(instance=current, action=REOPENED, user=by)
    return current


def _undecided(message: Message, desk: str, seen: int) -> Message:
    """The row, locked, if nobody forwarded, closed or answered it since ``seen`` answers were on the screen."""
    current = locked(message, "clsm", "closed_by", "forwarded_by", "sender")
    _check_desk(current, desk)
    if current.state == MessageState.CLOSED:
        raise already_decided("ce message est classé", by=current.closed_by, at=current.closed_at)
    answers = list(current.answers.select_related("written_by"))
    if len(answers) > seen:
        raise already_decided("ce message a une réponse", by=answers[-1].written_by, at=answers[-1].written_at)
    return current


def _check_desk(message: Message, desk: str) -> None:
    """The Centre answers any message; a CLSM those that wait for it."""
    if desk == Desk.CLSM and message.desk == Desk.CENTRE:
        if message.forwarded_at:
            what = "ce message est transmis au Centre"
            raise already_decided(what, by=message.forwarded_by, at=message.forwarded_at)
        raise RefusedError("C’est le Centre national qui répond à ce message.")


def due_messages(today: date | None = None) -> int:
    """The number of messages whose last exchange is too old."""
    return Message.objects.filter(delete_on__lte=today or timezone.localdate()).count()


@transaction.atomic
def forget_messages(today: date | None = None) -> int:
    """Delete them, with their answers, links and notices; returns their number."""
    rows = Message.objects.filter(delete_on__lte=today or timezone.localdate())
    return rows.delete()[1].get(Message._meta.label, 0)
