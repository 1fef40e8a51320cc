"""Every CLSM and how its coordination stands: who waits for an answer comes first. A vacant post is a normal state."""

from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView

from network.models import ClaimRequest, ClaimState, ClsmPage, CoordinatorAssignment, Invitation

RIGHT = "network.manage_coordination"
TITLE = "Invitations et demandes"


def with_coordination(clsms: QuerySet[ClsmPage]) -> QuerySet[ClsmPage]:
    """``in_post``, ``invited`` and ``claimed``: how many people, waiting links and waiting claims each CLSM has."""
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
