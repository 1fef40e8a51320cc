"""The coordination of one CLSM, as the Centre sees it: people in post, invitations, claims."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages

from network.coordination.forms import AcceptClaimForm, EndForm, InviteForm, RefuseClaimForm
from network.coordination.listing import RIGHT, TITLE, detail_url
from network.models import ClaimRequest, ClsmPage, CoordinatorAssignment, Invitation
from network.services import claims
from network.services.departures import close
from network.services.invitations import LIFETIME, invite, resend, revoke
from portal.base.errors import Refused
from portal.users.models import User

FORM_METHODS = ["GET", "HEAD", "POST"]


def for_the_centre(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_the_centre
def detail(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    clsm = get_object_or_404(ClsmPage, pk=clsm_pk)
    posts = clsm.assignments.select_related("user")
    current = posts.current()
    context = {
        "clsm": clsm,
        "current": current,
        "others": posts.exclude(pk__in=current.values("pk")),
        "invitations": clsm.invitations.select_related("invited_by", "used_by"),
        "claims": clsm.claims.select_related("decided_by", "invitation"),
        "may_edit_posts": request.user.has_perm("network.change_coordinatorassignment"),
        **_page(clsm, clsm.title, "group"),
    }
    return render(request, "wagtailadmin/network/coordination/detail.html", context)


@require_http_methods(FORM_METHODS)
@for_the_centre
def invite_view(request: HttpRequest, clsm_pk: int) -> HttpResponse:
    clsm = get_object_or_404(ClsmPage, pk=clsm_pk)
    form = InviteForm(request.POST or None)
    intro = f"La personne reçoit un lien valable {LIFETIME.days} jours, qui ouvre son compte et son poste."
    return _form_view(
        request, clsm, form, title="Inviter une personne", button="Envoyer l’invitation", intro=intro,
        act=lambda by: invite(clsm, form.invitee(), by=by),
        done=lambda: f"L’invitation est envoyée à {form.cleaned_data['account_email']}.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@for_the_centre
def end_view(request: HttpRequest, pk: int) -> HttpResponse:
    running = CoordinatorAssignment.objects.exclude(end__lt=timezone.localdate())
    post = get_object_or_404(running.select_related("clsm", "user"), pk=pk)
    form = EndForm(request.POST or None, post=post)
    return _form_view(
        request, post.clsm, form, title=f"Mettre fin au poste de {post.user}", button="Enregistrer le dernier jour",
        act=lambda by: close(post, on=form.cleaned_data["last_day"], by=by),
        done=lambda: f"Le dernier jour de {post.user} est le {form.cleaned_data['last_day']:%d/%m/%Y}.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@for_the_centre
def accept_claim(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(ClaimRequest.objects.select_related("clsm"), pk=pk)
    form = AcceptClaimForm(request.POST or None, claim=claim)
    return _form_view(
        request, claim.clsm, form, title=f"Accepter la demande de {claim.first_name} {claim.last_name}",
        button="Envoyer l’invitation", intro=_claim_intro(claim),
        act=lambda by: claims.accept(claim, to_generic=form.to_generic, by=by),
        done=lambda: "La demande est acceptée : l’invitation est envoyée.",
    )  # fmt: skip


@require_http_methods(FORM_METHODS)
@for_the_centre
def refuse_claim(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(ClaimRequest.objects.select_related("clsm"), pk=pk)
    form = RefuseClaimForm(request.POST or None)
    return _form_view(
        request, claim.clsm, form, title=f"Refuser la demande de {claim.first_name} {claim.last_name}",
        button="Refuser et envoyer le motif", intro=_claim_intro(claim),
        act=lambda by: claims.refuse(claim, reason=form.cleaned_data["reason"], by=by),
        done=lambda: "La demande est refusée : la personne reçoit le motif.",
    )  # fmt: skip


@require_POST
@for_the_centre
def resend_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _invitation_action(request, pk, resend, "Un nouveau lien est envoyé ; l’ancien ne fonctionne plus.")


@require_POST
@for_the_centre
def revoke_view(request: HttpRequest, pk: int) -> HttpResponse:
    return _invitation_action(request, pk, revoke, "L’invitation est annulée : son lien ne fonctionne plus.")


def _invitation_action(request: HttpRequest, pk: int, act: Callable[..., Invitation], done: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.select_related("clsm"), pk=pk)
    try:
        act(invitation, by=cast(User, request.user))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect(detail_url(invitation.clsm))


def _form_view(
    request: HttpRequest,
    clsm: ClsmPage,
    form: forms.Form,
    *,
    title: str,
    button: str,
    intro: str = "",
    act: Callable[[User], object],
    done: Callable[[], str],
) -> HttpResponse:
    """One form, one decision: back to the CLSM when it is taken, back to the form with the reason when it is not."""
    if request.method == "POST" and form.is_valid():
        try:
            act(cast(User, request.user))
        except Refused as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, done())
            return redirect(detail_url(clsm))
    context = {"clsm": clsm, "form": form, "button": button, "intro": intro, **_page(clsm, title, "mail")}
    context["breadcrumbs_items"].insert(-1, {"url": detail_url(clsm), "label": clsm.title})
    return render(request, "wagtailadmin/network/coordination/form.html", context)


def _claim_intro(claim: ClaimRequest) -> str:
    on_file = claim.clsm.generic_email or "aucune"
    return f"Adresse de la demande : {claim.email}. Adresse générique au dossier : {on_file}."


def _page(clsm: ClsmPage, title: str, icon: str) -> dict[str, Any]:
    return {
        "page_title": title,
        "header_title": title,
        "header_icon": icon,
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": "Accueil"},
            {"url": reverse("network_coordination:index"), "label": TITLE},
            {"url": "", "label": title},
        ],
    }
