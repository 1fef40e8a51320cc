"""Invitations to coordinate a CLSM, and handovers from one coordinator to the next.

An invitation is a single-use link, stored as a fingerprint only. The link shows a button; the button creates the
account and the post. A used or superseded link shows an explanation.

In a handover, the departure is recorded at once and the successor is invited. The rights of the successor begin when
they accept, on the chosen day; the departure does not wait for it.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from network.coordination.assignments import assign, end, locked_post, save_assignment
from network.models import ClsmPage, CoordinatorAssignment, Handover, Invitation, InvitationState
from network.models.covered_area import moderators_for
from portal.base.emails import canonical_email
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.models import Notice
from portal.moderation.notifications import tell, write_to
from portal.users.models import User

LIFETIME = timedelta(days=14)

LETTER = "coordination_invitation"

INVITED = "network.coordinator_invited"

RESENT = "network.invitation_resent"

REVOKED = "network.invitation_revoked"

ACCEPTED = "network.invitation_accepted"


@dataclass(frozen=True)
class Invitee:
    """The person invited, and the post. ``letter_to``: e-mail address that receives the link, their own by default."""

    account_email: str
    start: date
    end: date | None = None
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    letter_to: str = ""


@transaction.atomic
def invite(
    clsm: ClsmPage, invitee: Invitee, *, by: User | None, origin: Invitation.Origin = Invitation.Origin.CENTRE
) -> Invitation:
    """Send an invitation. Raises ``RefusedError`` if the person cannot, or need not, be invited."""
    locked(clsm)
    check_invitee(clsm, invitee)
    invitation, token = _new(
        Invitation(
            clsm=clsm,
            origin=origin,
            email=invitee.letter_to or invitee.account_email,
            account_email=invitee.account_email,
            first_name=invitee.first_name,
            last_name=invitee.last_name,
            job_title=invitee.job_title,
            start=invitee.start,
            end=invitee.end,
            invited_by=by,
        )
    )
    _log(INVITED, invitation, by)
    _write(invitation, token)
    return invitation


def check_invitee(clsm: ClsmPage, invitee: Invitee, today: date | None = None) -> None:
    today = today or timezone.localdate()
    email = invitee.account_email
    if invitee.end is not None and invitee.end < max(invitee.start, today):
        raise RefusedError("La fin du poste est déjà passée, ou précède son début.")
    if User.objects.filter(email=email, is_active=False).exists():
        raise RefusedError(f"Le compte {email} est désactivé : le Centre doit d’abord le rouvrir.")
    if posts(clsm, email, invitee.start).exists():
        raise RefusedError(f"{email} est déjà en poste dans ce CLSM à cette date.")
    if Invitation.objects.waiting().filter(clsm=clsm, account_email=email).exists():
        raise RefusedError(f"Une invitation attend déjà la réponse de {email}.")


def posts(clsm: ClsmPage, email: str, start: date) -> QuerySet[CoordinatorAssignment]:
    """The posts of that account in that CLSM that are not over on ``start``."""
    return CoordinatorAssignment.objects.lasting(start).filter(clsm=clsm, user__email=email)


@transaction.atomic
def resend(invitation: Invitation, *, by: User | None) -> Invitation:
    """A new link for the same post; the old one stops working."""
    old = _locked(invitation)
    if old.state not in (InvitationState.WAITING, InvitationState.EXPIRED):
        raise _over(old)
    fields = ("clsm", "origin", "email", "account_email", "first_name", "last_name", "job_title", "start", "end")
    new, token = _new(Invitation(**{name: getattr(old, name) for name in fields}, invited_by=by))
    _close(old, replaced_by=new)
    for origin in (getattr(old, "claim", None), getattr(old, "handover", None)):
        if origin is not None:
            origin.invitation = new
            origin.save(update_fields=["invitation"])
    _log(RESENT, new, by)
    _write(new, token)
    return new


@transaction.atomic
def revoke(invitation: Invitation, *, by: User | None) -> Invitation:
    """The link stops working at once, and a pending e-mail is not sent."""
    current = _locked(invitation)
    if current.state not in (InvitationState.WAITING, InvitationState.EXPIRED):
        raise _over(current)
    _close(current)
    _log(REVOKED, current, by)
    return current


def find(token: str) -> Invitation | None:
    """The invitation of a link, in any state; None for an unknown link."""
    return Invitation.objects.select_related("clsm").filter(token_hash=fingerprint(token)).first()


def account_of(invitation: Invitation) -> User | None:
    return User.objects.filter(email=invitation.account_email).first()


@transaction.atomic
def accept(invitation: Invitation, *, first_name: str = "", last_name: str = "", now: datetime | None = None) -> User:
    """Create the account and the post, once. The names are written on a new account only."""
    current = _locked(invitation)
    if current.state != InvitationState.WAITING:
        raise _over(current)
    user = account_of(current)
    if user is None:
        user = User.objects.create_user(current.account_email, first_name=first_name, last_name=last_name)
    if not user.is_active:
        raise RefusedError("Ce compte est désactivé : écrivez au Centre pour le rouvrir.")
    current.used_at, current.used_by = now or timezone.now(), user
    current.save(update_fields=["used_at", "used_by"])
    if not posts(current.clsm, user.email, current.start).exists():
        assign(current.clsm, user, start=current.start, end=current.end, by=user, job_title=current.job_title)
    _log(ACCEPTED, current, user)
    told = {*moderators_for(current.clsm), *([current.invited_by] if current.invited_by else [])}
    link = reverse("network_coordination:detail", args=[current.clsm_id])
    tell("invitation_accepted", told, page=current.clsm, link=link, person=str(user), start=current.start)
    return user


def fingerprint(token: str) -> str:
    """What is stored of a link: the link cannot be computed from it without the secret key."""
    return salted_hmac("network.invitation", token, algorithm="sha256").hexdigest()


def _new(invitation: Invitation) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = fingerprint(token)
    invitation.expires_at = timezone.now() + LIFETIME
    invitation.full_clean(exclude=["clsm"])
    invitation.save()
    return invitation, token


def _close(invitation: Invitation, replaced_by: Invitation | None = None) -> None:
    invitation.revoked_at, invitation.replaced_by = timezone.now(), replaced_by
    invitation.save(update_fields=["revoked_at", "replaced_by"])
    for letter in waiting_letters(invitation):
        if fingerprint(letter.link.rstrip("/").rsplit("/", 1)[-1]) == invitation.token_hash:
            letter.delete()


def waiting_letters(invitation: Invitation) -> QuerySet[Notice]:
    """The unsent e-mails to that address; an e-mail is deleted once sent."""
    return Notice.objects.filter(event=LETTER, address=invitation.email, emailed_at=None)


def _locked(invitation: Invitation) -> Invitation:
    """The current row, locked after its CLSM, as in every decision about the people of a CLSM."""
    locked(invitation.clsm)
    return locked(invitation, "clsm")


def _over(invitation: Invitation) -> RefusedError:
    """Why an invitation that is no longer pending cannot be decided again."""
    at = invitation.used_at or invitation.revoked_at or invitation.expires_at
    return already_decided(f"cette invitation est {invitation.state.label}", by=invitation.used_by, at=at)


def _write(invitation: Invitation, token: str) -> None:
    write_to(
        invitation.email,
        LETTER,
        link=reverse("invitation", args=[token]),
        clsm=invitation.clsm.title,
        account=invitation.account_email,
        is_own=invitation.email == invitation.account_email,
        start=invitation.start,
        expires=timezone.localtime(invitation.expires_at),
        days=LIFETIME.days,
    )


def _log(action: str, invitation: Invitation, by: User | None) -> None:
    data = {
        "invitation": invitation.pk,
        "origin": invitation.origin,
        "start": invitation.start.isoformat(),
        "end": invitation.end.isoformat() if invitation.end else "",
    }
    log(instance=invitation.clsm, action=action, user=by, data=data)


DECLARED = "network.handover_declared"

CANCELLED = "network.handover_cancelled"

MAX_A_DAY = 5  # each sends e-mails to the Centre, and to an address that the person chose


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
    """Record the last day of ``assignment`` and invite the successor, if any. The Centre is notified."""
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
    """Cancel a departure, while the person is still in post and nobody has taken over."""
    today = today or timezone.localdate()
    assignment = locked_post(handover.assignment)
    handover = locked(handover)
    invitation = locked(handover.invitation) if handover.invitation else None
    if handover.cancelled_at is not None:
        raise already_decided("ce départ est annulé", at=handover.cancelled_at)
    if assignment.end != handover.last_day or assignment.end < today:
        raise RefusedError(
            "Ce départ ne s’annule plus : le poste a pris fin, ou le Centre en a changé le dernier jour."
        )
    if invitation is not None and invitation.state == InvitationState.USED:
        raise RefusedError("Votre successeur a déjà accepté : demandez au Centre de revenir sur ce départ.")
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
        raise RefusedError("Vous avez déjà déclaré un départ : annulez-le pour en changer les dates.")
    lately = assignment.handovers.filter(created_at__gt=timezone.now() - timedelta(days=1))
    if lately.count() >= MAX_A_DAY:
        raise RefusedError("Vous avez déclaré et annulé votre départ plusieurs fois aujourd’hui : réessayez demain.")
    if last_day < max(today, assignment.start):
        raise RefusedError("Votre dernier jour est passé : indiquez aujourd’hui ou une date à venir.")
    if assignment.end is not None and last_day > assignment.end:
        raise RefusedError(f"Votre poste finit le {assignment.end:%d/%m/%Y} : demandez au Centre de le prolonger.")
    if successor is not None and canonical_email(successor.email) == assignment.user.email:
        raise RefusedError("L’adresse de la personne qui vous succède est la vôtre.")
    if successor is not None and successor.start < today:
        raise RefusedError("La prise de poste est passée : indiquez aujourd’hui ou une date à venir.")


def _invite(assignment: CoordinatorAssignment, successor: Successor, by: User) -> Invitation:
    invitee = Invitee(account_email=successor.email, start=successor.start, job_title=successor.job_title)
    return invite(assignment.clsm, invitee, by=by, origin=Invitation.Origin.HANDOVER)
