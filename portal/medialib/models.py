"""Images, documents and audio files, with the credits, rights and consents that the law and licences require."""

import uuid
from contextlib import nullcontext
from datetime import date
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.signals import post_delete
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Filter, Image
from wagtailmedia.models import AbstractMedia

from portal.base.storage import delete_with_row
from portal.medialib.audio import content_version, read_audio
from portal.medialib.availability import TakenDownFile
from portal.medialib.pictures import clean_picture


def private_storage() -> Storage:
    """Storage of the files that only a view may serve."""
    return storages["private"]


def stored_name(folder: str, filename: str, identifier: uuid.UUID | None = None) -> str:
    """Path of a private file that reveals neither the person nor the object: random, but for the extension."""
    return f"{folder}/{identifier or uuid.uuid4()}{PurePath(filename).suffix.lower()}"


def consent_path(image: "PortalImage", filename: str) -> str:
    return stored_name("autorisations", filename)


class PortalImage(TakenDownFile, AbstractImage):
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
    consent_file = models.FileField(
        "autorisation signée",
        upload_to=consent_path,
        storage=private_storage,
        blank=True,
        help_text="Fichier privé : jamais public, lu par qui peut modifier l’image ; chaque lecture est notée.",
    )
    cleaned_hash = models.CharField(
        "empreinte du fichier nettoyé",
        max_length=40,
        blank=True,
        editable=False,
        help_text="Celle du fichier tel que le portail l’a écrit, sans position, appareil ni légende.",
    )

    upload_note = models.CharField(
        "ce que l’envoi a changé",
        max_length=200,
        blank=True,
        editable=False,
        help_text="Photo réduite, ou convertie dans un format que tous les navigateurs montrent.",
    )

    admin_form_fields = (
        "title",
        "file",
        "description",
        "credit",
        "licence",
        "shows_people",
        "consent_until",
        "consent_file",
        *(name for name in Image.admin_form_fields if name not in ("title", "file", "description")),
    )

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Only the pixels of a picture are kept, whatever saves it."""
        stored = self.file.name if self._state.adding and self.file and self.file._committed else ""
        if self.file and (stored or not self.file._committed):
            self.keep_pixels_only()
        super().save(*args, **kwargs)
        if stored:
            self.file.storage.delete(stored)

    def generate_rendition_file(self, filter: Filter, *, source: File | None = None) -> File:
        """Wagtail’s, without the temporary file that it leaves open, also when the picture is missing."""
        opened = nullcontext() if source else self.open_file()
        with opened, super().generate_rendition_file(filter, source=source) as drawn:
            drawn.seek(0)
            return ContentFile(drawn.read(), name=drawn.name)

    def keep_pixels_only(self) -> None:
        """Replace the file by the output of ``clean_picture``, for the next save. ``ValidationError`` if it is no
        picture.
        """
        field_file: Any = self.file
        try:
            picture = clean_picture(field_file.file)
        finally:
            field_file.close()
        self.file: Any = picture
        self.upload_note = picture.note
        self._set_image_file_metadata()
        self.cleaned_hash = self.file_hash

    @property
    def is_clean(self) -> bool:
        return bool(self.file_hash) and self.cleaned_hash == self.file_hash

    @property
    def is_publishable(self) -> bool:
        """Whether public templates may show the image today: they hide it when the consent ends."""
        has_rights = bool(self.credit.strip()) and self.licence_id is not None
        has_consent = not self.shows_people or self.consent_until is not None
        is_allowed = has_rights and has_consent and not self.consent_has_expired(timezone.localdate())
        return is_allowed and not self.is_taken_down

    def consent_has_expired(self, today: date) -> bool:
        return bool(self.shows_people and self.consent_until and self.consent_until < today)


post_delete.connect(delete_with_row, sender=PortalImage)


class PortalRendition(AbstractRendition):
    image = models.ForeignKey(PortalImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = "déclinaison d’image"
        verbose_name_plural = "déclinaisons d’image"
        constraints = [
            models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="unique_portal_rendition")
        ]
        indexes = [models.Index(fields=["file"], name="rendition_by_file")]  # its URL says nothing else


class PortalDocument(TakenDownFile, AbstractDocument):
    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        pass

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:
            self._set_document_file_metadata()
        super().save(*args, **kwargs)

    @property
    def url(self) -> str:
        """Empty once taken down: a page then shows its name without a link."""
        return "" if self.is_taken_down else super().url


def audio_path(media: "PortalMedia", filename: str) -> str:
    """Stored name of a sound: ASCII only, as podcast directories require."""
    name = PurePath(filename)
    return f"audio/{slugify(name.stem)[:60] or 'son'}{name.suffix.lower()}"


class PortalMedia(TakenDownFile, AbstractMedia):
    """A sound file, stored privately: only the view of a public episode serves it.

    Type, duration in seconds, size in bytes and version are read from the content each time a new file is saved. A file
    that is not a sound raises ``ValidationError``.
    """

    uuid = models.UUIDField("identifiant", default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("fichier", upload_to=audio_path, storage=private_storage)
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

    class Meta(AbstractMedia.Meta):
        verbose_name = "fichier audio"
        verbose_name_plural = "fichiers audio"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.file and not self.file._committed:  # type: ignore[attr-defined]  # missing from django-stubs
            facts = read_audio(self.file)
            self.type = "audio"
            self.mime_type, self.duration, self.file_size = facts.mime_type, facts.duration, facts.size
            self.version = content_version(self.file)
        super().save(*args, **kwargs)

    @property
    def url(self) -> str:
        """URL in the back office, which checks rights: the private storage has no public URL."""
        return reverse("portal_media_file", args=[self.pk])

    @property
    def sources(self) -> list[dict[str, str]]:
        return [{"src": self.url, "type": self.mime_type}]

    @property
    def public_url(self) -> str:
        """Public URL of the sound. It answers only while a public episode uses this version."""
        name = PurePath(self.filename)
        return reverse("episode_audio", args=[self.uuid, self.version, name.stem, name.suffix[1:]])

    def is_on_air(self) -> bool:
        """Whether a public episode uses this sound: replacing its file would then bypass the proof-reading."""
        return self.pk is not None and self.episodes.filter(live=True).exists()
