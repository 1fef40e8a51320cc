"""The agreement of a person to be heard: signed, dated, revocable, stored beside the page."""

import uuid
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from portal.medialib.models import private_storage, stored_name
from portal.users.models import User


def stored_path(authorisation: "VoiceAuthorisation", filename: str) -> str:
    return stored_name("voix", filename)


class VoiceAuthorisation(models.Model):
    """The agreement of one voice of an episode. Never a field of the page, never public: the page names functions only.

    It is tied to a voice by its ``role``, as the page writes it. People never delete rows: a withdrawal is a date and a
    reason, so that it stays known what was broadcast under which agreement.
    """

    class Scope(models.TextChoices):
        BROADCAST = "diffusion", "son et transcription, sur le portail et dans les applications de podcast"
        EXTRACTS = "extraits", "son, transcription et extraits choisis"

    class State(models.TextChoices):
        VALID = "valable", "valable"
        FUTURE = "a-venir", "signée à une date à venir"
        EXPIRED = "echue", "échue"
        WITHDRAWN = "retiree", "retirée"

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    episode = models.ForeignKey(
        "caps_podcasts.EpisodePage",
        verbose_name="épisode",
        on_delete=models.CASCADE,
        related_name="voice_authorisations",
    )
    role = models.CharField("fonction de la personne", max_length=160)
    text_version = models.CharField("version du texte signé", max_length=20)
    signed_on = models.DateField("signée le")
    scope = models.CharField("portée", max_length=12, choices=Scope.choices, default=Scope.BROADCAST)
    until = models.DateField("valable jusqu’au", null=True, blank=True)
    file = models.FileField(
        "autorisation signée", upload_to=stored_path, storage=private_storage, blank=True, max_length=120
    )
    mime_type = models.CharField("type", max_length=80, blank=True, editable=False)
    digest = models.CharField("empreinte", max_length=16, blank=True, editable=False)
    withdrawn_on = models.DateField("retirée le", null=True, blank=True)
    withdrawal_reason = models.CharField("motif du retrait", max_length=200, blank=True)
    #: The last day on which the Centre was notified that it ends or has ended: once each.
    told_on = models.DateField("fin signalée le", null=True, blank=True, editable=False)
    recorded_by = models.ForeignKey(
        User, verbose_name="enregistrée par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField("enregistrée le", default=timezone.now)

    class Meta:
        verbose_name = "autorisation de voix"
        verbose_name_plural = "autorisations de voix"
        ordering = ["role", "signed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("signed_on")),
                name="voice_withdrawn_after_signed",
                violation_error_message="Le retrait précède la signature.",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("signed_on")),
                name="voice_ends_after_signed",
                violation_error_message="La fin précède la signature.",
            ),
        ]

    def __str__(self) -> str:
        return f"Autorisation de voix : {self.role}"

    def state(self, today: date) -> "VoiceAuthorisation.State":
        if self.withdrawn_on:
            return self.State.WITHDRAWN
        if self.until and self.until < today:
            return self.State.EXPIRED
        return self.State.FUTURE if self.signed_on > today else self.State.VALID
