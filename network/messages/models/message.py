"""One message to a CLSM or to the Centre, and its answers. Never public, never searched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from network.models import ClsmPage
from portal.base.dates import add_months
from portal.base.emails import EmailField

#: Months after the last exchange. Source of the period: the retention table of the portal.
KEPT_MONTHS = 12
LONGEST_NAME, LONGEST_TEXT = 120, 5000

ACCOUNT = settings.AUTH_USER_MODEL
#: The account that took a decision: the row outlives it.
BY: dict[str, Any] = {"null": True, "blank": True, "on_delete": models.SET_NULL, "related_name": "+"}


class Desk(models.TextChoices):
    """Who has to answer."""

    CLSM = "clsm", "la coordination du CLSM"
    CENTRE = "centre", "le Centre national"


class MessageState(models.TextChoices):
    WAITING = "a-repondre", "à répondre"
    ANSWERED = "repondu", "répondu"
    CLOSED = "classe", "classé sans réponse"


class MessageSubject(models.TextChoices):
    """What a message to the Centre is about."""

    PORTAL = "portail", "Le portail : une difficulté, l’accessibilité, mon compte"
    CONTENT = "contenu", "Une fiche, une action ou un épisode"
    CLSM = "clsm", "Un CLSM, ou en créer un"
    DATA = "donnees", "Mes données personnelles"
    PRESS = "presse", "Presse, étude, partenariat"
    OTHER = "autre", "Autre chose"


def due_date(moment: datetime) -> date:
    """The day when a message whose last exchange is at ``moment`` is deleted."""
    return add_months(timezone.localdate(moment), KEPT_MONTHS)


class Message(models.Model):
    """``to``: to whom it was written; ``desk``: who has to answer. They differ when a message is forwarded to the
    Centre, or when nobody is in post. ``clsm``: the CLSM written to, or the one that writes to the Centre.
    """

    to = models.CharField("écrit à", max_length=8, choices=Desk.choices)
    desk = models.CharField("qui doit répondre", max_length=8, choices=Desk.choices)
    clsm = models.ForeignKey(
        ClsmPage, verbose_name="CLSM", null=True, blank=True, on_delete=models.CASCADE, related_name="messages"
    )
    subject = models.CharField("sujet", max_length=12, choices=MessageSubject.choices, blank=True)
    context = models.CharField("écrit depuis", max_length=255, blank=True)
    context_url = models.CharField("adresse de cette page", max_length=500, blank=True)
    sender = models.ForeignKey(
        ACCOUNT,
        verbose_name="compte de l’expéditeur",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="messages_sent",
    )
    name = models.CharField("nom de l’expéditeur", max_length=LONGEST_NAME)
    email = EmailField("adresse de l’expéditeur")
    organisation = models.CharField("organisme", max_length=LONGEST_NAME, blank=True)
    text = models.TextField("message", max_length=LONGEST_TEXT)

    state = models.CharField("état", max_length=12, choices=MessageState.choices, default=MessageState.WAITING)
    received_at = models.DateTimeField("reçu le", default=timezone.now)
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    answered_at = models.DateTimeField("répondu le", null=True, blank=True)
    delete_on = models.DateField("à effacer le")
    forwarded_at = models.DateTimeField("transmis au Centre le", null=True, blank=True)
    forwarded_by = models.ForeignKey(ACCOUNT, verbose_name="transmis par", **BY)
    assigned_to = models.ForeignKey(ACCOUNT, verbose_name="confié à", **BY)
    closed_at = models.DateTimeField("classé le", null=True, blank=True)
    closed_by = models.ForeignKey(ACCOUNT, verbose_name="classé par", **BY)
    close_reason = models.TextField("motif du classement", max_length=500, blank=True)
    is_demo = models.BooleanField("exemple fictif", default=False, editable=False)

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["desk", "state", "-received_at"], name="messages_by_desk"),
            models.Index(fields=["clsm", "-received_at"], name="messages_by_clsm"),
        ]
        permissions = [("view_every_message", "peut lire aussi les messages adressés aux CLSM")]

    def __str__(self) -> str:
        """Without the sender: logs keep it after the message is deleted."""
        return f"Message du {timezone.localdate(self.received_at):%d/%m/%Y}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.delete_on = self.delete_on or due_date(self.received_at)
        super().save(*args, **kwargs)

    @property
    def is_waiting(self) -> bool:
        return self.state == MessageState.WAITING


class MessageAnswer(models.Model):
    """What the coordinator or the Centre answered: it left by e-mail, and is read beside the message."""

    message = models.ForeignKey(Message, verbose_name="message", on_delete=models.CASCADE, related_name="answers")
    text = models.TextField("réponse", max_length=LONGEST_TEXT)
    desk = models.CharField("au nom de", max_length=8, choices=Desk.choices)
    written_by = models.ForeignKey(ACCOUNT, verbose_name="écrite par", **BY)
    written_at = models.DateTimeField("écrite le", default=timezone.now)

    class Meta:
        verbose_name = "réponse à un message"
        verbose_name_plural = "réponses aux messages"
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"Réponse du {timezone.localdate(self.written_at):%d/%m/%Y}"
