"""« Fusionner » and « Scinder » a CLSM: choose, read the summary, confirm. For Administration."""

from typing import Any, cast

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse

from network.lifecycle import services
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.admin_views import ConfirmedFormView

RIGHT = "network.add_clsmsplit"


class MergeForm(forms.Form):
    new = forms.ModelChoiceField(
        queryset=ClsmPage.objects.none(), label="Rejoint le CLSM", widget=forms.Select(attrs={"class": "w-w-full"})
    )
    reason = forms.CharField(
        label="Ce que lit le public",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Vide : « Ce CLSM a rejoint … ».",
    )

    def __init__(self, *args: Any, clsm: ClsmPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clsm = clsm
        field = cast(forms.ModelChoiceField, self.fields["new"])
        field.queryset = ClsmPage.objects.live().exclude(pk=clsm.pk).order_by("computed_sort_key", "title")

    def clean_new(self) -> ClsmPage:
        new = self.cleaned_data["new"]
        if refusals := services.merge_refusals(self.clsm, new):
            raise forms.ValidationError(refusals)
        return new


class SplitForm(forms.Form):
    titles = forms.CharField(
        label="Noms des nouveaux CLSM",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Un par ligne, deux au moins. Le premier reprend les fiches, les actions recensées et les échanges.",
    )
    reason = forms.CharField(
        label="Ce que lira le public",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Vide : « Ce CLSM est devenu … ».",
    )

    def __init__(self, *args: Any, clsm: ClsmPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clsm = clsm

    def clean_titles(self) -> list[str]:
        titles = [line.strip() for line in self.cleaned_data["titles"].splitlines() if line.strip()]
        if refusals := services.split_refusals(self.clsm, titles):
            raise forms.ValidationError(refusals)
        return titles


class LifecycleFormView(ConfirmedFormView):
    """A decision about one CLSM that ends its profile as it is."""

    right = RIGHT

    def find(self) -> None:
        self.clsm = get_object_or_404(ClsmPage, pk=self.kwargs["pk"])
        self.page = self.clsm

    def object_context(self) -> dict[str, Any]:
        return {"clsm": self.clsm}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"clsm": self.clsm}

    def get_success_url(self) -> str:
        return reverse("wagtailadmin_pages:edit", args=[self.page.pk])

    def refused_url(self) -> str:
        return self.get_success_url()


class MergeClsmView(LifecycleFormView):
    template_name = "wagtailadmin/network/merge_clsm.html"
    form_class = MergeForm

    def preview(self, form: MergeForm) -> dict[str, Any]:
        posts = CoordinatorAssignment.objects.current().filter(clsm=self.clsm)
        return {**form.cleaned_data, "follows": services.what_follows(self.clsm), "posts": posts.count()}

    def carry_out(self, form: MergeForm) -> None:
        self.page = form.cleaned_data["new"]
        services.merge_clsm(self.clsm, self.page, by=self.user, reason=form.cleaned_data["reason"])
        self.done = f"« {self.clsm.title} » a rejoint « {self.page.title} »."


class SplitClsmView(LifecycleFormView):
    template_name = "wagtailadmin/network/split_clsm.html"
    form_class = SplitForm
    done = "Les brouillons sont prêts : complétez-les, puis soumettez-les à relecture."

    def preview(self, form: SplitForm) -> dict[str, Any]:
        return {**form.cleaned_data, "follows": services.what_follows(self.clsm)}

    def carry_out(self, form: SplitForm) -> None:
        services.start_split(self.clsm, form.cleaned_data["titles"], by=self.user, reason=form.cleaned_data["reason"])
