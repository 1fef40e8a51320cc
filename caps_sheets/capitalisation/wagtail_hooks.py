"""What the capitalisation room adds to the back office."""

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from caps_sheets.capitalisation.case_views.criteria import FramingCriterionViewSet
from caps_sheets.capitalisation.menu import menu_item


@hooks.register("register_admin_menu_item")
def register_capitalisation_menu() -> MenuItem:
    return menu_item()


@hooks.register("register_admin_viewset")
def register_framing_criteria() -> FramingCriterionViewSet:
    return FramingCriterionViewSet()


@hooks.register("register_permissions")
def register_capitalisation_permissions() -> QuerySet[Permission]:
    """Lets the groups screen grant the rights of the whole room."""
    return Permission.objects.filter(content_type__app_label="caps_capitalisation")
