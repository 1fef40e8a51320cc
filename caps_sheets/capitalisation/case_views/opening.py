"""Opening a case file from a census answer: a page that says what stands in the way, and a button."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from wagtail.admin import messages

from caps_sheets.capitalisation.case_views.screens import CaseScreen
from caps_sheets.capitalisation.coverage import coverage_of
from caps_sheets.capitalisation.models import CaseFile, CensusAnswer
from caps_sheets.capitalisation.pipeline.opening import open_case, opening_refusals
from caps_sheets.capitalisation.pipeline.rights import OPEN, possible_owners
from portal.base.errors import Refused
from portal.users.models import User


class OpenForm(forms.Form):
    owner = forms.ModelChoiceField(
        label="Accompagnateur·rice", queryset=User.objects.none(), required=False, empty_label="à désigner plus tard"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = possible_owners()  # type: ignore[attr-defined]


class OpenCaseView(CaseScreen):
    """An answer that already has a file leads to it."""

    right = OPEN
    page_title = "Ouvrir un dossier"
    template_name = "wagtailadmin/capitalisation/open_case.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        answers = CensusAnswer.objects.select_related("clsm", "main_theme")
        self.answer = get_object_or_404(answers, pk=kwargs["answer_pk"])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        existing = CaseFile.objects.filter(answer=self.answer).first()
        if existing:
            return redirect("capitalisation_case", existing.pk)
        return self.render_to_response(self.get_context_data(form=OpenForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = OpenForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            case_file = open_case(self.answer, by=self.user, owner=form.cleaned_data["owner"])
        except Refused as refusal:
            for sentence in refusal.messages:
                messages.error(request, sentence)
            return self.render_to_response(self.get_context_data(form=form))
        messages.success(request, "Le dossier est ouvert.")
        return redirect("capitalisation_case", case_file.pk)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "answer": self.answer,
            "refusals": opening_refusals(self.answer),
            "coverage": coverage_of(self.answer),
            "action": reverse("capitalisation_open_case", args=[self.answer.pk]),
        }
