"""The vocabularies in the admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from portal.taxonomies.merge import MERGED
from portal.taxonomies.merge_views import MergeView
from portal.taxonomies.views import VocabulariesGroup


@hooks.register("register_admin_viewset")
def register_vocabularies() -> VocabulariesGroup:
    return VocabulariesGroup()


@hooks.register("register_permissions")
def register_vocabulary_permissions() -> QuerySet[Permission]:
    """Lets the form of groups grant the permissions on terms and themes."""
    return Permission.objects.filter(content_type__app_label="portal_taxonomies")


@hooks.register("register_admin_urls")
def merge_url() -> list[URLPattern]:
    return [path("vocabulaires/<slug:kind>/<int:pk>/fusionner/", MergeView.as_view(), name="merge_item")]


@hooks.register("register_log_actions")
def log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(MERGED, "Fusion", "Un autre élément de la liste y a été fusionné")
