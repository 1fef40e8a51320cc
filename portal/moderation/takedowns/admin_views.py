"""« Contenus retirés » in the back office: what is offline, what carried it, and the two people who put it back."""

from itertools import groupby
from typing import Any

import django_filters
from django.contrib import messages
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.models import Page

from portal.base.admin_views import (
    GuardedIndexView,
    ObjectGuard,
    ObjectView,
    RightViewSet,
    ServiceActionView,
    ServiceFormView,
)
from portal.base.errors import RefusedError
from portal.medialib.models import PortalDocument, PortalImage, PortalMedia
from portal.moderation.models import Takedown, TakedownAddress
from portal.moderation.takedowns import services
from portal.moderation.takedowns.addresses import Address, found
from portal.moderation.takedowns.forms import ContentAddressForm, LiftForm, TakeDownForm
from portal.moderation.takedowns.queries import RIGHT, takedown_of

TITLE = "Contenus retirés"
KINDS: dict[str, type[Model]] = {
    "page": Page,
    "image": PortalImage,
    "document": PortalDocument,
    "son": PortalMedia,
}


def address_of(content: Model) -> str:
    """The screen where ``content`` is taken down."""
    kind = next(kind for kind, model in KINDS.items() if isinstance(content, model))
    return reverse("takedowns:take_down", args=[kind, content.pk])


def detail_url(takedown: Takedown) -> str:
    return reverse("takedowns:detail", args=[takedown.pk])


class TakedownFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label="État", choices=Takedown.State.choices, method="keep_state")

    class Meta:
        model = Takedown
        fields: list[str] = []

    def keep_state(self, takedowns: QuerySet[Takedown], name: str, value: str) -> QuerySet[Takedown]:
        kept = {
            Takedown.State.OFFLINE: Q(lifted_at=None, lift_asked_at=None),
            Takedown.State.ASKED: Q(lifted_at=None, lift_asked_at__isnull=False),
            Takedown.State.LIFTED: Q(lifted_at__isnull=False),
        }
        return takedowns.filter(kept[Takedown.State(value)])


@method_decorator(never_cache, name="dispatch")
class TakedownIndexView(GuardedIndexView):
    right = RIGHT
    model = Takedown
    page_title = TITLE
    header_icon = "no-view"
    index_url_name = "takedowns:index"
    index_results_url_name = "takedowns:index_results"
    add_url_name = "takedowns:find"
    default_ordering = "-taken_at"
    search_fields = ["title"]
    filterset_class = TakedownFilterSet

    def get_base_queryset(self) -> QuerySet[Takedown]:
        return Takedown.objects.select_related("content_type", "taken_by", "lift_asked_by", "lifted_by")

    def order_queryset(self, queryset: QuerySet[Takedown]) -> QuerySet[Takedown]:
        return queryset.order_by("-taken_at", "-pk")

    def get_add_url(self) -> str:
        return reverse("takedowns:find")

    @property
    def add_item_label(self) -> str:
        return "Retirer en urgence"

    @property
    def columns(self) -> list[Column]:
        return [
            TitleColumn("title", label="Contenu", accessor="title", get_url=detail_url),
            Column("kind", label="Type", accessor=lambda takedown: takedown.kind),
            Column("state", label="État", accessor=lambda takedown: takedown.state.label),
            DateColumn("taken_at", label="Retiré"),
            Column("taken_by", label="Par", accessor=lambda takedown: takedown.taken_by or "–"),
            Column("decided_by", label="Remise en ligne", accessor=decided_by),
        ]


def decided_by(takedown: Takedown) -> str:
    """Who asked, and who confirmed."""
    if takedown.lifted_at:
        return f"demandée par {takedown.lift_asked_by or '–'}, confirmée par {takedown.lifted_by or '–'}"
    return f"demandée par {takedown.lift_asked_by or '–'}" if takedown.lift_asked_at else ""


@method_decorator(never_cache, name="dispatch")
class TakedownGuard(ObjectGuard):
    """One takedown, named by the URL."""

    right = RIGHT
    header_icon = "no-view"
    takedown: Takedown

    def find(self) -> None:
        rows = Takedown.objects.select_related("content_type", "taken_by", "lift_asked_by", "lifted_by")
        self.takedown = get_object_or_404(rows, pk=self.kwargs["pk"])

    def crumbs(self) -> list[dict[str, Any]]:
        return [
            {"url": reverse("takedowns:index"), "label": TITLE},
            {"url": detail_url(self.takedown), "label": self.takedown.title},
        ]

    def get_success_url(self) -> str:
        return detail_url(self.takedown)


class FindView(ServiceFormView):
    """From an address to the screen that takes its content down."""

    right = RIGHT
    page_title = "Retirer en urgence"
    header_icon = "no-view"
    template_name = "wagtailadmin/moderation/takedown_find.html"
    form_class = ContentAddressForm

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("takedowns:index"), "label": TITLE}]

    def form_valid(self, form: ContentAddressForm) -> HttpResponse:
        return redirect(address_of(form.cleaned_data["address"]))

    def get_success_url(self) -> str:
        return reverse("takedowns:index")


@method_decorator(never_cache, name="dispatch")
class TakeDownView(ServiceFormView):
    """Every address of the content, then the button that empties all of them."""

    right = RIGHT
    page_title = "Retirer en urgence"
    header_icon = "no-view"
    template_name = "wagtailadmin/moderation/take_down.html"
    form_class = TakeDownForm
    takedown: Takedown

    def find(self) -> None:
        model = KINDS.get(self.kwargs["kind"])
        if model is None:
            raise Http404("Ce type de contenu ne se retire pas.")
        self.content = get_object_or_404(model, pk=self.kwargs["pk"])
        if isinstance(self.content, Page) and self.content.depth < 2:
            raise Http404("La racine n’est pas une page.")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if earlier := takedown_of(self.content):
            messages.info(request, "Ce contenu est déjà retiré.")
            return redirect(detail_url(earlier))
        return super().get(request, *args, **kwargs)

    def crumbs(self) -> list[dict[str, Any]]:
        return [{"url": reverse("takedowns:index"), "label": TITLE}]

    def get_page_subtitle(self) -> str:
        return str(self.content)

    def carry_out(self, form: TakeDownForm) -> None:
        self.takedown = services.take_down(self.content, by=self.user, **form.cleaned_data)
        remaining = services.finish(self.takedown)
        self.done = f"« {self.takedown.title} » est retiré. "
        self.done += "Chaque adresse est vide." if not remaining else f"{remaining} à vider encore\xa0: voyez la liste."

    def get_success_url(self) -> str:
        return detail_url(self.takedown) if hasattr(self, "takedown") else reverse("takedowns:index")

    def object_context(self) -> dict[str, Any]:
        try:
            target = services.target_of(self.content)
        except RefusedError as refusal:
            return {"refusals": refusal.messages, "content": self.content}
        return {
            "content": self.content,
            "also_down": [page for page in target.pages if page.pk != self.content.pk or self.kwargs["kind"] != "page"],
            "groups": grouped(address for _, address in found(target)),
        }


def grouped(addresses: Any) -> list[tuple[str, list[Address | TakedownAddress]]]:
    """(label of a kind, its addresses), in the order in which kinds are declared."""
    order = list(TakedownAddress.Kind)
    rows = sorted(addresses, key=lambda row: order.index(TakedownAddress.Kind(row.kind)))
    return [(TakedownAddress.Kind(kind).label, list(group)) for kind, group in groupby(rows, lambda row: row.kind)]


class DetailView(TakedownGuard, ObjectView):
    template_name = "wagtailadmin/moderation/takedown.html"

    def get_page_title(self) -> str:
        return self.takedown.title

    def crumbs(self) -> list[dict[str, Any]]:
        return super().crumbs()[:-1]

    def object_context(self) -> dict[str, Any]:
        takedown = self.takedown
        addresses = list(takedown.addresses.all())
        return {
            "takedown": takedown,
            "groups": grouped(addresses),
            "remaining": sum(1 for row in addresses if not row.emptied_at),
            "pages": takedown.page_items.select_related("page"),
            "may_confirm": bool(takedown.lift_asked_at) and takedown.lift_asked_by_id != self.user.pk,
            "screen": screen_of(takedown),
        }


def screen_of(takedown: Takedown) -> str:
    """Where the content is edited; empty once it is deleted."""
    names = {Page: "wagtailadmin_pages:edit", PortalImage: "wagtailimages:edit", PortalDocument: "wagtaildocs:edit"}
    model = takedown.content_type.model_class()
    if model is None or takedown.content_object is None:
        return ""
    return reverse(names.get(model, "wagtailmedia:edit"), args=[takedown.object_id])


class AskLiftView(TakedownGuard, ServiceFormView):
    page_title = "Demander la remise en ligne"
    template_name = "wagtailadmin/moderation/takedown_lift.html"
    form_class = LiftForm
    done = "La demande est enregistrée : une autre personne du Centre doit confirmer. Elle est prévenue."

    def carry_out(self, form: LiftForm) -> None:
        services.ask_lift(self.takedown, by=self.user, **form.cleaned_data)

    def object_context(self) -> dict[str, Any]:
        return {"takedown": self.takedown}


class ConfirmLiftView(TakedownGuard, ServiceActionView):
    done = "Le contenu est remis en ligne."

    def carry_out(self) -> None:
        for sentence in services.confirm_lift(self.takedown, by=self.user):
            messages.warning(self.request, sentence)


class DeclineLiftView(TakedownGuard, ServiceActionView):
    done = "Le contenu reste hors ligne."

    def carry_out(self) -> None:
        services.decline_lift(self.takedown, by=self.user)


class CheckView(TakedownGuard, ServiceActionView):
    """Empty and read every address again."""

    def carry_out(self) -> None:
        if self.takedown.lifted_at:
            raise RefusedError("Ce contenu est remis en ligne : ses adresses répondent de nouveau.")
        remaining = services.check(self.takedown)
        self.done = f"{remaining} à vider encore." if remaining else "Chaque adresse est vide."


class TakedownViewSet(RightViewSet):
    name = "takedowns"
    url_prefix = "retraits"
    right = RIGHT
    icon = "no-view"
    menu_label = TITLE
    menu_order = 325
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", TakedownIndexView.as_view(), name="index"),
            path("resultats/", TakedownIndexView.as_view(results_only=True), name="index_results"),
            path("retirer/", FindView.as_view(), name="find"),
            path("retirer/<slug:kind>/<int:pk>/", TakeDownView.as_view(), name="take_down"),
            path("<int:pk>/", DetailView.as_view(), name="detail"),
            path("<int:pk>/remettre/", AskLiftView.as_view(), name="ask_lift"),
            path("<int:pk>/confirmer/", ConfirmLiftView.as_view(), name="confirm_lift"),
            path("<int:pk>/laisser/", DeclineLiftView.as_view(), name="decline_lift"),
            path("<int:pk>/verifier/", CheckView.as_view(), name="check"),
        ]
