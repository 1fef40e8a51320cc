"""Inviting somebody to coordinate a CLSM: a single-use link, kept here as a fingerprint only.

The link shows a button; the button opens the account and the post. Following the link again, or an older one, says so.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from network.models import ClsmPage, CoordinatorAssignment, Invitation, InvitationState
from network.models.covered_area import moderators_for
from network.services.coordinators import assign
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.moderation.models import Notice
from portal.moderation.notices.services import tell, write_to
from portal.users.models import User

LIFETIME = timedelta(days=14)
LETTER = "coordination_invitation"
INVITED = "network.coordinator_invited"
RESENT = "network.invitation_resent"
REVOKED = "network.invitation_revoked"
ACCEPTED = "network.invitation_accepted"


@dataclass(frozen=True)
class Invitee:
    """Who is asked to come, and for which post. ``letter_to``: where the link goes, their own address by default."""

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
    """Write to the person. Raises ``Refused`` when they cannot, or need not, be invited."""
    locked(clsm)
    check_invitee(clsm, invitee)
    invitation, token = _new(
        Invitation(
            clsm=clsm,
            origin=origin,
            email=(invitee.letter_to or invitee.account_email).lower(),
            account_email=invitee.account_email.lower(),
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
        raise Refused("La fin du poste est déjà passée, ou précède son début.")
    if User.objects.filter(email__iexact=email, is_active=False).exists():
        raise Refused(f"Le compte {email} est désactivé : le Centre doit d’abord le rouvrir.")
    if posts(clsm, email, invitee.start).exists():
        raise Refused(f"{email} est déjà en poste dans ce CLSM à cette date.")
    if Invitation.objects.waiting().filter(clsm=clsm, account_email__iexact=email).exists():
        raise Refused(f"Une invitation attend déjà la réponse de {email}.")


def posts(clsm: ClsmPage, email: str, start: date) -> QuerySet[CoordinatorAssignment]:
    """The posts of that account in that CLSM that are not over on ``start``."""
    lasting = Q(end__isnull=True) | Q(end__gte=start)
    return CoordinatorAssignment.objects.filter(lasting, clsm=clsm, user__email__iexact=email)


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
    """The link stops working at once, and its message does not leave if it is still waiting."""
    current = _locked(invitation)
    if current.state not in (InvitationState.WAITING, InvitationState.EXPIRED):
        raise _over(current)
    _close(current)
    _log(REVOKED, current, by)
    return current


def find(token: str) -> Invitation | None:
    """The invitation that a link leads to, whatever its state; None for a link nobody made."""
    return Invitation.objects.select_related("clsm").filter(token_hash=fingerprint(token)).first()


def account_of(invitation: Invitation) -> User | None:
    return User.objects.filter(email__iexact=invitation.account_email).first()


@transaction.atomic
def accept(invitation: Invitation, *, first_name: str = "", last_name: str = "", now: datetime | None = None) -> User:
    """Open the account and the post, once. The names are written on a new account only."""
    current = _locked(invitation)
    if current.state != InvitationState.WAITING:
        raise _over(current)
    user = account_of(current)
    if user is None:
        user = User.objects.create_user(current.account_email, first_name=first_name, last_name=last_name)
    if not user.is_active:
        raise Refused("Ce compte est désactivé : écrivez au Centre pour le rouvrir.")
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
    """What is kept of a link: without the key of the site, nobody finds the link from it."""
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
    """The messages to that address that have not left yet; a letter is forgotten once it has."""
    return Notice.objects.filter(event=LETTER, address__iexact=invitation.email, emailed_at=None)


def _locked(invitation: Invitation) -> Invitation:
    """The row as it is now; its CLSM first, as every decision about the people of a CLSM does."""
    locked(invitation.clsm)
    return locked(invitation, "clsm")


def _over(invitation: Invitation) -> Refused:
    """Why an invitation that no longer waits is not decided again."""
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
