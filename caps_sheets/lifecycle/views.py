"""The public pages of the lifecycle of a sheet: its versions, and « J’ai adapté cette action » for coordinators."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from caps_sheets.lifecycle.services import propose
from caps_sheets.lifecycle.versions import versions
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage
from network.models.queries import coordinated_by
from network.permissions import for_coordinators, private
from portal.base.outcomes import refusals
from portal.base.querysets import visible
from portal.users.models import User

FIRST_YEAR = 1990


class ReuseForm(forms.Form):
    year = forms.IntegerField(label="Année de votre action", min_value=FIRST_YEAR)
    kept = forms.CharField(
        label="Ce que vous avez gardé",
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Ce qui faisait marcher l’action et que vous avez repris.",
    )
    adapted = forms.CharField(
        label="Ce que vous avez adapté",
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Publics, lieux, partenaires, moyens… N’écrivez le nom de personne.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.IntegerField, self.fields["year"]).widget.attrs["max"] = timezone.localdate().year

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise forms.ValidationError("Cette année n’est pas encore venue.")
        return year


def _public_sheet(pk: int) -> CapsSheetPage:
    return get_object_or_404(visible(CapsSheetPage.objects.all()), pk=pk)


@require_safe
def sheet_versions(request: HttpRequest, pk: int) -> HttpResponse:
    sheet = _public_sheet(pk)
    return render(request, "pages/lifecycle/versions.html", {"sheet": sheet, "versions": versions(sheet)})


@require_safe
@private
def choose_clsm(request: HttpRequest, pk: int) -> HttpResponse:
    """From a sheet: redirects to the form if the user coordinates one CLSM; else shows a choice, or why there is
    none.
    """
    sheet = _public_sheet(pk)
    clsms = list(coordinated_by(cast(User, request.user)))
    if len(clsms) == 1:
        return redirect("propose_reuse", clsms[0].pk, sheet.pk)
    return render(request, "pages/lifecycle/choose_clsm.html", {"sheet": sheet, "clsms": clsms})


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def propose_reuse(request: HttpRequest, clsm: ClsmPage, pk: int) -> HttpResponse:
    sheet = _public_sheet(pk)
    form = ReuseForm(request.POST or None, initial={"year": timezone.localdate().year})
    if request.method == "POST" and form.is_valid():
        with refusals() as problems:
            propose(sheet, clsm, by=cast(User, request.user), **form.cleaned_data)
        if problems:
            form.add_error(None, problems)
        else:
            messages.success(request, "Merci. Le Centre lit votre texte, puis il paraîtra sur la fiche.")
            return redirect("space_home", clsm.pk)
    return render(request, "pages/lifecycle/propose_reuse.html", {"clsm": clsm, "sheet": sheet, "form": form})
