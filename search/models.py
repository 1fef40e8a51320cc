"""The outbox of the search: what changed and is not in the index yet."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from search.text import forms


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


class SynonymGroup(models.Model):
    """Phrases that stand for one another in a search, one a line: kept by editors, read at each query."""

    phrases = models.TextField(
        "mots ou expressions équivalents",
        help_text="Un par ligne, deux au moins : « QPV » puis « quartier prioritaire ». "
        "Qui cherche l’un trouve aussi les autres. Accents, majuscules et pluriels sont indifférents.",
    )
    note = models.CharField("remarque", max_length=200, blank=True, help_text="Pour l’équipe : pourquoi ce groupe.")

    class Meta:
        verbose_name = "groupe de synonymes"
        verbose_name_plural = "synonymes de la recherche"
        ordering = ["phrases"]

    def __str__(self) -> str:
        return " = ".join(self.phrase_list())

    def clean(self) -> None:
        phrases = list(dict.fromkeys(self.phrase_list()))
        if len(phrases) < 2:
            raise ValidationError({"phrases": "Écrivez au moins deux expressions différentes, une par ligne."})
        unread = [phrase for phrase in phrases if not forms(phrase)]
        if unread:
            raise ValidationError({"phrases": f"« {unread[0]} » ne contient ni lettre ni chiffre."})
        self.phrases = "\n".join(phrases)

    def phrase_list(self) -> list[str]:
        return [line.strip() for line in self.phrases.splitlines() if line.strip()]


class ReferenceStamp(models.Model):
    """One row that changes each time a label, a synonym or a name used by the search does."""

    stamp = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.stamp
