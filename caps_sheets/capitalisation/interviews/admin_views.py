"""Admin views of interviews: planning, page, closing, consent, and the guards that they share."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.permissions import may_change, may_see
from caps_sheets.capitalisation.interviews import consents
from caps_sheets.capitalisation.interviews.appointments import when, where
from caps_sheets.capitalisation.interviews.consents import record_consent, withdraw_consent
from caps_sheets.capitalisation.interviews.files import answers_due_on, file_due_on
from caps_sheets.capitalisation.interviews.forms import ConsentForm, ConsentWithdrawalForm, InterviewForm
from caps_sheets.capitalisation.interviews.services import (
    change_interview,
    close_interview,
    delete_interview,
    plan_interview,
    reopen_interview,
)
from caps_sheets.capitalisation.interviews.slots import proposed_slots, taken_by
from caps_sheets.capitalisation.interviews.views import calendar_response
from caps_sheets.capitalisation.models import CaseFile, Consent, Interview
from portal.base.admin_views import ObjectGuard, ObjectView, ServiceActionView, ServiceFormView

#: The message for users who may see without changing.
READ_ONLY = "Ce dossier est suivi par quelqu’un d’autre."


def interviews() -> QuerySet[Interview]:
    return Interview.objects.select_related(
        "case_file__answer__clsm", "case_file__owner", "case_file__sheet", "grid", "interviewer", "consent"
    )


class CaseGuard(ObjectGuard):
    """404 to who may not see the case file; changes are refused to who may only see it."""

    changes = True
    header_icon = "comment"
    case_file: CaseFile
    interview: Interview | None = None

    def find(self) -> None:
        self.case_file = self.find_case()
        if not may_see(self.user, self.case_file):
            raise Http404

    def find_case(self) -> CaseFile:
        """The case file that the URL names."""
        files = CaseFile.objects.select_related("answer__clsm", "owner", "sheet")
        return get_object_or_404(files, pk=self.kwargs["case_pk"])

    def allows(self) -> bool:
        return not self.changes or may_change(self.user, self.case_file)

    @property
    def case_url(self) -> str:
        return reverse("case_files:edit", args=[self.case_file.pk])

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": self.case_url, "label": str(self.case_file)}]

    def object_context(self) -> dict[str, Any]:
        return {"case_file": self.case_file, "interview": self.interview}


class InterviewGuard(CaseGuard):
    """The URL names the interview."""

    interview: Interview

    def find_case(self) -> CaseFile:
        self.interview = get_object_or_404(interviews(), pk=self.kwargs["pk"])
        return self.interview.case_file

    def crumbs(self) -> list[dict[str, Any]]:
        return [*super().crumbs(), {"url": self.interview_url, "label": str(self.interview)}]

    @property
    def interview_url(self) -> str:
        return reverse("interview", args=[self.interview.pk])

    def get_success_url(self) -> str:
        return self.interview_url


FORM = "wagtailadmin/capitalisation/interviews/form.html"


class AppointmentFormView(CaseGuard, ServiceFormView):
    """Beside the form, moments proposed from the census answer; the one chosen is in the address."""

    template_name = "wagtailadmin/capitalisation/interviews/plan.html"
    form_class = InterviewForm

    def get_initial(self) -> dict[str, Any]:
        try:
            chosen = datetime.fromisoformat(self.request.GET.get("le", ""))
        except ValueError:
            return {}
        return {"met_on": chosen.date(), "met_at": chosen.time()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        availability, today = self.case_file.answer.availability, timezone.localdate()
        taken = taken_by(self.case_file.owner_id, self.case_file.pk, today)
        proposed = {"availability": availability, "slots": proposed_slots(availability, taken, today)}
        return {**super().get_context_data(**kwargs), **proposed}


class PlanView(AppointmentFormView):
    page_title = "Planifier un entretien"
    done = "L’entretien est planifié."

    def get_instance(self) -> Interview:
        return Interview(case_file=self.case_file, interviewer=self.case_file.owner)

    def carry_out(self, form: InterviewForm) -> None:
        self.planned = plan_interview(form.save(commit=False), by=self.user)

    def get_success_url(self) -> str:
        planned = getattr(self, "planned", None)
        if planned:
            return reverse("interview", args=[planned.pk])
        return self.case_url


class InterviewView(InterviewGuard, ObjectView):
    """The state of the interview: consent, answers, files, and remaining tasks."""

    changes = False
    template_name = "wagtailadmin/capitalisation/interviews/interview.html"

    def get_page_title(self) -> str:
        return str(self.interview)

    def crumbs(self) -> list[dict[str, Any]]:
        return super().crumbs()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        files = list(self.interview.files.select_related("uploaded_by", "reviewed_by"))
        for file in files:
            file.interview = self.interview  # saves a query per file when its date is computed
        dated = [(file, None if file.deleted_on else file_due_on(file)) for file in files]
        return {
            **super().get_context_data(**kwargs),
            "consent": Consent.objects.filter(interview=self.interview).select_related("recorded_by").first(),
            "files": dated,
            "when": when(self.interview),
            "where": where(self.interview),
            "answers_due_on": answers_due_on(self.interview),
            "answer_count": self.interview.answers.count(),
            "question_count": self.interview.grid.questions.count(),
            "may_change": may_change(self.user, self.case_file),
        }


class CalendarView(InterviewGuard):
    """The appointment for the calendar of who follows the case file."""

    changes = False
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return calendar_response(self.interview)


class EditView(InterviewGuard, AppointmentFormView):
    page_title = "Modifier l’entretien"
    done = "L’entretien est modifié."

    def get_instance(self) -> Interview:
        return self.interview

    def carry_out(self, form: InterviewForm) -> None:
        change_interview(form.save(commit=False), form.changed_data, by=self.user)


class DeleteView(InterviewGuard, ServiceActionView, ObjectView):
    http_method_names = ["get", "head", "post", "options"]
    page_title = "Effacer l’entretien"
    template_name = "wagtailadmin/capitalisation/interviews/delete.html"
    done = "L’entretien est effacé."

    def carry_out(self) -> None:
        delete_interview(self.interview, by=self.user)

    def get_success_url(self) -> str:
        return self.case_url

    def refused_url(self) -> str:
        return self.interview_url


class CloseView(InterviewGuard, ServiceActionView):
    done = "L’entretien est clos."

    def carry_out(self) -> None:
        close_interview(self.interview, by=self.user, today=timezone.localdate())


class ReopenView(InterviewGuard, ServiceActionView):
    done = "L’entretien est rouvert."

    def carry_out(self) -> None:
        reopen_interview(self.interview, by=self.user)


class ConsentView(InterviewGuard, ServiceFormView):
    page_title = "Consentement"
    form_class = ConsentForm
    template_name = "wagtailadmin/capitalisation/interviews/consent.html"
    done = "Le consentement est enregistré."

    def get_instance(self) -> Consent:
        return Consent.objects.filter(interview=self.interview).first() or Consent(interview=self.interview)

    def carry_out(self, form: ConsentForm) -> None:
        record_consent(form.save(commit=False), by=self.user, seen=form.cleaned_data["seen"])


class ConsentTextView(InterviewGuard, ObjectView):
    """The text to print and sign, or to read aloud."""

    page_title = "Texte du consentement"
    changes = False
    template_name = "wagtailadmin/capitalisation/interviews/consent_text.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        version = self.request.GET.get("version", "")
        text = consents.BY_VERSION.get(version, consents.CURRENT)
        return {**super().get_context_data(**kwargs), "text": text}


class WithdrawConsentView(InterviewGuard, ServiceFormView):
    page_title = "Retrait du consentement"
    form_class = ConsentWithdrawalForm
    template_name = "wagtailadmin/capitalisation/interviews/withdraw.html"
    submit_label = "Enregistrer le retrait"
    done = "Le retrait est enregistré : les fichiers et les réponses seront supprimés à la prochaine purge."

    def get_initial(self) -> dict[str, Any]:
        return {"withdrawn_on": timezone.localdate()}

    def carry_out(self, form: ConsentWithdrawalForm) -> None:
        withdraw_consent(self.interview, form.cleaned_data["withdrawn_on"], by=self.user)
