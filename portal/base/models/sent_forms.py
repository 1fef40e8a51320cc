"""The forms that were sent in the last hour."""

from django.db import models
from django.utils import timezone


class SentForm(models.Model):
    """A form as one page showed it, with the response to its last sending. See ``portal.base.sent_once``."""

    key = models.CharField("formulaire", max_length=64, unique=True)
    content = models.CharField("empreinte de ce qui est envoyé", max_length=64)
    location = models.CharField("adresse où mène la réponse", max_length=2000, blank=True)
    sent_at = models.DateTimeField("envoyé le", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "formulaire envoyé"
        verbose_name_plural = "formulaires envoyés"

    def __str__(self) -> str:
        return self.key[:12]
