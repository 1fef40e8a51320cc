"""The filters of the registry: declared one by one, so that the address of the list can ask for nothing else."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from caps_sheets.capitalisation.census.duplicates import Titles
from caps_sheets.capitalisation.models import CensusAnswer, CensusState, Wish
from network.models import ClsmPage
from network.territories.models import Region
from portal.taxonomies.models import Theme

Choices = Iterable[tuple[str, str]]


class CensusFilter(SimpleListFilter):
    """One list of choices; ``lookup`` is what the chosen value is compared with. A forged value finds nothing."""

    lookup = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return self.known()

    def known(self) -> Choices:
        raise NotImplementedError

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        value = self.value()
        if not value:  # « tous », as the form of the list sends it
            return queryset
        if value not in {str(known) for known, _ in self.lookup_choices}:
            return queryset.none()
        return self.narrow(queryset, value)

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(**{self.lookup: value})


class StateFilter(CensusFilter):
    title, parameter_name, lookup = "état", "etat", "state"

    def known(self) -> Choices:
        return [(state.value, str(state.label)) for state in CensusState if state != CensusState.DRAFT]


class ThemeFilter(CensusFilter):
    title, parameter_name = "thème", "theme"

    def known(self) -> Choices:
        used = Theme.objects.filter(main_census_answers__isnull=False) | Theme.objects.filter(
            census_answers__isnull=False
        )
        return used.distinct().order_by("name").values_list("slug", "name")

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        main = queryset.filter(main_theme__slug=value)
        others = CensusAnswer.themes.through.objects.filter(theme__slug=value).values("censusanswer")
        return main | queryset.filter(pk__in=others)


class RegionFilter(CensusFilter):
    title, parameter_name = "région", "region"

    def known(self) -> Choices:
        return Region.objects.order_by("name").values_list("slug", "name")

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        clsms = ClsmPage.departments.through.objects.filter(department__region__slug=value).values("clsmpage")
        return queryset.filter(clsm__in=clsms)


class WishFilter(CensusFilter):
    title, parameter_name, lookup = "souhait de capitalisation", "souhait", "wish"

    def known(self) -> Choices:
        return Wish.choices


class EditionFilter(CensusFilter):
    title, parameter_name, lookup = "année du recensement", "annee", "edition"

    def known(self) -> Choices:
        sent = CensusAnswer.objects.exclude(state=CensusState.DRAFT).order_by("-edition")
        return [(str(year), str(year)) for year in sent.values_list("edition", flat=True).distinct()]


class DuplicateFilter(CensusFilter):
    title, parameter_name = "doublons possibles", "doublons"

    def known(self) -> Choices:
        return [("oui", "Avec un doublon possible")]

    def narrow(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(pk__in=Titles().with_twins())


FILTERS = (StateFilter, ThemeFilter, RegionFilter, WishFilter, EditionFilter, DuplicateFilter)
