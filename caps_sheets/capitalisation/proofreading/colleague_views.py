"""A coordinator passes the reading of a sheet on to colleagues without account, sees who has it, and takes it back."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingReply, Reply
from caps_sheets.capitalisation.proofreading.links import pass_on, revoke
from caps_sheets.capitalisation.proofreading.permissions import reply_asked_of
from network.models import ClsmPage
from network.permissions import for_coordinators
from portal.base.emails import EmailFormField
from portal.base.numbers import posted_number
from portal.base.outcomes import refusals
from portal.users.models import User


class ColleagueForm(forms.Form):
    address = EmailFormField(
        label="Son adresse e-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Écrivez une adresse complète, par exemple prenom@ville.example."},
    )
    role = forms.CharField(
        label="Sa fonction",
        max_length=120,
        help_text="Par exemple : directrice de la santé de la commune. Jamais de nom.",
        error_messages={"required": "Indiquez sa fonction : elle reste à côté de ses commentaires."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_coordinators
def colleagues(request: HttpRequest, clsm: ClsmPage, round_pk: int) -> HttpResponse:
    """``/mon-clsm/<clsm>/relectures/<round>/collegues/``: who reads for the CLSM, one more, or one less."""
    reply = reply_asked_of(clsm, round_pk)
    user = cast(User, request.user)
    if request.method == "POST" and "retirer" in request.POST:
        return _take_back(request, reply, user)
    form = ColleagueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals() as problems:
            pass_on(reply, form.cleaned_data["address"], form.cleaned_data["role"], by=user)
        if not problems:
            messages.success(request, "Le lien est envoyé. Ses commentaires paraîtront dans la relecture.")
            return redirect("proofreading_colleagues", clsm.pk, round_pk)
        form.add_error(None, problems)
    reading = reverse("proofreading", args=[clsm.pk, round_pk])
    context = {
        "clsm": clsm,
        "form": form,
        "sheet_title": reply.round.sheet.draft_title,
        "links": reply.links.filter(may_answer=False).select_related("created_by"),
        "is_open": reply.round.is_open and reply.decision == Reply.WAITING,
        "reading": reading,
        "trail": [
            {"title": "Mon CLSM", "url": reverse("space_home", args=[clsm.pk])},
            {"title": "Relire la fiche", "url": reading},
        ],
        "trail_here": "Passer la lecture",
    }
    return render(request, "pages/proofreading/colleagues.html", context, status=422 if form.errors else 200)


def _take_back(request: HttpRequest, reply: ProofreadingReply, user: User) -> HttpResponse:
    links = reply.links.filter(may_answer=False).select_related("reply__clsm", "reply__round__revision")
    link = get_object_or_404(links, pk=posted_number(request.POST["retirer"]))
    revoke(link, by=user)
    messages.success(request, f"Le lien envoyé à {link.address} ne s’ouvre plus. Ses commentaires restent.")
    return redirect("proofreading_colleagues", reply.clsm_id, reply.round_id)


urlpatterns = [
    path("mon-clsm/<int:clsm_pk>/relectures/<int:round_pk>/collegues/", colleagues, name="proofreading_colleagues"),
]
