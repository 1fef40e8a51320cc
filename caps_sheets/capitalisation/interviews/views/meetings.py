"""Planning an interview, its page, its closing, its consent."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from wagtail.admin import messages

from caps_sheets.capitalisation.case_files.permissions import may_change
from caps_sheets.capitalisation.interviews import consent_texts
from caps_sheets.capitalisation.interviews.consents import record_consent, withdraw_consent
from caps_sheets.capitalisation.interviews.deletion_dates import answers_due_on, file_due_on
from caps_sheets.capitalisation.interviews.forms import ConsentForm, InterviewForm, WithdrawalForm
from caps_sheets.capitalisation.interviews.meetings import (
    change_interview,
    close_interview,
    delete_interview,
    plan_interview,
    reopen_interview,
)
from caps_sheets.capitalisation.interviews.views.screens import (
    Button,
    CaseGuardByCase,
    FormScreen,
    InterviewGuard,
    Screen,
)
from caps_sheets.capitalisation.models import Consent, Interview
from portal.base.errors import Refused


class PlanView(CaseGuardByCase, FormScreen):
    page_title = "Planifier un entretien"
    form_class = InterviewForm
    done = "L’entretien est planifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        interview = Interview(case_file=self.case_file, interviewer=self.case_file.owner)
        return super().get_form_kwargs() | {"instance": interview}

    def carry_out(self, form: InterviewForm) -> None:
        self.planned = plan_interview(form.save(commit=False), by=self.user)

    def get_success_url(self) -> str:
        planned = getattr(self, "planned", None)
        if planned:
            return reverse("interview", args=[planned.pk])
        return reverse("capitalisation_case", args=[self.case_file.pk])


class InterviewView(InterviewGuard, Screen):
    """Where the interview stands: consent, answers, files, and what remains to do."""

    changes = False
    template_name = "wagtailadmin/capitalisation/interviews/interview.html"

    def get_page_title(self) -> str:
        return str(self.interview)

    def crumbs(self) -> list[dict[str, str]]:
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        files = list(self.interview.files.select_related("uploaded_by", "reviewed_by"))
        for file in files:
            file.interview = self.interview  # spares a query a file when its date is computed
        today = timezone.localdate()
        dated = [(file, None if file.deleted_on else file_due_on(file)) for file in files]
        return {
            **super().get_context_data(**kwargs),
            "consent": Consent.objects.filter(interview=self.interview).select_related("recorded_by").first(),
            "files": dated,
            "today": today,
            "answers_due_on": answers_due_on(self.interview),
            "answer_count": self.interview.answers.count(),
            "question_count": self.interview.grid.questions.count(),
            "may_change": may_change(self.user, self.case_file),
        }


class EditView(InterviewGuard, FormScreen):
    page_title = "Modifier l’entretien"
    form_class = InterviewForm
    done = "L’entretien est modifié."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.interview}

    def carry_out(self, form: InterviewForm) -> None:
        change_interview(form.save(commit=False), form.changed_data, by=self.user)

    def get_success_url(self) -> str:
        return self.interview_url


class DeleteView(InterviewGuard, Screen):
    page_title = "Effacer l’entretien"
    template_name = "wagtailadmin/capitalisation/interviews/delete.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            delete_interview(self.interview, by=self.user)
        except Refused as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect(self.interview_url)
        messages.success(request, "L’entretien est effacé.")
        return redirect("capitalisation_case", self.case_file.pk)


class CloseView(InterviewGuard, Button):
    done = "L’entretien est clos."

    def carry_out(self) -> None:
        close_interview(self.interview, by=self.user, today=timezone.localdate())


class ReopenView(InterviewGuard, Button):
    done = "L’entretien est rouvert."

    def carry_out(self) -> None:
        reopen_interview(self.interview, by=self.user)


class ConsentView(InterviewGuard, FormScreen):
    page_title = "Consentement"
    form_class = ConsentForm
    template_name = "wagtailadmin/capitalisation/interviews/consent.html"
    done = "Le consentement est enregistré."

    def get_form_kwargs(self) -> dict[str, Any]:
        consent = Consent.objects.filter(interview=self.interview).first() or Consent(interview=self.interview)
        return super().get_form_kwargs() | {"instance": consent}

    def carry_out(self, form: ConsentForm) -> None:
        record_consent(form.save(commit=False), by=self.user, seen=form.cleaned_data["seen"])

    def get_success_url(self) -> str:
        return self.interview_url


class ConsentTextView(InterviewGuard, Screen):
    """The text to print and sign, or to read aloud."""

    page_title = "Texte du consentement"
    changes = False
    template_name = "wagtailadmin/capitalisation/interviews/consent_text.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.request.GET.get("version", "")
        text = consent_texts.BY_VERSION.get(version, consent_texts.CURRENT)
        return {**super().get_context_data(**kwargs), "text": text}


class WithdrawView(InterviewGuard, FormScreen):
    page_title = "Retrait du consentement"
    form_class = WithdrawalForm
    template_name = "wagtailadmin/capitalisation/interviews/withdraw.html"
    submit_label = "Enregistrer le retrait"
    done = "Le retrait est enregistré : les fichiers et les réponses seront supprimés à la prochaine purge."

    def get_initial(self) -> dict[str, Any]:
        return {"withdrawn_on": timezone.localdate()}

    def carry_out(self, form: WithdrawalForm) -> None:
        withdraw_consent(self.interview, form.cleaned_data["withdrawn_on"], by=self.user)

    def get_success_url(self) -> str:
        return self.interview_url
