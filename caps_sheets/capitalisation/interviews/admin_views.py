"""Admin views of interviews: planning, page, closing, consent, and the guards that they share."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.capitalisation.case_files.permissions import may_change, may_see
from caps_sheets.capitalisation.interviews import consents
from caps_sheets.capitalisation.interviews.consents import record_consent, withdraw_consent
from caps_sheets.capitalisation.interviews.files import answers_due_on, file_due_on
from caps_sheets.capitalisation.interviews.forms import ConsentForm, InterviewForm, WithdrawalForm
from caps_sheets.capitalisation.interviews.services import (
    change_interview,
    close_interview,
    delete_interview,
    plan_interview,
    reopen_interview,
)
from caps_sheets.capitalisation.models import CaseFile, Consent, Interview
from portal.base.admin_views import ServiceFormView
from portal.base.errors import Refused
from portal.users.models import User

#: What those who may see without changing are told.
READ_ONLY = "Ce dossier est suivi par quelqu’un d’autre."


def interviews() -> QuerySet[Interview]:
    return Interview.objects.select_related(
        "case_file__answer__clsm", "case_file__owner", "case_file__sheet", "grid", "interviewer", "consent"
    )


class CaseGuard(View):
    """Answers 404 to who may not see the case file, and refuses changes to who may only see it."""

    changes = True

    def find(self) -> CaseFile:
        """The case file of the screen."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.case_file = self.find()
        if not may_see(self.user, self.case_file):
            raise Http404
        if self.changes and not may_change(self.user, self.case_file):
            return permission_denied(request)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)  # the back office lets nobody else in


class CaseGuardByCase(CaseGuard):
    """The address names the case file."""

    def find(self) -> CaseFile:
        files = CaseFile.objects.select_related("answer__clsm", "owner", "sheet")
        return get_object_or_404(files, pk=self.kwargs["case_pk"])


class InterviewGuard(CaseGuard):
    """The address names the interview."""

    def find(self) -> CaseFile:
        self.interview = get_object_or_404(interviews(), pk=self.kwargs["pk"])
        return self.interview.case_file

    @property
    def interview_url(self) -> str:
        return reverse("interview", args=[self.interview.pk])


class Screen(WagtailAdminTemplateMixin, TemplateView):
    """Title and crumbs; the guard beside it names the case file."""

    header_icon = "comment"
    case_file: CaseFile

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        case = {"url": reverse("capitalisation_case", args=[self.case_file.pk]), "label": str(self.case_file)}
        return [*self.breadcrumbs_items, case, *self.crumbs(), {"url": "", "label": self.get_page_title()}]

    def crumbs(self) -> list[dict[str, str]]:
        """What stands between the case file and this screen."""
        interview = getattr(self, "interview", None)
        if interview is None:
            return []
        return [{"url": reverse("interview", args=[interview.pk]), "label": str(interview)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        interview = getattr(self, "interview", None)
        return {**super().get_context_data(**kwargs), "case_file": self.case_file, "interview": interview}


class FormScreen(Screen, ServiceFormView):
    template_name = "wagtailadmin/capitalisation/interviews/form.html"


class Button(View):
    """A POST without a form: carries out one service, says what it answered, and goes back."""

    http_method_names = ["post"]
    done = ""
    interview: Interview
    case_file: CaseFile

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.carry_out()
        except Refused as refusal:
            for message in refusal.messages:
                messages.error(request, message)
        else:
            messages.success(request, self.done)
        return redirect(self.next_url())

    def carry_out(self) -> None:
        raise NotImplementedError

    def next_url(self) -> str:
        return reverse("interview", args=[self.interview.pk])


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
        text = consents.BY_VERSION.get(version, consents.CURRENT)
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
