"""What the lifecycle of a CLSM registers: URLs, buttons, log entries."""

from collections.abc import Iterator

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from network.lifecycle import services
from network.lifecycle.admin_views import RIGHT, MergeClsmView, SplitClsmView
from network.models import ClsmPage
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
