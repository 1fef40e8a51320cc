"""The public form « Signaler une erreur »: no account, its own address, never cached."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from portal.base.querysets import visible
from portal.base.rate import network_of, too_many
from portal.moderation.error_reports import receive

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
    #: A trap for robots: people neither see it nor reach it by keyboard. Its name means nothing to password managers.
    zq7 = forms.CharField(
        required=False,
        label="Laissez ce champ vide",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "tabindex": "-1", "data-1p-ignore": True, "data-lpignore": "true"}
        ),
    )

    def clean_zq7(self) -> str:
        """A browser may have filled it for a person: they are asked, and nobody is thanked for nothing."""
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
