"""A coordinator leaves: their last day is noted at once, and the person who follows is invited.

The successor's rights begin by their own acceptance, on the day said; the departure does not wait for it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from network.models import CoordinatorAssignment, Handover, Invitation, InvitationState
from network.models.covered_area import moderators_for
from network.services.coordinators import end, locked_post, save_assignment
from network.services.invitations import Invitee, invite, revoke
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.moderation.notices.services import tell
from portal.users.models import User

DECLARED = "network.handover_declared"
CANCELLED = "network.handover_cancelled"
MAX_A_DAY = 5  # each writes to the Centre, and to an address that the person chose


@dataclass(frozen=True)
class Successor:
    email: str
    start: date
    job_title: str = ""


def open_handover(assignment: CoordinatorAssignment) -> Handover | None:
    return assignment.handovers.select_related("invitation").filter(cancelled_at=None).first()


@transaction.atomic
def declare(
    assignment: CoordinatorAssignment,
    *,
    last_day: date,
    successor: Successor | None,
    by: User,
    today: date | None = None,
) -> Handover:
    """Note the last day of ``assignment`` and invite the successor, if there is one. The Centre is told."""
    today = today or timezone.localdate()
    assignment = locked_post(assignment)
    previous = assignment.end
    _check(assignment, last_day, successor, today)
    invitation = _invite(assignment, successor, by) if successor else None
    handover = Handover.objects.create(
        assignment=assignment, last_day=last_day, previous_end=previous, invitation=invitation
    )
    end(assignment, on=last_day, by=by)
    data = {"handover": handover.pk, "end": last_day.isoformat(), "has_successor": successor is not None}
    log(instance=assignment.clsm, action=DECLARED, user=by, data=data)
    tell(
        "handover_declared",
        moderators_for(assignment.clsm),
        page=assignment.clsm,
        link=_screen(assignment),
        person=str(assignment.user),
        last_day=last_day,
        successor=successor,
    )
    return handover


@transaction.atomic
def cancel(handover: Handover, *, by: User, today: date | None = None) -> Handover:
    """Take a departure back, while the person is still in post and nobody has taken over."""
    today = today or timezone.localdate()
    assignment = locked_post(handover.assignment)
    handover = locked(handover)
    invitation = locked(handover.invitation) if handover.invitation else None
    if handover.cancelled_at is not None:
        raise already_decided("ce départ est annulé", at=handover.cancelled_at)
    if assignment.end != handover.last_day or assignment.end < today:
        raise Refused("Ce départ ne s’annule plus : le poste a pris fin, ou le Centre en a changé le dernier jour.")
    if invitation is not None and invitation.state == InvitationState.USED:
        raise Refused("Votre successeur a déjà accepté : demandez au Centre de revenir sur ce départ.")
    if invitation is not None and invitation.state in (InvitationState.WAITING, InvitationState.EXPIRED):
        revoke(invitation, by=by)
    handover.cancelled_at = timezone.now()
    handover.save(update_fields=["cancelled_at"])
    assignment.end = handover.previous_end
    save_assignment(assignment, by=by)
    log(instance=assignment.clsm, action=CANCELLED, user=by, data={"handover": handover.pk})
    told = moderators_for(assignment.clsm)
    tell("handover_cancelled", told, page=assignment.clsm, link=_screen(assignment), person=str(assignment.user))
    return handover


def _screen(assignment: CoordinatorAssignment) -> str:
    return reverse("network_coordination:detail", args=[assignment.clsm_id])


def _check(assignment: CoordinatorAssignment, last_day: date, successor: Successor | None, today: date) -> None:
    if open_handover(assignment) is not None:
        raise Refused("Vous avez déjà déclaré un départ : annulez-le pour en changer les dates.")
    lately = assignment.handovers.filter(created_at__gt=timezone.now() - timedelta(days=1))
    if lately.count() >= MAX_A_DAY:
        raise Refused("Vous avez déclaré et annulé votre départ plusieurs fois aujourd’hui : réessayez demain.")
    if last_day < max(today, assignment.start):
        raise Refused("Votre dernier jour est passé : indiquez aujourd’hui ou une date à venir.")
    if assignment.end is not None and last_day > assignment.end:
        raise Refused(f"Votre poste finit le {assignment.end:%d/%m/%Y} : demandez au Centre de le prolonger.")
    if successor is not None and successor.email.lower() == assignment.user.email:
        raise Refused("L’adresse de la personne qui vous succède est la vôtre.")
    if successor is not None and successor.start < today:
        raise Refused("La prise de poste est passée : indiquez aujourd’hui ou une date à venir.")


def _invite(assignment: CoordinatorAssignment, successor: Successor, by: User) -> Invitation:
    invitee = Invitee(account_email=successor.email, start=successor.start, job_title=successor.job_title)
    return invite(assignment.clsm, invitee, by=by, origin=Invitation.Origin.HANDOVER)
