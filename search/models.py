"""The outbox of the search: what changed and is not in the index yet."""

from django.db import models
from django.utils import timezone


class IndexChange(models.Model):
    """One thing to index again, written in the transaction of its change.

    ``key`` names it (``sheet:12``). The row says nothing of its new state: whoever drains the outbox reads the
    database, so that rows may be repeated, late or out of order without harm.
    """

    class Reason(models.TextChoices):
        SAVED = "enregistrement", "enregistrement"
        DELETED = "suppression", "suppression"
        MOVED = "deplacement", "déplacement"
        RESTRICTED = "acces", "restriction d’accès"
        RELATED = "lien", "contenu lié modifié"
        REPAIRED = "reparation", "réconciliation"

    key = models.CharField("document", max_length=80, db_index=True)
    reason = models.CharField("raison", max_length=20, choices=Reason.choices)
    created_at = models.DateTimeField("date", default=timezone.now, db_index=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    next_attempt = models.DateTimeField("prochain essai", default=timezone.now)
    last_error = models.CharField("dernière erreur", max_length=300, blank=True)

    class Meta:
        verbose_name = "changement à indexer"
        verbose_name_plural = "changements à indexer"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.key} ({self.get_reason_display()})"
