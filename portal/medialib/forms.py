"""Upload forms of the media library."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm
from wagtailmedia.models import MediaType

from portal.base.storage import check_room
from portal.medialib.audio import read_audio
from portal.medialib.permissions import pages_using
from portal.medialib.pictures import CleanPicture, clean_picture
from portal.medialib.private_files import SIGNED, checked_file, shown_types


def keep_file_of_page(instance: Any) -> None:
    """``ValidationError`` if the file behind a page is replaced: what was proof-read and agreed to was the former
    one.
    """
    if instance.pk is not None and pages_using(instance).exists():
        raise ValidationError(
            "Ce fichier est utilisé par une page. Ajoutez le nouveau à la médiathèque, puis choisissez-le dans "
            "la page : le changement sera relu avant d’être public.",
            code="used",
        )


UPLOAD_RULES = (
    "JPEG, PNG, GIF, WebP, AVIF, ou HEIC d’un iPhone (converti en JPEG). 40 Mo au plus ; une photo de plus de "
    "16 millions de pixels est réduite. Position, appareil et date sont effacés."
)


#: What is asked with each picture, and what is said where it lacks.
ASKED = {
    "description": "Décrivez ce que montre l’image, pour qui ne la voit pas.",
    "credit": "Dites de qui est l’image : auteur ou autrice, structure.",
    "licence": "Choisissez la licence de l’image.",
}
#: What is asked too where people are recognisable.
CONSENT = {
    "consent_until": "Des personnes sont reconnaissables : indiquez la fin de l’autorisation qu’elles ont signée.",
    "consent_file": "Des personnes sont reconnaissables : joignez l’autorisation qu’elles ont signée.",
}


class PictureField(WagtailImageField):
    """The picture without camera metadata. One that is too large is refused before it is decoded."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = UPLOAD_RULES

    def to_python(self, data: File | None) -> File | None:
        if not data:
            return super().to_python(data)
        self.check_image_file_size(data)
        picture: CleanPicture = clean_picture(data)
        check_room(picture.size)
        return super().to_python(picture)


class ConsentFileInput(forms.FileInput):
    """Never shows the stored name; a link reads the file that is already there."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        image = getattr(value, "instance", None)
        control = super().render(name, value, attrs, renderer)
        if not (value and image is not None and image.pk):
            return control
        address = reverse("image_consent_file", args=[image.pk])
        said = "Une autorisation est jointe : <a href='{}'>lire l’autorisation</a>. Un autre fichier la remplace."
        return format_html(f"<p>{said}</p>{{}}", address, control)


class PortalImageForm(BaseImageForm):
    """Image with its rights. A page is published only with them (``portal.medialib.rules``): they are asked here.

    A multiple upload posts the files first, without these fields: the form that follows asks for them.
    """

    file = PictureField(label="Fichier", widget=BaseImageForm.Meta.widgets["file"])

    class Meta(BaseImageForm.Meta):
        widgets = {**BaseImageForm.Meta.widgets, "consent_file": ConsentFileInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in (self._meta.exclude or ()):  # a multiple upload posts the other fields without the file
            del self.fields["file"]
        self.ask(name for name in ASKED if not self.is_bound or self.add_prefix(name) in self.data)
        self._dress()
        if self.instance.upload_note:
            self["title"].help_text = self.instance.upload_note  # the bound field is made by Wagtail already

    def ask(self, names: Iterable[str] = ASKED) -> None:
        """Refuse the picture without the fields ``names``."""
        for name in names:
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = ASKED[name]

    def _dress(self) -> None:
        if description := self.fields.get("description"):
            description.label = "Description pour qui ne voit pas l’image"
            description.help_text = "Ce que montre l’image, en une phrase : la page la propose comme texte alternatif."
        if consent := self.fields.get("consent_file"):
            consent.help_text = f"{shown_types(SIGNED)}. {consent.help_text}"

    def clean_file(self) -> File | None:
        """Another picture requires another consent, another alternative text, another review."""
        file = self.cleaned_data.get("file")
        if "file" in self.changed_data:
            keep_file_of_page(self.instance)
        return file

    def clean_consent_file(self) -> File | None:
        file = self.cleaned_data.get("consent_file")
        if isinstance(file, UploadedFile):
            return checked_file(file, SIGNED, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE).file
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("shows_people"):
            for name, said in CONSENT.items():
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, said)
        else:  # the agreement of people who are not shown is not kept
            cleaned |= {"consent_until": None, "consent_file": False}
        return cleaned

    def save(self, commit: bool = True) -> Any:
        former, kept = self.initial.get("consent_file"), self.cleaned_data.get("consent_file")
        if former and kept != former:
            transaction.on_commit(partial(former.storage.delete, former.name))
        return super().save(commit=commit)


class RefusedFileMixin:
    """A refused file has one error: the model would add that an empty name has no accepted extension."""

    def _update_errors(self, errors: ValidationError) -> None:
        if "file" in self._errors and hasattr(errors, "error_dict"):  # type: ignore[attr-defined]  # of the form
            of_all = [
                error for error in errors.error_dict.pop("__all__", []) if error.code != FileExtensionValidator.code
            ]
            errors.error_dict.pop("file", None)
            errors.error_dict |= {"__all__": of_all} if of_all else {}
        super()._update_errors(errors)  # type: ignore[misc]


class PortalDocumentForm(RefusedFileMixin, BaseDocumentForm):
    def clean_file(self) -> File | None:
        file = self.cleaned_data.get("file")
        if isinstance(file, UploadedFile):
            check_room(file.size)
            keep_file_of_page(self.instance)
        return file


class PortalMediaForm(RefusedFileMixin, BaseMediaForm):
    """Audio upload, in the library and in the chooser: the file itself is checked."""

    def clean_file(self) -> File | None:
        file = self.cleaned_data.get("file")
        if not isinstance(file, UploadedFile):
            return file
        if self.instance.type != MediaType.AUDIO:
            raise ValidationError("Seuls les fichiers audio (MP3 ou M4A) sont acceptés.", code="type")
        if self.instance.is_on_air():
            raise ValidationError(
                "Ce son est diffusé dans un épisode en ligne. Ajoutez un nouveau fichier à la médiathèque, "
                "puis choisissez-le dans l’épisode : le changement sera relu avant d’être public.",
                code="on_air",
            )
        read_audio(file)
        check_room(file.size)
        return file
