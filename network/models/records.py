"""The internal record of a CLSM, and how recently its profile was confirmed.

The record is never shown in public, compared, exported or searched. Levels of freshness (the Centre's rule): « à jour
» up to 6 months, « à confirmer » up to 12, « non confirmé » after that, or if never confirmed.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import log

from portal.base.dates import months_before
from portal.base.errors import RefusedError
from portal.base.locks import locked

if TYPE_CHECKING:
    from network.models.clsm import ClsmPage
    from portal.users.models import User


class ClsmRecord(models.Model):
    """Internal and lifecycle data of a profile. Not a field of the page: an older draft must not undo it."""

    class Source(models.TextChoices):
        IMPORT = "import", "import"
        COORDINATOR = "coordination", "coordination du CLSM"
        CENTRE = "centre", "Centre national"

    clsm = models.OneToOneField(
        "network.ClsmPage",
        verbose_name="CLSM",
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="record",
    )
    import_key = models.CharField(
        "identifiant d’import",
        max_length=80,
        unique=True,
        null=True,
        blank=True,
        help_text="Reconnaît le CLSM d’un import à l’autre.",
    )
    coordination_fte = models.DecimalField("ETP de coordination", max_digits=3, decimal_places=2, null=True, blank=True)
    funding_notes = models.TextField("montants des financements", blank=True)
    has_complex_cases_charter = models.BooleanField(
        "charte de la commission situations complexes", null=True, blank=True
    )
    notes = models.TextField("notes du Centre", blank=True)
    source = models.CharField("source", max_length=20, choices=Source.choices, default=Source.CENTRE)
    verified_on = models.DateField("confirmé le", null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="confirmé par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    group = models.OneToOneField(
        Group,
        verbose_name="groupe de la coordination",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="clsm_record",
    )

    class Meta:
        verbose_name = "dossier interne d’un CLSM"
        verbose_name_plural = "dossiers internes des CLSM"
        ordering = ["clsm__computed_sort_key", "clsm__title"]

    def __str__(self) -> str:
        return f"Dossier interne : {self.clsm}"


FRESH_MONTHS = 6

STALE_MONTHS = 12

CONFIRMED = "network.profile_confirmed"


class Freshness(models.TextChoices):
    FRESH = "a-jour", "à jour"
    TO_CHECK = "a-confirmer", "à confirmer"
    UNVERIFIED = "non-confirme", "non confirmé"


def freshness(verified_on: date | None, today: date | None = None) -> Freshness:
    """The freshness of a profile last confirmed on ``verified_on``: fresh, to confirm, or as if never confirmed."""
    today = today or timezone.localdate()
    if verified_on is None or verified_on < months_before(today, STALE_MONTHS):
        return Freshness.UNVERIFIED
    if verified_on < months_before(today, FRESH_MONTHS):
        return Freshness.TO_CHECK
    return Freshness.FRESH


def freshness_is(level: Freshness, today: date | None = None, day: str = "record__verified_on") -> models.Q:
    """The same as ``freshness``, as a filter on the field ``day``."""
    today = today or timezone.localdate()
    fresh, stale = months_before(today, FRESH_MONTHS), months_before(today, STALE_MONTHS)
    return {
        Freshness.FRESH: models.Q(**{f"{day}__gte": fresh}),
        Freshness.TO_CHECK: models.Q(**{f"{day}__gte": stale, f"{day}__lt": fresh}),
        Freshness.UNVERIFIED: models.Q(**{f"{day}__isnull": True}) | models.Q(**{f"{day}__lt": stale}),
    }[level]


def confirm(clsm: ClsmPage, user: User, today: date | None = None) -> ClsmRecord:
    """Record that ``user`` vouches for the profile as it is. It is stored beside the page: no revision, no
    moderation.
    """
    record, _ = ClsmRecord.objects.update_or_create(
        clsm_id=clsm.pk, defaults={"verified_on": today or timezone.localdate(), "verified_by": user}
    )
    return record


@transaction.atomic
def confirm_unchanged(clsm: ClsmPage, user: User, today: date | None = None) -> ClsmRecord:
    """« Rien n’a changé, je confirme »: about the public text, whatever the draft holds."""
    fresh = locked(clsm)
    if not fresh.live:
        raise RefusedError("Ce profil n’est pas encore public : il n’y a rien à confirmer.")
    if fresh.workflow_in_progress:
        raise RefusedError("Le Centre relit vos modifications : sa réponse confirmera le profil.")
    record = confirm(clsm, user, today)
    log(instance=clsm, action=CONFIRMED, user=user)
    return record
