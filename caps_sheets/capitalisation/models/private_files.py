"""The files of an interview: stored privately, dated for deletion, every reading noted."""

import uuid
from pathlib import PurePath

from django.db import models
from django.utils import timezone

from caps_sheets.capitalisation.models.interview import Interview
from portal.medialib.models import private_storage
from portal.users.models import User


class FileKind(models.TextChoices):
    AUDIO = "son", "enregistrement"
    TRANSCRIPT = "transcription", "transcription"
    CONSENT = "consentement", "consentement signé"
    DOCUMENT = "document", "document"


def stored_path(file: "PrivateFile", filename: str) -> str:
    """A name that says nothing of the person nor of the interview."""
    return f"entretiens/{file.uuid}{PurePath(filename).suffix.lower()}"


class PrivateFile(models.Model):
    """A file that only those who may see the case file read, through one view.

    Once deleted, the row stays with its dates and without the file nor its name: it says that there was a
    recording, and when it went.
    """

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    interview = models.ForeignKey(Interview, verbose_name="entretien", on_delete=models.CASCADE, related_name="files")
    kind = models.CharField("nature", max_length=14, choices=FileKind.choices)
    title = models.CharField("intitulé", max_length=160, blank=True)
    file = models.FileField("fichier", upload_to=stored_path, storage=private_storage, blank=True, max_length=120)
    mime_type = models.CharField("type", max_length=80, editable=False)
    size = models.PositiveBigIntegerField("taille en octets", default=0, editable=False)
    digest = models.CharField("empreinte", max_length=16, blank=True, editable=False)
    uploaded_at = models.DateTimeField("déposé le", default=timezone.now)
    uploaded_by = models.ForeignKey(
        User, verbose_name="déposé par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    delete_on = models.DateField(
        "à supprimer le",
        null=True,
        blank=True,
        help_text="Vide : douze mois après la publication, et au plus tard vingt-quatre mois après le dépôt.",
    )
    reviewed_at = models.DateTimeField("relue le", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        User, verbose_name="relue par", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    deleted_on = models.DateField("supprimé le", null=True, blank=True)

    class Meta:
        verbose_name = "fichier d’entretien"
        verbose_name_plural = "fichiers d’entretien"
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()


class FileAccess(models.Model):
    """Somebody read a private file."""

    file = models.ForeignKey(PrivateFile, verbose_name="fichier", on_delete=models.CASCADE, related_name="accesses")
    user = models.ForeignKey(
        User, verbose_name="par", null=True, on_delete=models.SET_NULL, related_name="private_file_accesses"
    )
    at = models.DateTimeField("le", default=timezone.now)

    class Meta:
        verbose_name = "lecture d’un fichier d’entretien"
        verbose_name_plural = "lectures des fichiers d’entretien"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.user} – {self.file}, {timezone.localdate(self.at):%d/%m/%Y}"
