"""What happens to an answer after it was sent: corrections of the Centre, requests of the CLSM."""

from django.db import models
from django.utils import timezone

from caps_sheets.capitalisation.models.census import CensusAnswer
from portal.users.models import User


class CensusCorrection(models.Model):
    """One correction by the Centre, never deleted. ``changes``: [{field, label, before, after}], as people read."""

    answer = models.ForeignKey(
        CensusAnswer, verbose_name="action", on_delete=models.CASCADE, related_name="corrections"
    )
    changes = models.JSONField("réponses corrigées", default=list)
    message = models.TextField("message au CLSM")
    by = models.ForeignKey(User, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "correction d’une action"
        verbose_name_plural = "corrections d’une action"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return ", ".join(change["label"] for change in self.changes)


class CensusRequest(models.Model):
    """What a CLSM asks about an answer that the Centre has retained; one at a time waits for its answer."""

    class Wish(models.TextChoices):
        CORRECT = "corriger", "corriger une réponse"
        WITHDRAW = "retirer", "retirer l’action"

    answer = models.ForeignKey(CensusAnswer, verbose_name="action", on_delete=models.CASCADE, related_name="requests")
    wish = models.CharField("demande", max_length=10, choices=Wish.choices)
    text = models.TextField("précisions", max_length=1000)
    by = models.ForeignKey(User, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField("le", default=timezone.now)
    reply = models.TextField("réponse du Centre", max_length=1000, blank=True)
    settled_by = models.ForeignKey(
        User, verbose_name="répondue par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    settled_at = models.DateTimeField("répondue le", null=True, blank=True)

    class Meta:
        verbose_name = "demande d’un CLSM sur une action"
        verbose_name_plural = "demandes des CLSM sur leurs actions"
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer"], condition=models.Q(settled_at=None), name="one_waiting_census_request"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_wish_display()} : {self.answer}"
