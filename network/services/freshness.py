"""How recently somebody who knows the CLSM confirmed its profile.

Levels (the Centre's rule): « à jour » up to 6 months, « à confirmer » up to 12, « non confirmé » after, or never.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from network.models.records import ClsmRecord
from portal.base.dates import months_before
from portal.base.errors import Refused
from portal.base.locks import locked

if TYPE_CHECKING:
    from network.models import ClsmPage
    from portal.users.models import User

FRESH_MONTHS = 6
STALE_MONTHS = 12
CONFIRMED = "network.profile_confirmed"


class Freshness(models.TextChoices):
    FRESH = "a-jour", "à jour"
    TO_CHECK = "a-confirmer", "à confirmer"
    UNVERIFIED = "non-confirme", "non confirmé"


def freshness(verified_on: date | None, today: date | None = None) -> Freshness:
    """How far to trust a profile last confirmed on ``verified_on``: fresh, to confirm, or as if never confirmed."""
    today = today or timezone.localdate()
    if verified_on is None or verified_on < months_before(today, STALE_MONTHS):
        return Freshness.UNVERIFIED
    if verified_on < months_before(today, FRESH_MONTHS):
        return Freshness.TO_CHECK
    return Freshness.FRESH


def confirm(clsm: ClsmPage, user: User, today: date | None = None) -> ClsmRecord:
    """Note that ``user`` vouches for the profile as it stands. Writes beside the page: no revision, no moderation."""
    record, _ = ClsmRecord.objects.update_or_create(
        clsm_id=clsm.pk, defaults={"verified_on": today or timezone.localdate(), "verified_by": user}
    )
    return record


@transaction.atomic
def confirm_unchanged(clsm: ClsmPage, user: User, today: date | None = None) -> ClsmRecord:
    """« Rien n’a changé, je confirme »: of the public text, whatever the draft says."""
    if not locked(clsm).live:
        raise Refused("Ce profil n’est pas encore public : il n’y a rien à confirmer.")
    record = confirm(clsm, user, today)
    log(instance=clsm, action=CONFIRMED, user=user)
    return record
