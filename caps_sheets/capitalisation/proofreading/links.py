"""Links for somebody without an account: sent by the Centre to an address, taken back at any time."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingLink, ProofreadingReply, Reply
from caps_sheets.capitalisation.proofreading.notices import send
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.users.models import User

RIGHT = "caps_capitalisation.add_proofreadinglink"
SENT = "caps_capitalisation.proofreading_link_sent"
COMPLETE_ADDRESS = "Écrivez une adresse complète, par exemple clsm@ville.example."
REVOKED = "caps_capitalisation.proofreading_link_revoked"


@transaction.atomic
def send_link(reply: ProofreadingReply, address: str, *, by: User) -> ProofreadingLink:
    """Write to ``address``; the link itself is shown to nobody else, not even to the sender. Raises ``Refused``."""
    address = address.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Refused(COMPLETE_ADDRESS) from None
    asked = locked(reply.round)
    reply = locked(reply, "clsm")
    if not asked.is_open or reply.decision != Reply.WAITING:
        raise Refused("Cette relecture est terminée : aucun lien ne peut plus être envoyé.")
    link = ProofreadingLink.objects.create(reply=reply, address=address, created_by=by)
    send(link)
    _log(link, SENT, by)
    return link


@transaction.atomic
def revoke(link: ProofreadingLink, *, by: User | None) -> None:
    """The link no longer opens anything. Revoking it twice changes nothing. ``by`` is None for a command."""
    link = locked(link)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        _log(link, REVOKED, by)


def _log(link: ProofreadingLink, action: str, by: User | None) -> None:
    opened = link.reply.round
    data = {"address": link.address, "clsm": link.reply.clsm.title}
    log(instance=opened.sheet, action=action, user=by, revision=opened.revision, data=data)
