"""Upload forms of the media library."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm
from wagtailmedia.models import MediaType

from portal.base.storage import check_room
from portal.medialib.audio import read_audio
from portal.medialib.permissions import pages_using
from portal.medialib.pictures import CleanPicture, clean_picture


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


class PortalImageForm(BaseImageForm):
    """Image with its rights: credit and licence may be added later, the consent of the people shown may not."""

    file = PictureField(label="Fichier", widget=BaseImageForm.Meta.widgets["file"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "file" in (self._meta.exclude or ()):  # a multiple upload posts the other fields without the file
            del self.fields["file"]
        if self.instance.upload_note:
            self["title"].help_text = self.instance.upload_note  # the bound field is made by Wagtail already

    def clean_file(self) -> File | None:
        """Another picture requires another consent, another alternative text, another review."""
        file = self.cleaned_data.get("file")
        if "file" in self.changed_data:
            keep_file_of_page(self.instance)
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("shows_people") and not cleaned.get("consent_until"):
            self.add_error(
                "consent_until",
                "Des personnes sont reconnaissables : indiquez la fin de l’autorisation qu’elles ont signée.",
            )
        return cleaned


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
