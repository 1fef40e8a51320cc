"""Recommended pages in the admin: Wagtail’s screens in plain French, without the counts of visitors’ searches.

The URLs stay those of ``wagtail.contrib.search_promotions``; the views of this module replace its own.
"""

from typing import Any

from django import forms
from django.forms.models import inlineformset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.functional import cached_property
from django.views.generic import RedirectView
from wagtail.admin.ui.tables import TitleColumn
from wagtail.contrib.search_promotions import forms as stock_forms
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.contrib.search_promotions.views import settings as stock

from search.text import clean, stems

TITLE = "Recommandations de la recherche"


class QueryForm(stock_forms.QueryForm):
    query_string = forms.CharField(
        label="Recherche",
        max_length=255,
        help_text="Les mots que le public tape, par exemple « répit des aidants ». Accents, majuscules, pluriels et "
        "ordre des mots sont indifférents, mais il faut les mêmes mots : « répit » seul est une autre recherche.",
    )

    def clean_query_string(self) -> str:
        text = self.cleaned_data["query_string"]
        if not stems(text):
            raise forms.ValidationError("Écrivez au moins un mot.")
        return text


class PromotionForm(stock_forms.SearchPromotionForm):
    class Meta(stock_forms.SearchPromotionForm.Meta):
        labels = {
            "page": "Page du portail",
            "external_link_url": "Ou adresse d’un autre site",
            "external_link_text": "Titre du lien",
            "description": "Pourquoi la lire",
        }
        help_texts = {
            "page": "Une page dépubliée ou d’accès restreint n’est plus montrée.",
            "external_link_url": "Si ce n’est pas une page du portail.",
            "external_link_text": "Pour un autre site seulement.",
            "description": "Une phrase, montrée sous le titre. Vide : la description de la page.",
        }


PromotionFormSet = inlineformset_factory(
    Query,
    SearchPromotion,
    form=PromotionForm,
    formset=stock_forms.SearchPromotionsFormSet,
    can_order=True,
    can_delete=True,
    extra=0,
)


class PromotionIndexView(stock.IndexView):
    page_title = TITLE
    add_item_label = "Recommander une page"
    columns = [
        TitleColumn(
            "query_string",
            label="Recherche",
            width="40%",
            url_name="wagtailsearchpromotions:edit",
            sort_key="query_string",
        ),
        stock.SearchPromotionColumn("editors_picks", label="Pages ou liens recommandés", width="60%"),
    ]


class PromotionFormMixin:
    """Shared by creation and edition. The stock screen proposes searches of visitors, which are never stored."""

    form_class = QueryForm
    page_subtitle = "Recommandation"
    success_message = "Recommandations pour « %(query)s » enregistrées."

    @cached_property
    def searchpicks_formset(self) -> Any:
        data = self.request.POST if self.request.method == "POST" else None  # type: ignore[attr-defined]
        return PromotionFormSet(data, instance=self.object)  # type: ignore[attr-defined]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        items = super().get_breadcrumbs_items()  # type: ignore[misc]
        items[-2]["label"] = TITLE
        return items


class PromotionCreateView(PromotionFormMixin, stock.CreateView):
    """``?recherche=`` prefills the form: the report of searched terms links here."""

    template_name = "wagtailadmin/search/promotion_add.html"
    error_message = "La recommandation n’est pas enregistrée : corrigez ce qui est signalé."

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "query_string": clean(self.request.GET.get("recherche", ""), 80)}


class PromotionEditView(PromotionFormMixin, stock.EditView):
    template_name = "wagtailadmin/search/promotion_edit.html"
    error_message = "Les recommandations ne sont pas enregistrées : corrigez ce qui est signalé."


class PromotionDeleteView(stock.DeleteView):
    success_message = "Recommandations supprimées."


def nothing(request: HttpRequest) -> HttpResponse:
    """Replaces Wagtail’s list of popular searches, which stays empty here."""
    raise Http404


report = RedirectView.as_view(pattern_name="search_terms")
urls = [
    path("searchpicks/", PromotionIndexView.as_view()),
    path("searchpicks/results/", PromotionIndexView.as_view(results_only=True)),
    path("searchpicks/add/", PromotionCreateView.as_view()),
    path("searchpicks/<int:query_id>/", PromotionEditView.as_view()),
    path("searchpicks/<int:query_id>/delete/", PromotionDeleteView.as_view()),
    path("searchpicks/queries/chooser/", nothing),
    path("searchpicks/queries/chooser/results/", nothing),
    path("searchpicks/reports/search-terms/", report),
    path("searchpicks/reports/search-terms/results/", report),
]
