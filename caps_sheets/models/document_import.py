"""A document of Word or LibreOffice from which a draft sheet is made, and what is left of it beside the draft."""

from django.conf import settings
from django.db import models
from django.db.models.signals import post_delete
from django.utils import timezone

from caps_sheets.models.sheet import CapsSheetPage
from portal.base.storage import delete_with_row
from portal.medialib.models import private_storage, stored_name


def stored_path(document: "DocumentImport", filename: str) -> str:
    return stored_name("documents", filename)


class DocumentImport(models.Model):
    """``sheet``: the draft once it is made. ``beside``: what the draft does not hold, by kind, for its author.

    The row and its file are deleted when the sheet is published, or when its author has no more use for them.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="envoyé par", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    sheet = models.OneToOneField(
        CapsSheetPage,
        on_delete=models.CASCADE,
        related_name="document_import",
        verbose_name="fiche",
        null=True,
        blank=True,
    )
    name = models.CharField("nom du fichier", max_length=150)
    file = models.FileField("fichier", upload_to=stored_path, storage=private_storage, max_length=120)
    beside = models.JSONField("à côté du brouillon", default=dict, blank=True)
    created_at = models.DateTimeField("envoyé le", default=timezone.now, db_index=True)

    class Meta:
        verbose_name = "document importé"
        verbose_name_plural = "documents importés"
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def left_count(self) -> int:
        """Texts and pictures that the draft does not hold, and lines of its identity card to complete."""
        to_complete = [line for line in self.beside.get("identity", []) if line["problem"]]
        return len(self.beside.get("asides", [])) + len(self.beside.get("pictures", [])) + len(to_complete)


post_delete.connect(delete_with_row, sender=DocumentImport, dispatch_uid="delete_imported_document")
