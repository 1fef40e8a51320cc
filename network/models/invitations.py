"""Invitations to coordinate a CLSM, and the handovers that lead to some of them. Beside the page, never public."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone


class InvitationState(models.TextChoices):
    """Where an invitation stands; computed, since time alone makes it expire."""

    WAITING = "en-attente", "en attente"
    USED = "acceptee", "acceptée"
    EXPIRED = "expiree", "expirée"
    REPLACED = "renvoyee", "remplacée par un nouvel envoi"
    REVOKED = "annulee", "annulée"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def waiting(self, now: datetime | None = None) -> "InvitationQuerySet":
        """Those whose link still opens an account."""
        return self.filter(used_at=None, revoked_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """One single-use link to a post. Its secret is in the message alone: here, only its fingerprint.

    ``email`` receives the link; ``account_email`` is the account it opens. They differ when a claim is checked by
    writing to the generic address of the CLSM.
    """

    class Origin(models.TextChoices):
        CENTRE = "centre", "invitation du Centre"
        CLAIM = "demande", "demande de la coordination"
        HANDOVER = "succession", "passage de relais"

    clsm = models.ForeignKey(
        "network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="invitations"
    )
    origin = models.CharField("origine", max_length=12, choices=Origin.choices, default=Origin.CENTRE)
    email = models.EmailField("adresse qui reçoit le lien")
    account_email = models.EmailField("adresse du compte")
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    job_title = models.CharField("fonction", max_length=120, blank=True)
    start = models.DateField("en poste depuis le")
    end = models.DateField("jusqu’au", null=True, blank=True)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField("créée le", auto_now_add=True)
    expires_at = models.DateTimeField("valable jusqu’au")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="invitée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    used_at = models.DateTimeField("acceptée le", null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="acceptée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="invitations_used",
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)
    replaced_by = models.OneToOneField(
        "self", verbose_name="renvoyée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaces"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation à coordonner un CLSM"
        verbose_name_plural = "invitations à coordonner un CLSM"
        ordering = ["-created_at", "-pk"]
        permissions = [("manage_coordination", "peut inviter les coordinations et répondre à leurs demandes")]

    def __str__(self) -> str:
        return f"{self.account_email} – {self.clsm}"

    @property
    def state(self) -> InvitationState:
        if self.used_at is not None:
            return InvitationState.USED
        if self.replaced_by_id is not None:
            return InvitationState.REPLACED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.WAITING if self.expires_at > timezone.now() else InvitationState.EXPIRED


class Handover(models.Model):
    """A coordinator's own departure: their last day, and who comes next when it is known."""

    assignment = models.ForeignKey(
        "network.CoordinatorAssignment", verbose_name="poste", on_delete=models.CASCADE, related_name="handovers"
    )
    last_day = models.DateField("dernier jour")
    previous_end = models.DateField("fin prévue auparavant", null=True, blank=True)
    invitation = models.OneToOneField(
        Invitation, verbose_name="invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="handover"
    )
    created_at = models.DateTimeField("déclaré le", auto_now_add=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)

    class Meta:
        verbose_name = "passage de relais"
        verbose_name_plural = "passages de relais"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=models.Q(cancelled_at=None), name="one_open_handover_a_post"
            )
        ]

    def __str__(self) -> str:
        return f"Passage de relais : {self.assignment}"
