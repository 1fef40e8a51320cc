"""Images, documents and audio, each with what the law and the licence ask to know about it."""

import uuid

from django.core.files.storage import storages
from django.db import models
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtailmedia.models import AbstractMedia


class PortalImage(AbstractImage):
    """An image, its credit and licence, and the consent of the people it shows."""

    credit = models.CharField("crédit", max_length=200, blank=True, help_text="Auteur ou autrice, structure.")
    licence = models.ForeignKey(
        "portal_taxonomies.Term",
        verbose_name="licence",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        limit_choices_to={"vocabulary": "licences"},
        related_name="+",
    )
    shows_people = models.BooleanField("des personnes sont reconnaissables", default=False)
    consent_until = models.DateField(
        "autorisation valable jusqu’au",
        null=True,
        blank=True,
        help_text="Date de fin de l’autorisation signée par les personnes reconnaissables.",
    )

    admin_form_fields = (*Image.admin_form_fields, "credit", "licence", "shows_people", "consent_until")


class PortalRendition(AbstractRendition):
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="unique_portal_rendition"
            )
        ]


class PortalDocument(AbstractDocument):
    admin_form_fields = Document.admin_form_fields


def private_storage():
    """Storage of the files that only a view may serve."""
    return storages["private"]


class PortalMedia(AbstractMedia):
    """A sound file, stored privately: only the view of a public episode serves it."""

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("fichier", upload_to="audio", storage=private_storage)
    mime_type = models.CharField("type", max_length=50, blank=True, editable=False)
    file_size = models.PositiveBigIntegerField("taille en octets", default=0, editable=False)
    version = models.CharField(
        "version",
        max_length=16,
        blank=True,
        editable=False,
        help_text="Empreinte du contenu : change avec le fichier.",
    )

    admin_form_fields = ("title", "file", "collection", "tags")
