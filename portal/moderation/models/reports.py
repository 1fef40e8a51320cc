"""« Signaler une erreur »: what a visitor reports to the Centre about a page."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from wagtail.models import Page

from portal.base.emails import EmailField


class ErrorReport(models.Model):
    """No account, and no trace of the sender except the e-mail address they may leave, erased after six months."""

    class State(models.TextChoices):
        NEW = "nouveau", "nouveau"
        HANDLED = "traite", "traité"

    page = models.ForeignKey(Page, verbose_name="page", on_delete=models.CASCADE, related_name="error_reports")
    message = models.TextField("ce qui ne va pas", max_length=2000)
    email = EmailField("adresse pour la réponse", blank=True)
    state = models.CharField("état", max_length=8, choices=State.choices, default=State.NEW)
    received_at = models.DateTimeField("reçu le", default=timezone.now, editable=False)
    note = models.TextField("suite donnée", max_length=1000, blank=True)
    handled_at = models.DateTimeField("traité le", null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="traité par",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = "erreur signalée"
        verbose_name_plural = "erreurs signalées"
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["state", "-received_at"], name="error_reports_by_state")]

    def __str__(self) -> str:
        return f"{self.page} : {timezone.localdate(self.received_at):%d/%m/%Y}"
