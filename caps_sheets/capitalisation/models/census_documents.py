"""The files that a CLSM joins to an answer: private, read by its coordinators and by the Centre."""

from uuid import uuid4

from django.db import models
from django.utils import timezone

from caps_sheets.capitalisation.models.census import CensusAnswer
from portal.medialib.models import private_storage
from portal.users.models import User


def document_path(document: "CensusDocument", filename: str) -> str:
    """A name that tells nothing: the one that the person gave is kept in the row."""
    extension = filename.rpartition(".")[2].lower()
    return f"recensement/{document.answer_id}/{uuid4().hex}.{extension}"


class CensusDocument(models.Model):
    """One file of an answer. What it may be is in ``census.uploads``; who may read it, in ``census.access``."""

    class Kind(models.TextChoices):
        EVALUATION = "evaluation", "document d’évaluation"
        ATTACHMENT = "annexe", "document joint"

    answer = models.ForeignKey(CensusAnswer, verbose_name="action", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField("nature", max_length=12, choices=Kind.choices, default=Kind.ATTACHMENT)
    file = models.FileField("fichier", upload_to=document_path, storage=private_storage, max_length=200)
    name = models.CharField("nom du fichier", max_length=150)
    mime_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille en octets")
    added_by = models.ForeignKey(
        User, verbose_name="ajouté par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField("ajouté le", default=timezone.now)

    class Meta:
        verbose_name = "document d’une action recensée"
        verbose_name_plural = "documents d’une action recensée"
        ordering = ["kind", "added_at", "pk"]

    def __str__(self) -> str:
        return self.name
