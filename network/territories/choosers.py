"""Choosers of communes and EPCI for the edit forms: by typed name, by postcode or by code."""

from django import forms
from django.db.models import QuerySet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import BaseChooseView, ChooseResultsView, ChooseView, CreateView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from network.territories.models import Commune, Epci
from network.territories.queries import search_communes, search_epcis


class PlaceFilterForm(BaseFilterForm):
    """A search field that keeps the ranks of the look-up: the best match comes first."""

    q = forms.CharField(label="Recherche", required=False)

    def filter(self, objects: QuerySet) -> QuerySet:
        text = self.cleaned_data["q"]
        if not text:
            return objects
        self.is_searching = True
        self.search_query = text
        return self.search(text)

    def search(self, text: str) -> QuerySet:
        raise NotImplementedError


class CommuneFilterForm(PlaceFilterForm):
    q = forms.CharField(
        label="Nom ou code postal",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Par exemple : Saint-Denis 974, 34000"}),
    )

    def search(self, text: str) -> QuerySet[Commune]:
        return search_communes(text)


class EpciFilterForm(PlaceFilterForm):
    q = forms.CharField(
        label="Nom ou SIREN",
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "Par exemple : Plaine Commune"}),
    )

    def search(self, text: str) -> QuerySet[Epci]:
        return search_epcis(text)


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
