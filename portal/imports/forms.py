"""What is sent and told on the screens of an import."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from portal.base.tables.importer import Importer
from portal.base.tables.lines import KEY, Heading
from portal.base.tables.reader import MAX_BYTES
from portal.imports.services import MOST_LINES, file_columns, is_doubtful
from portal.medialib.private_files import shown_name


class FileForm(forms.Form):
    file = forms.FileField(
        label="Fichier à importer",
        help_text="Tableau CSV, XLSX, XLS ou ODS avec une ligne de titres, 10 Mo et "
        f"{MOST_LINES // 1000} 000 lignes au plus. Rien n’est écrit avant votre accord.",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xls,.ods"}),
    )

    def clean_file(self) -> UploadedFile:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError("Le fichier dépasse 10 Mo : coupez-le en plusieurs.")
        return file

    @property
    def name(self) -> str:
        return shown_name(self.cleaned_data["file"])


class HeadingsForm(forms.Form):
    """One list of columns for each heading of the file, set to what is understood or guessed."""

    def __init__(self, *args: Any, importer: Importer, headings: Iterable[Heading], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.importer, self.headings = importer, list(headings)
        if not any(heading.column == KEY and not is_doubtful(heading) for heading in self.headings):
            self.fields["numbered"] = forms.BooleanField(
                label="Numéroter les lignes : ce fichier n’a pas de colonne d’identifiants",
                help_text="Chaque ligne prend le nom du fichier et son numéro pour identifiant. Gardez ce nom et "
                "l’ordre des lignes pour les retrouver à un prochain import.",
                required=False,
            )
        columns = [(column.name, column.label) for column in file_columns(importer)]
        for heading in self.headings:
            self.fields[field_name(heading)] = forms.ChoiceField(
                label=shown_heading(heading),
                choices=[("", "Ne pas lire cette colonne"), *columns],
                initial=heading.column,
                required=False,
            )

    def clean(self) -> None:
        super().clean()
        chosen = [replace(heading, column=self.cleaned_data.get(field_name(heading), "")) for heading in self.headings]
        labels = self.importer.labels()
        for name, alike in self.importer.unfit(chosen).items():
            if not alike and not (name == KEY and self.is_numbered):
                remedy = "choisissez-la, ou cochez « Numéroter les lignes »" if name == KEY else "choisissez-la"
                self.add_error(
                    None,
                    f"Aucune colonne du fichier n’est lue comme « {labels[name]} », qui est obligatoire : {remedy}.",
                )
            for heading in alike:
                others = ", ".join(item.letter for item in alike if item is not heading)
                self.add_error(
                    field_name(heading),
                    f"« {labels[name]} » est aussi choisi pour la colonne {others} : gardez-en une.",
                )

    @property
    def is_numbered(self) -> bool:
        """A column of identifiers, if one is chosen, is worth more than numbers."""
        chosen = [self.cleaned_data.get(field_name(heading)) for heading in self.headings]
        return bool(self.cleaned_data.get("numbered")) and KEY not in chosen

    def choices(self) -> dict[int, str]:
        return {heading.place: self.cleaned_data[field_name(heading)] for heading in self.headings}


def field_name(heading: Heading) -> str:
    return f"colonne-{heading.place}"


def shown_heading(heading: Heading) -> str:
    return heading.text or f"Colonne {heading.letter}, sans titre"
