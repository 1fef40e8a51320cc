"""« Signaler une erreur »: the public form, its list in the back office, the deletion of senders' addresses.

The form needs no account, has its own URL and is never cached.
"""

from datetime import date
from typing import cast

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log
from wagtail.models import Page
from wagtail.permissions import ModelPermissionPolicy

from portal.base.dates import months_ago
from portal.base.errors import already_decided
from portal.base.locks import locked
from portal.base.querysets import visible
from portal.base.rate import network_of, too_many
from portal.moderation.models import ErrorReport
from portal.moderation.notifications import tell
from portal.users.models import User

KEPT_MONTHS = 6

TREATED = "portal_moderation.error_report_treated"


@transaction.atomic
def receive(page: Page, message: str, email: str = "") -> ErrorReport:
    report = ErrorReport.objects.create(page=page, message=message, email=email)
    link = reverse("error_reports:edit", args=[report.pk])
    tell("error_reported", _readers(), link=link, page=page, report=report)
    return report


@transaction.atomic
def note_treatment(report: ErrorReport, *, by: User) -> None:
    """Save a report that the Centre changed. ``treated_at`` and ``treated_by`` follow from its state."""
    kept = locked(report)
    if kept.treated_at and kept.treated_at != report.treated_at:
        raise already_decided("cette erreur est traitée", by=kept.treated_by, at=kept.treated_at)
    is_treated = report.state == ErrorReport.State.TREATED
    if is_treated and report.treated_at is None:
        report.treated_at, report.treated_by = timezone.now(), by
        log(instance=report, action=TREATED, user=by)
    elif not is_treated:
        report.treated_at = report.treated_by = None
    report.save()


def forget_addresses(today: date | None = None) -> int:
    """Erase the e-mail addresses left more than six months ago; returns their number."""
    old = ErrorReport.objects.filter(received_at__lt=months_ago(KEPT_MONTHS, today))
    return old.exclude(email="").update(email="")


def _readers() -> list[User]:
    people = User.objects.filter(
        groups__permissions__codename="change_errorreport",
        groups__permissions__content_type__app_label="portal_moderation",
        is_active=True,
    )
    return list(people.distinct())


REPORTS_AN_HOUR = 5


class ReportForm(forms.Form):
    message = forms.CharField(
        label="Ce qui ne va pas",
        max_length=2000,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Citez la phrase ou la section. N’écrivez pas d’information personnelle sur quelqu’un.",
        error_messages={"required": "Dites ce qui ne va pas.", "min_length": "Dites-en un peu plus."},
    )
    email = forms.EmailField(
        label="Votre adresse e-mail, pour une réponse",
        required=False,
        help_text="Le Centre seul la lit. Elle est effacée au bout de six mois.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    #: A honeypot for robots: invisible and out of keyboard reach. Its name means nothing to password managers.
    zq7 = forms.CharField(
        required=False,
        label="Laissez ce champ vide",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "tabindex": "-1", "data-1p-ignore": True, "data-lpignore": "true"}
        ),
    )

    def clean_zq7(self) -> str:
        """A browser may have filled it for a person: the form is shown again rather than silently dropped."""
        if self.cleaned_data["zq7"]:
            self.data = {**self.data, "zq7": ""}
            said = "Votre navigateur a rempli un champ caché. Relisez votre message et envoyez de nouveau."
            self.add_error(None, said)
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report_error(request: HttpRequest, page_pk: int) -> HttpResponse:
    page = get_object_or_404(visible(Page.objects.filter(depth__gt=1)), pk=page_pk)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if too_many("error-report", network_of(request), REPORTS_AN_HOUR):
            form.add_error(None, "Trop d’envois depuis votre connexion. Réessayez dans une heure.")
        else:
            receive(page, form.cleaned_data["message"], form.cleaned_data["email"])
            return redirect("report_received", page.pk)
    return render(request, "pages/base/report_error.html", {"reported": page, "form": form})


@require_safe
@never_cache
def report_received(request: HttpRequest, page_pk: int) -> HttpResponse:
    page = get_object_or_404(visible(Page.objects.filter(depth__gt=1)), pk=page_pk)
    return render(request, "pages/base/report_received.html", {"reported": page})


class ReportPolicy(ModelPermissionPolicy):
    """Visitors create reports, the team does not. The reports of a deleted page are deleted with it."""

    def user_has_permission(self, user: User, action: str) -> bool:
        return action not in {"add", "delete"} and super().user_has_permission(user, action)


class ReportEditView(EditView):
    def save_instance(self) -> ErrorReport:
        self.has_content_changes = self.form.has_changed()
        report = cast(ErrorReport, self.form.save(commit=False))
        note_treatment(report, by=self.request.user)
        return report


class ErrorReportViewSet(ModelViewSet):
    model = ErrorReport
    name = "error_reports"
    url_prefix = "erreurs-signalees"
    icon = "warning"
    menu_label = "Erreurs signalées"
    menu_order = 320
    add_to_admin_menu = True
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = False
    edit_view_class = ReportEditView
    list_display = [
        "page",
        Column("get_state_display", label="état"),
        DateColumn("received_at", label="reçu le"),
    ]
    list_filter = ["state"]
    search_fields = ["message", "page__title"]
    edit_handler = ObjectList(
        [
            FieldPanel("page", read_only=True),
            FieldPanel("received_at", read_only=True),
            FieldPanel("message", read_only=True),
            FieldPanel("email", read_only=True),
            FieldPanel("state"),
            FieldPanel("note"),
        ]
    )

    @property
    def permission_policy(self) -> ReportPolicy:
        return ReportPolicy(self.model)
