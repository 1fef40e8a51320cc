"""What the search registers: its families, and its back office (synonyms, recommendations, reports, state)."""

from collections.abc import Iterable

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.model import ModelViewSet

from portal.base.admin_views import RightMenuItem
from portal.moderation.takedowns.addresses import AddressSource
from search.actions import ActionFamily
from search.admin_views import gaps, promotions, state, terms
from search.admin_views.distress import DistressPhraseViewSet
from search.admin_views.synonyms import SynonymViewSet
from search.documents import Family
from search.families import ClsmFamily, EpisodeFamily, NewsFamily, SheetFamily, TextFamily
from search.references import references
from search.takedowns import SearchSource

#: The permissions that the form of groups can grant.
RIGHTS = (
    "add_synonymgroup",
    "change_synonymgroup",
    "delete_synonymgroup",
    "add_distressphrasegroup",
    "change_distressphrasegroup",
    "delete_distressphrasegroup",
    "view_measuredterm",
    "change_measuredterm",
    "view_indexchange",
    "change_indexchange",
    "view_gaps",
)

FAMILIES = (SheetFamily(), ClsmFamily(), EpisodeFamily(), NewsFamily(), TextFamily(), ActionFamily())


@hooks.register("distress_signs")
def sounds_like_distress(text: str) -> bool:
    return references().distress.are_in(text)


@hooks.register("search_families")
def register_families() -> Iterable[Family]:
    return FAMILIES


@hooks.register("register_admin_viewset")
def register_phrases() -> list[ModelViewSet]:
    return [SynonymViewSet(), DistressPhraseViewSet()]


@hooks.register("register_admin_urls", order=-10)
def register_search_urls() -> list[URLPattern]:
    """Before those of Wagtail’s search promotions, some of which they replace."""
    return [*promotions.urls, *terms.urls, *state.urls, *gaps.urls]


@hooks.register("register_reports_menu_item")
def register_terms_report() -> MenuItem:
    url, right = reverse("search_terms"), "portal_search.view_measuredterm"
    return RightMenuItem(terms.TITLE, url, right=right, name="termes-recherches", icon_name="search", order=1200)


@hooks.register("register_reports_menu_item")
def register_gaps_report() -> MenuItem:
    url = reverse("search_gaps")
    return RightMenuItem(gaps.TITLE, url, right=gaps.RIGHT, name="manques", icon_name="table", order=1100)


@hooks.register("register_settings_menu_item")
def register_state() -> MenuItem:
    url, right = reverse("search_state"), "portal_search.view_indexchange"
    return RightMenuItem(state.TITLE, url, right=right, name="etat-recherche", icon_name="search", order=910)


@hooks.register("construct_settings_menu")
def rename_promotions(request: HttpRequest, items: list[MenuItem]) -> None:
    for item in items:
        if item.name == "promoted-search-results":
            item.label = promotions.TITLE


@hooks.register("construct_reports_menu")
def remove_stock_report(request: HttpRequest, items: list[MenuItem]) -> None:
    """Wagtail’s own list of searches is never filled, so that no search is stored as it was typed."""
    items[:] = [item for item in items if item.name != "search-terms"]


@hooks.register("register_permissions")
def register_search_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="portal_search", codename__in=RIGHTS)


@hooks.register("takedown_sources")
def search_source() -> list[AddressSource]:
    return [SearchSource()]
