"""The report of searched terms: what the public searches for, does not find, or does not open."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, FloatField, Q, QuerySet, Sum
from django.db.models.functions import Cast, Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView
from django_filters import ChoiceFilter
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, NumberColumn
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.permission_policies import ModelPermissionPolicy

from portal.base.tables.writer import one_line_cell
from search.models import MeasuredTerm, TermCount
from search.search_terms import NOT_KEPT, erase

PERIODS = {"30": "30 derniers jours", "90": "90 derniers jours", "365": "365 derniers jours"}
PERIOD = "90"
TITLE = "Termes recherchés"
POLICY = ModelPermissionPolicy(MeasuredTerm)


def measured_terms(days: int) -> QuerySet[MeasuredTerm]:
    """The terms searched or opened in the last ``days``, with their counts; rare ones have no text and are left out."""
    since = Q(counts__day__gt=timezone.localdate() - timedelta(days=days))
    names = ("searches", "without_result", "clicks", "click_rank_sum", "promoted_clicks")
    sums: dict[str, Any] = {name: Coalesce(Sum(f"counts__{name}", filter=since), 0) for name in names}
    terms = MeasuredTerm.objects.exclude(text="").annotate(**sums).filter(Q(searches__gt=0) | Q(clicks__gt=0))
    return terms.annotate(mean_rank=Cast(F("click_rank_sum"), FloatField()) / NullIf(F("clicks"), 0))


def rare_searches(days: int) -> int:
    """How many searches of the last ``days`` have no text."""
    since = timezone.localdate() - timedelta(days=days)
    total = TermCount.objects.filter(day__gt=since, term__text="").aggregate(total=Sum("searches"))["total"]
    return total or 0


def rounded(rank: float | None) -> float | None:
    return None if rank is None else round(rank, 1)


class TermFilterSet(WagtailFilterSet):
    periode = ChoiceFilter(
        label="Période", choices=list(PERIODS.items()), empty_label=None, initial=PERIOD, method="same"
    )
    montrer = ChoiceFilter(
        label="Montrer",
        choices=[("sans-resultat", "Sans résultat"), ("sans-clic", "Avec des résultats que personne n’ouvre")],
        empty_label="Tous les termes",
        method="narrow",
    )

    class Meta:
        model = MeasuredTerm
        fields: list[str] = []

    def same(self, terms: QuerySet, name: str, value: str) -> QuerySet:
        """The period is already that of the counts."""
        return terms

    def narrow(self, terms: QuerySet, name: str, value: str) -> QuerySet:
        if value == "sans-resultat":
            return terms.filter(without_result__gt=0)
        return terms.filter(clicks=0, promoted_clicks=0, searches__gt=F("without_result"))


class MeanRankColumn(NumberColumn):
    def get_value(self, instance: MeasuredTerm) -> str:
        rank = rounded(instance.mean_rank)  # type: ignore[attr-defined]
        return "" if rank is None else str(rank).replace(".", ",")


class ActionsColumn(Column):
    """Actions on a term: links to prefilled forms, for users who may use them."""

    cell_template_name = "wagtailadmin/search/term_actions.html"

    def get_cell_context_data(self, instance: MeasuredTerm, parent_context: dict[str, Any]) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        user = parent_context["request"].user
        links = []
        if instance.text != NOT_KEPT:
            words = {"phrases": instance.text}, {"recherche": instance.text}
            if instance.without_result and user.has_perm("portal_search.add_synonymgroup"):  # type: ignore[attr-defined]
                links.append(("Ajouter un synonyme", f"{reverse('search_synonyms:add')}?{urlencode(words[0])}"))
            if user.has_perm("wagtailsearchpromotions.add_searchpromotion"):
                url = reverse("wagtailsearchpromotions:add")
                links.append(("Recommander une page", f"{url}?{urlencode(words[1])}"))
            if user.has_perm("portal_search.change_measuredterm"):
                links.append(("Effacer ce texte", reverse("search_terms_erase", args=[instance.pk])))
        return {**context, "links": links}


class TermsReportView(ReportView):
    page_title = TITLE
    header_icon = "search"
    permission_policy = POLICY
    permission_required = "view"
    results_template_name = "wagtailadmin/search/terms_results.html"
    index_url_name = "search_terms"
    index_results_url_name = "search_terms_results"
    is_searchable = True
    search_fields = ["text"]
    filterset_class = TermFilterSet
    default_ordering = "-searches"
    columns = [
        Column("text", label="Recherche", sort_key="text", width="30%"),
        NumberColumn("searches", label="Fois", sort_key="searches"),
        NumberColumn("without_result", label="Sans résultat", sort_key="without_result"),
        NumberColumn("clicks", label="Ouvertures", sort_key="clicks"),
        MeanRankColumn("mean_rank", label="Rang moyen", sort_key="mean_rank"),
        NumberColumn("promoted_clicks", label="Par recommandation", sort_key="promoted_clicks"),
        ActionsColumn("actions", label="Que faire ?"),
    ]
    list_export = ["text", "searches", "without_result", "clicks", "mean_rank", "promoted_clicks"]
    export_headings = {
        "text": "Recherche",
        "searches": "Fois",
        "without_result": "Sans résultat",
        "clicks": "Ouvertures",
        "mean_rank": "Rang moyen",
        "promoted_clicks": "Par recommandation",
    }
    custom_field_preprocess = {"text": {"csv": one_line_cell}, "mean_rank": {"csv": rounded, "xlsx": rounded}}
    no_results_message = "Aucun terme à montrer pour cette période."

    @property
    def days(self) -> int:
        period = self.request.GET.get("periode", "")
        return int(period if period in PERIODS else PERIOD)

    def get_filename(self) -> str:
        return f"termes-recherches-{self.days}-jours-{timezone.localdate():%Y-%m-%d}"

    def get_base_queryset(self) -> QuerySet[MeasuredTerm]:
        return measured_terms(self.days)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        data = self.request.GET.copy()
        data["periode"] = str(self.days)
        return {**super().get_filterset_kwargs(), "data": data, "queryset": self.get_base_queryset()}

    def order_queryset(self, queryset: QuerySet[MeasuredTerm]) -> QuerySet[MeasuredTerm]:
        """Terms that nobody opened have no rank: they come last. Ties have a stable order."""
        column = F(self.ordering.removeprefix("-"))
        is_descending = self.ordering.startswith("-")
        return queryset.order_by(column.desc(nulls_last=True) if is_descending else column.asc(nulls_last=True), "pk")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        return {**context, "rare": rare_searches(self.days), "days": self.days}


class EraseTermView(PermissionCheckedMixin, WagtailAdminTemplateMixin, TemplateView):
    """Asks for a confirmation, then erases the text of a term: for one that names somebody despite the rule."""

    permission_policy = POLICY
    permission_required = "change"
    page_title = "Effacer un terme recherché"
    header_icon = "bin"
    template_name = "wagtailadmin/search/term_erase.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.term = get_object_or_404(MeasuredTerm.objects.exclude(text__in=["", NOT_KEPT]), pk=kwargs["pk"])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = [*self.breadcrumbs_items, {"url": reverse("search_terms"), "label": TITLE}]
        return [*items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "term": self.term}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        erase(self.term)
        messages.success(request, "Le texte est effacé : ses recherches restent comptées sans lui.")
        return redirect("search_terms")


urls = [
    path("recherche/termes/", TermsReportView.as_view(), name="search_terms"),
    path("recherche/termes/resultats/", TermsReportView.as_view(results_only=True), name="search_terms_results"),
    path("recherche/termes/<int:pk>/effacer/", EraseTermView.as_view(), name="search_terms_erase"),
]
