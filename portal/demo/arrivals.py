"""Requests to coordinate a CLSM of the demonstration, and invitations: one pending item of each kind."""

from datetime import timedelta

from django.utils import timezone

from network.coordination.claims import Claimant, receive
from network.coordination.invitations import Invitee, invite
from network.models import ClaimRequest, ClsmPage, Invitation
from portal.demo.accounts import account, address

#: CLSMs whose post is vacant in the table of profiles.
CLAIMED, INVITED = "montreuil", "abbeville"
MESSAGE = "Je prends le poste ce mois-ci. Le profil parle encore du diagnostic de 2021 : je souhaite le mettre à jour."


def seed_arrivals() -> int:
    """A claim and an invitation, unless they exist."""
    return seed_claim(ClsmPage.objects.get(slug=CLAIMED)) + seed_invitation(ClsmPage.objects.get(slug=INVITED))


def seed_claim(clsm: ClsmPage) -> int:
    if ClaimRequest.objects.filter(clsm=clsm).exists():
        return 0
    claimant = Claimant(
        first_name="Noa",
        last_name="Exemple",
        email=address("nouvelle.coordination"),
        job_title="Coordination du CLSM",
        start=timezone.localdate() - timedelta(days=12),
        message=MESSAGE,
    )
    receive(clsm, claimant, sender="demonstration")
    return 1


def seed_invitation(clsm: ClsmPage) -> int:
    if Invitation.objects.filter(clsm=clsm).exists():
        return 0
    invitee = Invitee(
        account_email=address("future.coordination"),
        start=timezone.localdate() + timedelta(days=9),
        first_name="Ambre",
        last_name="Exemple",
        job_title="Coordination du CLSM",
    )
    invite(clsm, invitee, by=account("moderation"))
    return 1
