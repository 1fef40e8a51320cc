"""What the census adds to the back office: its registry, the screens opened from it, its words in the audit log."""

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from caps_sheets.capitalisation.census import batch_views, editions, import_views, importing, states, uploads
from caps_sheets.capitalisation.menu import MENU_HOOK
from caps_sheets.capitalisation.modeladmin import registry


@hooks.register("register_log_actions")
def register_census_actions(actions: LogActionRegistry) -> None:
    for name, label, message in (
        (states.LOGGED, "Changer l’état d’une action", "État de l’action changé"),
        (editions.STARTED, "Commencer une action", "Action commencée"),
        (editions.DISCARDED, "Supprimer un brouillon d’action", "Brouillon d’action supprimé"),
        (importing.IMPORTED, "Importer une action", "Action importée"),
        (uploads.ADDED, "Joindre un document à une action", "Document joint"),
        (uploads.REMOVED, "Retirer un document d’une action", "Document retiré"),
        (uploads.READ, "Ouvrir un document d’une action", "Document ouvert"),
    ):
        actions.register_action(name, label, message)


registry.register_with_wagtail()
hooks.register(MENU_HOOK, registry.get_menu_item)


@hooks.register("register_admin_urls")
def register_census_urls() -> list[URLPattern]:
    return [
        path("recensement/etats/", batch_views.choose, name="census_batch"),
        path("recensement/etats/confirmer/", batch_views.confirm, name="census_batch_confirm"),
        path("recensement/importer/", import_views.upload, name="census_import"),
    ]
