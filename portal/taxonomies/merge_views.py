"""« Fusionner »: choose the term that remains, read the consequences, confirm."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from portal.base.admin_views import ConfirmedFormView
from portal.taxonomies.merge import merge, merge_refusals, preview
from portal.taxonomies.models import Term, Theme

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


class MergeView(ConfirmedFormView):
    """The choice, then the summary with the button that does it, on one URL."""

    template_name = "wagtailadmin/taxonomies/merge.html"
    form_class = MergeForm
    new: Term | Theme | None = None

    def find(self) -> None:
        self.kind = self.kwargs["kind"]
        model = MODELS.get(self.kind)
        if model is None:
            raise Http404(f"Aucune liste « {self.kind} ».")
        label = model._meta.label_lower.split(".")
        if not self.user.has_perms([f"{label[0]}.change_{label[1]}", f"{label[0]}.delete_{label[1]}"]):
            raise PermissionDenied
        self.old = get_object_or_404(model, pk=self.kwargs["pk"])

    def object_context(self) -> dict[str, Any]:
        return {"old": self.old, "kind": self.kind, "index_url": reverse(f"{self.kind}:index")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"old": self.old}

    def preview(self, form: MergeForm) -> dict[str, Any]:
        return {**form.cleaned_data, "uses": preview(self.old)}

    def carry_out(self, form: MergeForm) -> None:
        name, self.new = str(self.old), form.cleaned_data["new"]
        report = merge(self.old, self.new, by=self.user)
        self.done = (
            f"« {name} » est fusionné dans « {self.new} » : {sum(report.rows.values())} utilisation(s) et "
            f"{report.revisions} version(s) de pages suivent."
        )

    def get_success_url(self) -> str:
        return reverse(f"{self.kind}:edit", args=[self.new.pk]) if self.new else reverse(f"{self.kind}:index")
