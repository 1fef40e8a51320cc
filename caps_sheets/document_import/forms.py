"""What is sent and chosen on the screens of a document."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from caps_sheets.document_import import headings
from caps_sheets.document_import.formats.archive import MAX_BYTES
from caps_sheets.document_import.outline import Part
from caps_sheets.sections import TITLE_LENGTH
from portal.base.storage import check_room


class DocumentForm(forms.Form):
    file = forms.FileField(
        label="Document à lire",
        help_text=f"Word (.docx) ou LibreOffice (.odt), {MAX_BYTES // 1024**2} Mo au plus. Aucune fiche n’est écrite "
        "avant votre accord : la page suivante montre ce qui a été compris.",
        widget=forms.FileInput(attrs={"accept": ".docx,.odt"}),
    )

    def clean_file(self) -> UploadedFile:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError(f"Ce document dépasse {MAX_BYTES // 1024**2} Mo : réduisez ses images.")
        check_room(file.size)
        return file


class PlacesForm(forms.Form):
    """The title of the sheet, and the place of each part of the document, set to what is understood or guessed."""

    title = forms.CharField(
        label="Titre de la fiche",
        max_length=255,
        help_text=f"{TITLE_LENGTH} caractères au plus pour publier. Dites l’action, pas le dispositif.",
    )

    def __init__(self, *args: Any, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        for rank, part in enumerate(parts):
            self.fields[field_name(rank)] = forms.ChoiceField(
                label=part.heading, choices=list(headings.TARGETS.items()), initial=part.target, required=False
            )

    def targets(self) -> dict[int, str]:
        return {rank: self.cleaned_data[field_name(rank)] for rank in range(len(self.parts))}


def field_name(rank: int) -> str:
    return f"partie-{rank}"
