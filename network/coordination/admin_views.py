"""Admin views of the coordination: the list of CLSMs, and the posts, invitations and claims of one CLSM.

The list shows pending requests first. A vacant post is a normal state. URLs start with
``/admin/reseau/coordination/``.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet

from network.coordination import claims
from network.coordination.assignments import close
from network.coordination.forms import AcceptClaimForm, EndForm, InviteForm, RefuseClaimForm
from network.coordination.invitations import LIFETIME, invite, resend, revoke
from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation
from portal.base.errors import Refused
from portal.users.models import User

RIGHT = "network.manage_coordination"

TITLE = "Invitations et demandes"


def with_coordination(clsms: QuerySet[ClsmPage]) -> QuerySet[ClsmPage]:
    """``in_post``, ``invited`` and ``claimed``: numbers of people, pending links and pending claims of each CLSM."""
    today = timezone.localdate()
    current = Q(assignments__start__lte=today) & (Q(assignments__end=None) | Q(assignments__end__gte=today))
    waiting = Q(invitations__used_at=None, invitations__revoked_at=None, invitations__expires_at__gt=timezone.now())
    return clsms.annotate(
        in_post=Count("assignments__user", filter=current, distinct=True),
        invited=Count("invitations", filter=waiting, distinct=True),
        claimed=Count("claims", filter=Q(claims__state=ClaimState.WAITING), distinct=True),
    )


class CoordinationFilterSet(WagtailFilterSet):
    STATES = (
        ("demande", "une demande attend une réponse"),
        ("invitation", "une invitation attend une réponse"),
        ("sans", "personne n’est en poste"),
    )
    state = django_filters.ChoiceFilter(label="État", choices=STATES, method="keep_state")

    class Meta:
        model = ClsmPage
        fields: list[str] = []

    def keep_state(self, clsms: QuerySet[ClsmPage], name: str, value: str) -> QuerySet[ClsmPage]:
        mine = Q(clsm=OuterRef("pk"))
        kept = {
            "demande": Exists(ClaimRequest.objects.filter(mine, state=ClaimState.WAITING)),
            "invitation": Exists(Invitation.objects.waiting().filter(mine)),
            "sans": ~Exists(CoordinatorAssignment.objects.current().filter(mine)),
        }
        return clsms.filter(kept[value])


class CoordinationIndexView(IndexView):
    model = ClsmPage
    page_title = TITLE
    header_icon = "mail"
    index_url_name = "network_coordination:index"
    index_results_url_name = "network_coordination:index_results"
    default_ordering = "title"
    search_fields = ["title"]
    search_backend_name = None
    filterset_class = CoordinationFilterSet
    paginate_by = 50
    any_permission_required: list[str] = []

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[ClsmPage]:
        return with_coordination(ClsmPage.objects.all())

    def order_queryset(self, queryset: QuerySet[ClsmPage]) -> QuerySet[ClsmPage]:
        is_waiting = Case(When(claimed__gt=0, then=Value(0)), default=Value(1))
        return queryset.order_by(is_waiting, "title", "pk")

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label="CLSM", accessor="title", get_url=detail_url),
            Column("in_post", label="En poste", accessor=lambda clsm: clsm.in_post or "poste vacant"),
            Column("invited", label="Invitations en attente", accessor=lambda clsm: clsm.invited or ""),
            Column("claimed", label="Demandes en attente", accessor=lambda clsm: clsm.claimed or ""),
        ]


def detail_url(clsm: ClsmPage) -> str:
    return reverse("network_coordination:detail", args=[clsm.pk])


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
    """One form, one decision: redirects to the CLSM on success, shows the form with the reason on refusal."""
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


class CoordinationMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)


class CoordinationViewSet(ViewSet):
    name = "network_coordination"
    url_prefix = "reseau/coordination"
    icon = "mail"
    menu_label = TITLE
    menu_item_class = CoordinationMenuItem

    @property
    def menu_url(self) -> str:
        return reverse("network_coordination:index")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", CoordinationIndexView.as_view(), name="index"),
            path("resultats/", CoordinationIndexView.as_view(results_only=True), name="index_results"),
            path("<int:clsm_pk>/", detail, name="detail"),
            path("<int:clsm_pk>/inviter/", invite_view, name="invite"),
            path("postes/<int:pk>/fin/", end_view, name="end"),
            path("invitations/<int:pk>/renvoyer/", resend_view, name="resend"),
            path("invitations/<int:pk>/annuler/", revoke_view, name="revoke"),
            path("demandes/<int:pk>/accepter/", accept_claim, name="accept_claim"),
            path("demandes/<int:pk>/refuser/", refuse_claim, name="refuse_claim"),
        ]
