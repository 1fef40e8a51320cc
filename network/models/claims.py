"""« Vous coordonnez ce CLSM ? »: what somebody without an account asks, and what the Centre answered."""

from django.conf import settings
from django.db import models

from network.models.invitations import Invitation


class ClaimState(models.TextChoices):
    WAITING = "en-attente", "en attente"
    ACCEPTED = "acceptee", "acceptée"
    REFUSED = "refusee", "refusée"


class ClaimRequest(models.Model):
    """Nobody gets anything from a claim alone: the Centre checks it against the address on file."""

    clsm = models.ForeignKey("network.ClsmPage", verbose_name="CLSM", on_delete=models.CASCADE, related_name="claims")
    first_name = models.CharField("prénom", max_length=150)
    last_name = models.CharField("nom", max_length=150)
    email = models.EmailField("adresse e-mail professionnelle")
    job_title = models.CharField("fonction", max_length=120)
    start = models.DateField("en poste depuis le")
    message = models.TextField("message au Centre", max_length=1000, blank=True)
    created_at = models.DateTimeField("reçue le", auto_now_add=True)
    sender_hash = models.CharField("empreinte de l’expéditeur", max_length=64, blank=True, editable=False)
    state = models.CharField("état", max_length=12, choices=ClaimState.choices, default=ClaimState.WAITING)
    decided_at = models.DateTimeField("décidée le", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="décidée par",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.TextField("motif du refus", max_length=1000, blank=True)
    invitation = models.OneToOneField(
        Invitation, verbose_name="invitation", null=True, blank=True, on_delete=models.SET_NULL, related_name="claim"
    )

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["clsm", "email"],
                condition=models.Q(state=ClaimState.WAITING),
                name="one_waiting_claim_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name} – {self.clsm}"
