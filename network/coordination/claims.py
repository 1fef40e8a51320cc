"""« Vous coordonnez ce CLSM ? »: a visitor's request to coordinate a vacant CLSM, and the Centre's answer."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.log_actions import log

from network.coordination.invitations import Invitee, invite
from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation
from network.models.covered_area import moderators_for
from network.models.queries import public_profiles
from portal.base.emails import canonical_email
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.notifications import tell, write_to
from portal.users.models import User

RECEIVED = "network.claim_received"
ACCEPTED = "network.claim_accepted"
REFUSED = "network.claim_refused"
#: Maximum number of claims per sender, and per CLSM, in a day.
MAX_BY_SENDER, MAX_BY_CLSM = 3, 5


@dataclass(frozen=True)
class Claimant:
    first_name: str
    last_name: str
    email: str
    job_title: str
    start: date
    message: str = ""


def is_claimable(clsm: ClsmPage, today: date | None = None) -> bool:
    """A public profile with nobody in post."""
    if CoordinatorAssignment.objects.current(today).filter(clsm=clsm.pk).exists():
        return False
    return public_profiles().filter(pk=clsm.pk).exists()


def sender_hash(address: str, day: date) -> str:
    """A hash that distinguishes the senders of one day without storing their IP address; it changes every day."""
    return salted_hmac("network.claim", f"{day.isoformat()} {address}", algorithm="sha256").hexdigest()


@transaction.atomic
def receive(clsm: ClsmPage, claimant: Claimant, *, sender: str, today: date | None = None) -> ClaimRequest:
    """Store a claim and notify the Centre. A repeated claim of the same person gives one notice only.

    ``sender``: the IP address of the request, stored as ``sender_hash`` only.
    """
    today = today or timezone.localdate()
    if not is_claimable(clsm, today):
        raise RefusedError("Ce CLSM a déjà une coordination : écrivez au Centre pour signaler un changement.")
    email = canonical_email(claimant.email)
    waiting = ClaimRequest.objects.filter(clsm=clsm, email=email, state=ClaimState.WAITING).first()
    if waiting is not None:
        return waiting
    mark = sender_hash(sender, today)
    _check_rate(clsm, mark)
    fields = {name: value for name, value in vars(claimant).items() if name != "email"}
    claim, is_new = ClaimRequest.objects.get_or_create(
        clsm=clsm, email=email, state=ClaimState.WAITING, defaults={"sender_hash": mark, **fields}
    )
    if not is_new:  # the button was pressed twice
        return claim
    _log(RECEIVED, claim, None)
    link = reverse("network_coordination:detail", args=[clsm.pk])
    tell("claim_received", moderators_for(clsm), page=clsm, link=link, claim=claim)
    return claim


@transaction.atomic
def accept(claim: ClaimRequest, *, to_generic: bool, by: User) -> Invitation:
    """Invite the claimant, through the generic e-mail address of the CLSM (the check) or their own, checked
    otherwise.
    """
    current = _waiting(claim)
    generic = current.clsm.generic_email
    if to_generic and not generic:
        raise RefusedError("Ce CLSM n’a pas d’adresse générique au dossier.")
    invitee = Invitee(
        account_email=current.email,
        start=current.start,
        first_name=current.first_name,
        last_name=current.last_name,
        job_title=current.job_title,
        letter_to=generic if to_generic else "",
    )
    current.invitation = invite(current.clsm, invitee, by=by, origin=Invitation.Origin.CLAIM)
    _decide(current, ClaimState.ACCEPTED, by)
    _log(ACCEPTED, current, by)
    return current.invitation


@transaction.atomic
def refuse(claim: ClaimRequest, *, reason: str, by: User) -> ClaimRequest:
    """Refuse with a reason: the claimant receives it."""
    if not reason.strip():
        raise RefusedError("Indiquez le motif du refus : il est envoyé à la personne.")
    current = _waiting(claim)
    current.reason = reason.strip()
    _decide(current, ClaimState.REFUSED, by)
    _log(REFUSED, current, by)
    write_to(current.email, "claim_refused", clsm=current.clsm.title, reason=current.reason)
    return current


def forget_senders(today: date | None = None) -> int:
    """Erase the hashes that no longer limit anything. Returns their number."""
    today = today or timezone.localdate()
    old = ClaimRequest.objects.exclude(sender_hash="").filter(created_at__date__lt=today)
    return old.update(sender_hash="")


def _check_rate(clsm: ClsmPage, mark: str) -> None:
    lately = ClaimRequest.objects.filter(created_at__gt=timezone.now() - timedelta(days=1))
    if lately.filter(sender_hash=mark).count() >= MAX_BY_SENDER or lately.filter(clsm=clsm).count() >= MAX_BY_CLSM:
        raise RefusedError("Trop de demandes ont été envoyées aujourd’hui. Réessayez demain, ou écrivez au Centre.")


def _waiting(claim: ClaimRequest) -> ClaimRequest:
    locked(claim.clsm)
    current = locked(claim, "clsm")
    if current.state != ClaimState.WAITING:
        what = f"la demande est {current.get_state_display()}"
        raise already_decided(what, by=current.decided_by, at=current.decided_at)
    return current


def _decide(claim: ClaimRequest, state: ClaimState, by: User) -> None:
    claim.state, claim.decided_at, claim.decided_by = state, timezone.now(), by
    claim.save()


def _log(action: str, claim: ClaimRequest, by: User | None) -> None:
    log(instance=claim.clsm, action=action, user=by, data={"claim": claim.pk})
