"""« Fusionner » and « Scinder » a CLSM: choose, read the summary, confirm. For Administration."""

from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.admin import messages

from network.lifecycle import services
from network.models import ClsmPage, CoordinatorAssignment
from portal.base.errors import Refused
from portal.users.models import User

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
        field.queryset = ClsmPage.objects.live().exclude(pk=clsm.pk).order_by("title")

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


def merge_clsm(request: HttpRequest, pk: int) -> HttpResponse:
    clsm = _clsm(request, pk)
    form = MergeForm(request.POST or None, clsm=clsm)
    context: dict[str, Any] = {"clsm": clsm, "form": form}
    if request.method == "POST" and form.is_valid():
        new, reason = form.cleaned_data["new"], form.cleaned_data["reason"]
        if "confirm" in request.POST:
            return _carry_out(
                request,
                lambda by: services.merge_clsm(clsm, new, by=by, reason=reason),
                f"« {clsm.title} » a rejoint « {new.title} ».",
                new,
            )
        posts = CoordinatorAssignment.objects.current().filter(clsm=clsm)
        context |= {"new": new, "reason": reason, "follows": services.what_follows(clsm), "posts": posts.count()}
    return render(request, "wagtailadmin/network/merge_clsm.html", context)


def split_clsm(request: HttpRequest, pk: int) -> HttpResponse:
    clsm = _clsm(request, pk)
    form = SplitForm(request.POST or None, clsm=clsm)
    context: dict[str, Any] = {"clsm": clsm, "form": form}
    if request.method == "POST" and form.is_valid():
        titles, reason = form.cleaned_data["titles"], form.cleaned_data["reason"]
        if "confirm" in request.POST:
            return _carry_out(
                request,
                lambda by: services.start_split(clsm, titles, by=by, reason=reason),
                "Les brouillons sont prêts : complétez-les, puis soumettez-les à relecture.",
                clsm,
            )
        context |= {"titles": titles, "reason": reason, "follows": services.what_follows(clsm)}
    return render(request, "wagtailadmin/network/split_clsm.html", context)


def _clsm(request: HttpRequest, pk: int) -> ClsmPage:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied
    return get_object_or_404(ClsmPage, pk=pk)


def _carry_out(request: HttpRequest, work: Any, success: str, page: ClsmPage) -> HttpResponse:
    try:
        work(cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, success)
    return redirect("wagtailadmin_pages:edit", page.pk)
