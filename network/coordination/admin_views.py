"""Admin views of the coordination: the list of CLSMs, and the posts, invitations and claims of one CLSM.

The list shows pending requests first. A vacant post is a normal state. URLs start with
``/admin/reseau/coordination/``.
"""

from typing import Any

import django_filters
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn

from network.coordination import claims
from network.coordination.assignments import close
from network.coordination.forms import AcceptClaimForm, EndForm, InviteForm, RefuseClaimForm
from network.coordination.invitations import LIFETIME, invite, resend, revoke
from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation
from portal.base.admin_views import (
    GuardedIndexView,
    ObjectGuard,
    ObjectView,
    RightViewSet,
    ServiceActionView,
    ServiceFormView,
)

RIGHT = "network.manage_coordination"

TITLE = "Invitations et demandes"


def with_coordination(clsms: QuerySet[ClsmPage]) -> QuerySet[ClsmPage]:
    """``in_post``, ``invited`` and ``claimed``: numbers of people, pending links and pending claims of each CLSM."""
    held = Q(assignments__in=CoordinatorAssignment.objects.held())
    waiting = Q(invitations__used_at=None, invitations__revoked_at=None, invitations__expires_at__gt=timezone.now())
    return clsms.annotate(
        in_post=Count("assignments__user", filter=held, distinct=True),
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
            "sans": ~Exists(CoordinatorAssignment.objects.held().filter(mine)),
        }
        return clsms.filter(kept[value])


class CoordinationIndexView(GuardedIndexView):
    right = RIGHT
    model = ClsmPage
    page_title = TITLE
    header_icon = "mail"
    index_url_name = "network_coordination:index"
    index_results_url_name = "network_coordination:index_results"
    default_ordering = "title"
    search_fields = ["title"]
    filterset_class = CoordinationFilterSet

    def get_base_queryset(self) -> QuerySet[ClsmPage]:
        return with_coordination(ClsmPage.objects.all())

    def order_queryset(self, queryset: QuerySet[ClsmPage]) -> QuerySet[ClsmPage]:
        is_waiting = Case(When(claimed__gt=0, then=Value(0)), default=Value(1))
        return queryset.order_by(is_waiting, "computed_sort_key", "title", "pk")

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


@method_decorator(never_cache, name="dispatch")
class CoordinationGuard(ObjectGuard):
    """For the Centre: one CLSM, named by the URL or by what the URL names."""

    right = RIGHT
    header_icon = "mail"
    clsm: ClsmPage

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("network_coordination:index"), "label": TITLE},
            {"url": detail_url(self.clsm), "label": self.clsm.title},
        ]

    def object_context(self) -> dict[str, Any]:
        return {"clsm": self.clsm}

    def get_success_url(self) -> str:
        return detail_url(self.clsm)


class ClsmGuard(CoordinationGuard):
    """The URL names the CLSM."""

    def find(self) -> None:
        self.clsm = get_object_or_404(ClsmPage, pk=self.kwargs["clsm_pk"])


class DetailView(ClsmGuard, ObjectView):
    header_icon = "group"
    template_name = "wagtailadmin/network/coordination/detail.html"

    def get_page_title(self) -> str:
        return self.clsm.title

    def crumbs(self) -> list[dict[str, Any]]:
        return super().crumbs()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        posts = self.clsm.assignments.select_related("user")
        current = posts.current()
        return {
            **super().get_context_data(**kwargs),
            "current": current,
            "others": posts.exclude(pk__in=current.values("pk")),
            "invitations": self.clsm.invitations.select_related("invited_by", "used_by"),
            "claims": self.clsm.claims.select_related("decided_by", "invitation"),
            "may_edit_posts": self.user.has_perm("network.change_coordinatorassignment"),
        }


class CoordinationFormView(ServiceFormView):
    """One form, one decision about the coordination of a CLSM. ``intro``: the paragraph above the form."""

    template_name = "wagtailadmin/network/coordination/form.html"
    intro = ""

    def get_intro(self) -> str:
        return self.intro

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"button": self.submit_label, "intro": self.get_intro()}


class InviteView(ClsmGuard, CoordinationFormView):
    page_title = "Inviter une personne"
    form_class = InviteForm
    submit_label = "Envoyer l’invitation"
    intro = f"La personne reçoit un lien valable {LIFETIME.days} jours, qui ouvre son compte et son poste."

    def carry_out(self, form: InviteForm) -> None:
        invite(self.clsm, form.invitee(), by=self.user)
        self.done = f"L’invitation est envoyée à {form.cleaned_data['account_email']}."


class EndView(CoordinationGuard, CoordinationFormView):
    form_class = EndForm
    submit_label = "Enregistrer le dernier jour"

    def find(self) -> None:
        running = CoordinatorAssignment.objects.exclude(end__lt=timezone.localdate())
        self.assignment = get_object_or_404(running.select_related("clsm", "user"), pk=self.kwargs["pk"])
        self.clsm = self.assignment.clsm

    def get_page_title(self) -> str:
        return f"Mettre fin au poste de {self.assignment.user}"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"post": self.assignment}

    def carry_out(self, form: EndForm) -> None:
        last_day = form.cleaned_data["last_day"]
        close(self.assignment, on=last_day, by=self.user)
        self.done = f"Le dernier jour de {self.assignment.user} est le {last_day:%d/%m/%Y}."


class ClaimGuard(CoordinationGuard):
    """The URL names the claim."""

    title = ""

    def find(self) -> None:
        self.claim = get_object_or_404(ClaimRequest.objects.select_related("clsm"), pk=self.kwargs["pk"])
        self.clsm = self.claim.clsm

    def get_page_title(self) -> str:
        return f"{self.title} la demande de {self.claim.first_name} {self.claim.last_name}"

    def get_intro(self) -> str:
        on_file = self.clsm.generic_email or "aucune"
        return f"Adresse de la demande : {self.claim.email}. Adresse générique au dossier : {on_file}."


class AcceptClaimView(ClaimGuard, CoordinationFormView):
    title = "Accepter"
    form_class = AcceptClaimForm
    submit_label = "Envoyer l’invitation"
    done = "La demande est acceptée : l’invitation est envoyée."

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"claim": self.claim}

    def carry_out(self, form: AcceptClaimForm) -> None:
        claims.accept(self.claim, to_generic=form.to_generic, by=self.user)


class RefuseClaimView(ClaimGuard, CoordinationFormView):
    title = "Refuser"
    form_class = RefuseClaimForm
    submit_label = "Refuser et envoyer le motif"
    done = "La demande est refusée : la personne reçoit le motif."

    def carry_out(self, form: RefuseClaimForm) -> None:
        claims.refuse(self.claim, reason=form.cleaned_data["reason"], by=self.user)


class InvitationActionView(CoordinationGuard, ServiceActionView):
    """The URL names the invitation."""

    def find(self) -> None:
        self.invitation = get_object_or_404(Invitation.objects.select_related("clsm"), pk=self.kwargs["pk"])
        self.clsm = self.invitation.clsm


class ResendView(InvitationActionView):
    done = "Un nouveau lien est envoyé ; l’ancien ne fonctionne plus."

    def carry_out(self) -> None:
        resend(self.invitation, by=self.user)


class RevokeView(InvitationActionView):
    done = "L’invitation est annulée : son lien ne fonctionne plus."

    def carry_out(self) -> None:
        revoke(self.invitation, by=self.user)


class CoordinationViewSet(RightViewSet):
    name = "network_coordination"
    url_prefix = "reseau/coordination"
    icon = "mail"
    menu_label = TITLE
    right = RIGHT

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", CoordinationIndexView.as_view(), name="index"),
            path("resultats/", CoordinationIndexView.as_view(results_only=True), name="index_results"),
            path("<int:clsm_pk>/", DetailView.as_view(), name="detail"),
            path("<int:clsm_pk>/inviter/", InviteView.as_view(), name="invite"),
            path("postes/<int:pk>/fin/", EndView.as_view(), name="end"),
            path("invitations/<int:pk>/renvoyer/", ResendView.as_view(), name="resend"),
            path("invitations/<int:pk>/annuler/", RevokeView.as_view(), name="revoke"),
            path("demandes/<int:pk>/accepter/", AcceptClaimView.as_view(), name="accept_claim"),
            path("demandes/<int:pk>/refuser/", RefuseClaimView.as_view(), name="refuse_claim"),
        ]
