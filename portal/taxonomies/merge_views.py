"""« Fusionner »: choose the term that remains, read the consequences, confirm."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from wagtail.admin import messages

from portal.base.errors import Refused
from portal.taxonomies.merge import merge, merge_refusals, preview
from portal.taxonomies.models import Term, Theme

if TYPE_CHECKING:
    from portal.users.models import User

MODELS: dict[str, type[Term] | type[Theme]] = {"termes": Term, "themes": Theme}


class MergeForm(forms.Form):
    def __init__(self, *args: Any, old: Term | Theme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.old = old
        others = Term.objects.filter(vocabulary=old.vocabulary) if isinstance(old, Term) else Theme.objects.all()
        self.fields["new"] = forms.ModelChoiceField(queryset=others.exclude(pk=old.pk), label="Remplacer par")

    def clean_new(self) -> Term | Theme:
        new = self.cleaned_data["new"]
        if refusals := merge_refusals(self.old, new):
            raise forms.ValidationError(refusals)
        return new


def merge_item(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Two steps at one URL: the choice, then the summary with the button that merges."""
    model = MODELS.get(kind)
    if model is None:
        raise Http404(f"Aucune liste « {kind} ».")
    label = model._meta.label_lower.split(".")
    if not request.user.has_perms([f"{label[0]}.change_{label[1]}", f"{label[0]}.delete_{label[1]}"]):
        raise PermissionDenied
    old = get_object_or_404(model, pk=pk)
    form = MergeForm(request.POST or None, old=old)
    context: dict[str, Any] = {"old": old, "form": form, "kind": kind, "index_url": reverse(f"{kind}:index")}
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["new"]
        if "confirm" in request.POST:
            return _merge(request, kind, old, new)
        context |= {"new": new, "uses": preview(old)}
    return render(request, "wagtailadmin/taxonomies/merge.html", context)


def _merge(request: HttpRequest, kind: str, old: Term | Theme, new: Term | Theme) -> HttpResponse:
    name = str(old)
    try:
        report = merge(old, new, by=cast("User", request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("merge_item", kind, old.pk)
    messages.success(
        request,
        f"« {name} » est fusionné dans « {new} » : {sum(report.rows.values())} utilisation(s) et "
        f"{report.revisions} version(s) de pages suivent.",
    )
    return redirect(reverse(f"{kind}:edit", args=[new.pk]))
