"""Notices: what a person has to know, kept in the database whatever becomes of the e-mail."""

from django.conf import settings
from django.db import models
from wagtail.models import Page


class Notice(models.Model):
    """One message to one person. Shown in the dashboard, and sent by e-mail when the server answers."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="destinataire",
        on_delete=models.CASCADE,
        related_name="notices",
    )
    page = models.ForeignKey(
        Page, verbose_name="page", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    subject = models.CharField("objet", max_length=255)
    message = models.TextField("message")
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    read_at = models.DateTimeField("lu le", null=True, blank=True)
    emailed_at = models.DateTimeField("envoyé le", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    last_error = models.CharField("dernière erreur", max_length=255, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.subject} ({self.recipient})"
