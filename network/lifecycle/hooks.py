"""What the lifecycle of a CLSM registers: URLs, buttons, log entries."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, QuerySet
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from network.lifecycle import services
from network.lifecycle.admin_views import RIGHT, MergeClsmView, SplitClsmView
from network.models import ClsmPage
from network.models.queries import stale_profiles
from portal.base.templatetags.dates import long_date
from portal.base.work_lists import WorkList, WorkRow, described
from portal.moderation.retirement import RETIRED
from portal.users.models import User


@hooks.register("register_admin_urls")
def life_urls() -> list[URLPattern]:
    return [
        path("reseau/clsm/<int:pk>/fusionner/", MergeClsmView.as_view(), name="merge_clsm"),
        path("reseau/clsm/<int:pk>/scinder/", SplitClsmView.as_view(), name="split_clsm"),
    ]


@hooks.register("register_page_header_buttons")
def life_buttons(page: Page, user: User, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    if page.specific_class is ClsmPage and page.live and user.has_perm(RIGHT):
        yield Button("Fusionner avec un autre CLSM", reverse("merge_clsm", args=[page.pk]), "download", priority=60)
        yield Button("Scinder en plusieurs CLSM", reverse("split_clsm", args=[page.pk]), "plus", priority=61)


@hooks.register("register_log_actions")
def life_actions(actions: LogActionRegistry) -> None:
    actions.register_action(services.MERGED, "Fusion de CLSM", "Un autre CLSM l’a rejoint")
    actions.register_action(services.SPLIT_STARTED, "Scission commencée", "Les profils des nouveaux CLSM sont préparés")
    actions.register_action(services.SPLIT, "Scission", "Le CLSM est remplacé par plusieurs autres")
    actions.register_action(RETIRED, "Page archivée", "La page est retirée, son adresse mène à ce qui la remplace")


def profiles_to_confirm(user: User) -> QuerySet[ClsmPage]:
    """Those of everybody for the Centre, their own for the others."""
    stale = stale_profiles(None if user.has_perm("network.change_clsmrecord") else user)
    confirmed = "record__verified_on"
    return described(
        ClsmPage.objects.filter(pk__in=stale.values("pk")),
        title=F("title"),
        detail=F(confirmed),
        first=[F(confirmed).asc(nulls_first=True), "computed_sort_key", "pk"],
    )


def _confirmation(row: WorkRow) -> str:
    return f"confirmé le {long_date(date.fromisoformat(row.detail))}" if row.detail else "jamais confirmé"


def _profile_url(row: WorkRow) -> str:
    return reverse("wagtailadmin_pages:edit", args=[row.pk])


@hooks.register("work_lists")
def profile_lists() -> list[WorkList]:
    heading = "Profils de CLSM à confirmer"
    return [WorkList("profils", heading, 80, profiles_to_confirm, _profile_url, say=_confirmation)]
