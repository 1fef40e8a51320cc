"""Choosers of communes and EPCI for the edit forms: by typed name, by postcode or by code."""

from typing import ClassVar

from django import forms
from django.db.models import Model, QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import BaseChooseView, ChooseResultsView, ChooseView, CreateView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from network.territories.models import Commune, Epci
from network.territories.places import Kind
from network.territories.resolver import suggestions

MOST_FOUND = 500  # more pages than anybody reads


class PlaceFilterForm(BaseFilterForm):
    """A search field that keeps the order of the resolver: the likeliest place comes first."""

    kind: ClassVar[Kind]
    q = forms.CharField(label="Recherche", required=False)

    def filter(self, objects: QuerySet) -> QuerySet | list[Model]:
        text = self.cleaned_data["q"]
        if not text:
            return objects
        self.is_searching = True
        self.search_query = text
        codes = [place.code for place in suggestions(text, {self.kind}, MOST_FOUND)]
        rows = objects.in_bulk(codes)
        return [rows[code] for code in codes if code in rows]


class CommuneFilterForm(PlaceFilterForm):
    kind = Kind.COMMUNE
    q = forms.CharField(
        label="Nom ou code postal",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Par exemple : Saint-Denis 974, 34000"}),
    )


class EpciFilterForm(PlaceFilterForm):
    kind = Kind.EPCI
    q = forms.CharField(
        label="Nom ou SIREN",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Par exemple : Plaine Commune"}),
    )


class CommuneListMixin(BaseChooseView):
    filter_form_class = CommuneFilterForm

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,
            Column("department", label="Département"),
            Column("population", label="Population"),
            Column("code", label="Code INSEE"),
        ]

    def get_object_list(self) -> QuerySet[Commune]:
        return Commune.objects.select_related("department")


class CommuneChooseView(CommuneListMixin, ChooseView):
    pass


class CommuneResultsView(CommuneListMixin, ChooseResultsView):
    pass


class EpciListMixin(BaseChooseView):
    filter_form_class = EpciFilterForm

    @property
    def columns(self) -> list[Column]:
        return [self.title_column, Column("kind", label="Type"), Column("siren", label="SIREN")]


class EpciChooseView(EpciListMixin, ChooseView):
    pass


class EpciResultsView(EpciListMixin, ChooseResultsView):
    pass


class NothingToCreate(CreateView):
    """For a chooser without a creation form: Wagtail’s own view requires one."""

    http_method_names = ("get", "head", "options")

    def can_create(self) -> bool:
        return False


class CommuneChooserViewSet(ChooserViewSet):
    model = Commune
    icon = "site"
    choose_one_text = "Choisir une commune"
    choose_another_text = "Choisir une autre commune"
    choose_view_class = CommuneChooseView
    choose_results_view_class = CommuneResultsView
    create_view_class = NothingToCreate
    per_page = 10


class EpciChooserViewSet(ChooserViewSet):
    model = Epci
    icon = "site"
    choose_one_text = "Choisir un EPCI ou un EPT"
    choose_another_text = "Choisir un autre EPCI ou EPT"
    choose_view_class = EpciChooseView
    choose_results_view_class = EpciResultsView
    create_view_class = NothingToCreate
    per_page = 10


commune_chooser = CommuneChooserViewSet("commune_chooser")
epci_chooser = EpciChooserViewSet("epci_chooser")
