"""The corrections of the Centre, and the requests of the CLSMs about their retained actions."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages as admin_messages

from caps_sheets.capitalisation.census.corrections import (
    MAY_ASK,
    AnswersRefusedError,
    ask,
    correct,
    raw_answers,
    reply,
    waiting_request,
)
from caps_sheets.capitalisation.census.permissions import for_answer
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.census.services import change_state
from caps_sheets.capitalisation.census.transitions import DECIDES
from caps_sheets.capitalisation.models import EDITABLE, CensusAnswer, CensusRequest, CensusState
from portal.base.admin_views import ObjectView, ServiceFormView
from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals
from portal.base.questionnaires.forms import AnswerForm
from portal.users.models import User


class CorrectionForm(AnswerForm):
    """Every question as the CLSM answered it, and the message that goes with the corrections."""

    def __init__(self, answer: CensusAnswer, typed: dict[str, list[str]]) -> None:
        super().__init__(QUESTIONNAIRE, answer, QUESTIONNAIRE.fields, typed)
        self.fields["message"] = forms.CharField(
            label="Message au CLSM",
            help_text="Ce qui est corrigé, et pourquoi. Le CLSM le reçoit avec chaque réponse avant et après.",
            widget=forms.Textarea({"rows": 3}),
            max_length=1000,
        )

    @property
    def parts(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [(step.title, [self[name] for name in step.fields]) for step in QUESTIONNAIRE.steps]


class SentAnswerView(ObjectView):
    """The URL names an answer that was sent; a draft belongs to its CLSM."""

    right = DECIDES
    header_icon = "list-ul"
    answer: CensusAnswer

    def find(self) -> None:
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).select_related("clsm")
        self.answer = get_object_or_404(sent, pk=self.kwargs["pk"])

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("recensement_modeladmin_index"), "label": "Actions recensées"},
            {"url": self.get_success_url(), "label": str(self.answer)},
        ]

    def object_context(self) -> dict[str, Any]:
        return {"answer": self.answer, "back_url": self.get_success_url()}

    def get_success_url(self) -> str:
        return reverse("recensement_modeladmin_inspect", args=[self.answer.pk])


class AnswerCorrectionView(SentAnswerView):
    """One page with every answer; what is refused is said beside its field, and nothing typed is lost."""

    page_title = "Corriger l’action"
    template_name = "wagtailadmin/census/correct.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.answer.state in EDITABLE:
            admin_messages.error(request, "Le CLSM est en train de compléter cette action : attendez son envoi.")
            return redirect(self.get_success_url())
        return self.show(CorrectionForm(self.answer, raw_answers(self.answer)), self.answer.revision)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = {name: request.POST.getlist(name) for name in (*QUESTIONNAIRE.fields, "message")}
        revision = posted_number(request.POST.get("revision", ""), -1)
        form = CorrectionForm(self.answer, typed)
        message = request.POST.get("message", "")[:1000]
        try:
            correction = correct(self.answer, typed, by=self.user, revision=revision, message=message)
        except AnswersRefusedError as refused:
            form.is_valid()
            for name, errors in refused.errors.items():
                if name not in form.errors:
                    form.add_error(name, errors)
            return self.show(form, revision, status=400)
        except RefusedError as refusal:
            form.add_error(None, refusal.messages)
            return self.show(form, revision, status=400)
        admin_messages.success(request, f"Corrigé : {correction}. Le CLSM reçoit le détail.")
        return redirect(self.get_success_url())

    def show(self, form: CorrectionForm, revision: int, status: int = 200) -> HttpResponse:
        context = self.get_context_data(form=form, revision=revision, is_new=status == 200)
        return self.render_to_response(context, status=status)


class ReplyForm(forms.Form):
    reply = forms.CharField(
        label="Réponse au CLSM",
        help_text="L’action ne change pas. Dites pourquoi, ou ce que vous ferez.",
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )


class ReplyView(ServiceFormView):
    """Answer a waiting request without changing the action."""

    right = DECIDES
    header_icon = "mail"
    form_class = ReplyForm
    page_title = "Répondre à la demande du CLSM"
    submit_label = "Envoyer la réponse"
    done = "La réponse est envoyée au CLSM."
    template_name = "wagtailadmin/census/reply.html"
    asked: CensusRequest

    def find(self) -> None:
        rows = CensusRequest.objects.exclude(answer__state=CensusState.DRAFT).select_related("answer__clsm", "by")
        self.asked = get_object_or_404(rows, pk=self.kwargs["pk"])

    def object_context(self) -> dict[str, Any]:
        return {"asked": self.asked, "answer": self.asked.answer}

    def get_success_url(self) -> str:
        return reverse("recensement_modeladmin_inspect", args=[self.asked.answer_id])

    def carry_out(self, form: ReplyForm) -> None:
        reply(self.asked, form.cleaned_data["reply"], by=self.user)


@require_POST
@for_answer
def take_back(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """A sent answer that the Centre has not decided on becomes a draft again."""
    seen = CensusAnswer(pk=answer.pk, state=CensusState.SUBMITTED)
    with refusals() as problems:
        change_state(seen, CensusState.DRAFT, by=cast(User, request.user))
    if problems:
        messages.error(request, " ".join(problems))
    else:
        messages.success(
            request, f"« {answer} » est de nouveau un brouillon : modifiez-la et renvoyez-la, ou supprimez-la."
        )
    return redirect("census_answer", answer.clsm_id, answer.pk)


class AskForm(forms.Form):
    wish = forms.ChoiceField(label="Que demandez-vous ?", choices=CensusRequest.Wish.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Précisez",
        help_text="Quelle réponse, et ce qu’il faut écrire à la place ; ou pourquoi retirer l’action. "
        "Ne citez aucune personne accompagnée.",
        max_length=1000,
        widget=forms.Textarea({"rows": 5}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_answer
def ask_centre(request: HttpRequest, answer: CensusAnswer) -> HttpResponse:
    """Once retained, an action changes by the Centre alone: the CLSM asks."""
    if answer.state not in MAY_ASK or waiting_request(answer):
        return redirect("census_answer", answer.clsm_id, answer.pk)
    form = AskForm(request.POST or None)
    if form.is_valid():
        with refusals() as problems:
            ask(answer, by=cast(User, request.user), **form.cleaned_data)
        if not problems:
            messages.success(
                request, "Votre demande est envoyée. Le Centre vous répond par un avis, ici et par courriel."
            )
            return redirect("census_answer", answer.clsm_id, answer.pk)
        form.add_error(None, problems)
    status = 400 if form.errors else 200
    return render(
        request, "pages/census/ask.html", {"clsm": answer.clsm, "answer": answer, "form": form}, status=status
    )
