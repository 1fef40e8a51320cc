"""The vocabularies in the admin."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from portal.taxonomies.views import VocabulariesGroup


@hooks.register("register_admin_viewset")
def register_vocabularies() -> VocabulariesGroup:
    return VocabulariesGroup()


@hooks.register("register_permissions")
def register_vocabulary_permissions() -> QuerySet[Permission]:
    """Lets the groups screen grant the rights on terms and themes."""
    return Permission.objects.filter(content_type__app_label="portal_taxonomies")
