"""The import of earlier answers from the back office: a file, what it would do line by line, then the writing."""

from collections import Counter
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from wagtail.admin.auth import permission_denied

from caps_sheets.capitalisation.census.import_columns import COLUMN_NAMES, REQUIRED
from caps_sheets.capitalisation.census.importing import SAID, import_answers
from caps_sheets.capitalisation.modeladmin import IMPORTS
from network.services.import_clsm import Outcome, Result
from network.services.import_clsm_file import MAX_BYTES, FileRefusedError, Line, read_lines
from portal.users.models import User

TITLE = "Importer des actions"
MOST_LINES = 3_000


class ImportForm(forms.Form):
    """The file is read here, so that a broken one is an error of its field."""

    file = forms.FileField(
        label="Fichier CSV", help_text="CSV en UTF-8, une action par ligne, 10 Mo et 3 000 lignes au plus."
    )
    writes = forms.TypedChoiceField(
        label="Que faire ?",
        choices=[("", "Vérifier, sans rien écrire"), ("oui", "Importer")],
        coerce=bool,
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )

    def clean_file(self) -> list[Line]:
        file = cast(UploadedFile, self.cleaned_data["file"])
        if (file.size or 0) > MAX_BYTES:
            raise ValidationError("Le fichier dépasse 10 Mo.")
        try:
            lines = read_lines(file.read(), COLUMN_NAMES, REQUIRED)
        except FileRefusedError as refusal:
            raise ValidationError(f"Fichier refusé, rien n’a été écrit. {refusal}") from refusal
        if len(lines) > MOST_LINES:
            raise ValidationError(f"Le fichier a plus de {MOST_LINES} lignes : utilisez la commande import_census.")
        return lines


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponseBase:
    """GET shows the form; POST says what became, or would become, of each line."""
    if not request.user.has_perm(IMPORTS):
        return permission_denied(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    results: list[Result] = []
    writes = False
    if request.method == "POST" and form.is_valid():
        writes = bool(form.cleaned_data["writes"])
        results = import_answers(form.cleaned_data["file"], by=cast(User, request.user), dry_run=not writes)
    context = screen() | {"form": form, "rows": rows(results), "totals": totals(results), "writes": writes}
    return render(request, "wagtailadmin/census/import.html", context)


def rows(results: list[Result]) -> list[dict[str, Any]]:
    """Refused lines first, then by their number."""
    ordered = sorted(results, key=lambda one: (one.outcome is not Outcome.REFUSED, one.line.number))
    return [
        {
            "number": result.line.number,
            "key": result.line.key,
            "title": result.line.cells.get("intitule", ""),
            "said": SAID[result.outcome],
            "is_refused": result.outcome is Outcome.REFUSED,
            "notes": result.notes,
        }
        for result in ordered
    ]


def totals(results: list[Result]) -> list[tuple[str, int]]:
    counts = Counter(result.outcome for result in results)
    return [(SAID[outcome], counts[outcome]) for outcome in Outcome] if results else []


def screen() -> dict[str, Any]:
    crumbs = [
        {"url": reverse("wagtailadmin_home"), "label": "Accueil"},
        {"url": reverse("recensement_modeladmin_index"), "label": "Actions recensées"},
        {"url": "", "label": TITLE},
    ]
    return {"page_title": TITLE, "header_title": TITLE, "header_icon": "upload", "breadcrumbs_items": crumbs}
