"""The directory of CLSMs: its page, its filters, its results and its dated counts."""

from typing import Any, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest
from django.utils import timezone
from wagtail.fields import RichTextField
from wagtail.models import PageQuerySet

from network.models.clsm import ClsmPage
from network.models.queries import (
    StatusCount,
    department_counts,
    directory,
    public_profiles,
    status_counts,
    with_card_data,
)
from network.models.records import freshness
from network.territories.models import Department
from network.territories.resolver import close_places, resolve
from portal.base.models import BasePage

PROFILES_PER_PAGE = 24


class DirectoryForm(forms.Form):
    """The filters. An unknown value is ignored: an old link still shows a list."""

    commune = forms.CharField(label="Commune, code postal, département ou région", max_length=100, required=False)
    region = forms.ChoiceField(label="Région", required=False)
    departement = forms.ChoiceField(label="Département", required=False)
    statut = forms.ChoiceField(label="Statut", required=False)

    def __init__(self, *args: Any, statuses: list[StatusCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departments = list(Department.objects.select_related("region"))
        regions = sorted({place.region for place in self.departments}, key=lambda region: region.name)
        places = [(place.slug, f"{place.name} ({place.code})") for place in self.departments]
        self._offer("region", "Toutes les régions", [(region.slug, region.name) for region in regions])
        self._offer("departement", "Tous les départements", places)
        self._offer("statut", "Tous les statuts", [(status.slug, status.label) for status in statuses])

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", everything), *choices]

    def choices(self) -> dict[str, str]:
        """The valid filters: ``{name of the filter: value}``, without the empty ones."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


def directory_context(request: HttpRequest) -> dict[str, object]:
    """``clsms`` (one page of results), ``form``, ``filters``, the counts of the day, ``place`` (``Resolution``) and,
    if it is unknown, ``close_places``.
    """
    statuses = status_counts(public_profiles())
    form = DirectoryForm(request.GET, statuses=statuses)
    filters = form.choices()
    place = resolve(filters["commune"]) if "commune" in filters else None
    profiles = directory(
        place.alike if place else None,
        region=filters.get("region", ""),
        department=filters.get("departement", ""),
        status=filters.get("statut", ""),
    )
    counted = directory(status=filters.get("statut", ""))
    return {
        "form": form,
        "filters": filters,
        "place": place,
        "close_places": close_places(place.text) if place and not place.place else (),
        "clsms": _page_of(profiles, request.GET.get("page"), request),
        "status_counts": statuses,
        "department_counts": department_counts(counted, form.departments),
        "counted_on": timezone.localdate(),
    }


def _page_of(profiles: PageQuerySet, number: str | None, request: HttpRequest) -> Page:
    page = Paginator(with_card_data(profiles), PROFILES_PER_PAGE).get_page(number)
    for clsm in page:
        clsm.freshness = freshness(clsm.verified_on)
        clsm.card = card(clsm, request)
    return page


def card(clsm: ClsmPage, request: HttpRequest | None = None) -> dict[str, object]:
    """A profile of ``with_card_data`` in the form that ``components/card.html`` takes."""
    departments = list(clsm.departments.all())
    return {
        "kind": "clsm",
        "url": clsm.get_url(request),
        "title": clsm.title,
        "text": clsm.short_description,
        "place_code": departments[0].code if departments else "",
        "place": " · ".join(department.name for department in departments),
        "status_label": clsm.status.label if clsm.status else "",
        "status_kind": clsm.status.slug if clsm.status else "",
        "is_demo": clsm.is_demo,
    }


class DirectoryPage(BasePage):
    """Lists every CLSM; their profiles are its children."""

    introduction = RichTextField("introduction", blank=True, features=["bold", "italic", "link"])

    template = "pages/network/directory_page.html"
    max_count = 1
    parent_page_types = ["portal_home.HomePage"]
    subpage_types = ["network.ClsmPage"]
    content_panels = [*BasePage.content_panels, "introduction"]

    class Meta:
        verbose_name = "annuaire des CLSM"
        verbose_name_plural = "annuaires des CLSM"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        return super().get_context(request, *args, **kwargs) | directory_context(request)
