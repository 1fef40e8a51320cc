"""What every interview screen shares: the interview, who may open it, where it stands in the back office."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.auth import permission_denied
from wagtail.admin.views.generic import WagtailAdminTemplateMixin

from caps_sheets.capitalisation.case_files.permissions import may_change, may_see
from caps_sheets.capitalisation.models import CaseFile, Interview
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
