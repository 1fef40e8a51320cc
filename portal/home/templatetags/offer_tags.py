"""Bulk actions that the person may carry out on one of the listed objects at least; Wagtail offers all of them."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.apps import apps
from django.db.models import Model
from wagtail.admin.templatetags.wagtailadmin_tags import bulk_action_choices
from wagtail.admin.views.bulk_action.registry import bulk_action_registry

register = template.Library()


@register.inclusion_tag("wagtailadmin/shared/buttons.html", takes_context=True)
def offered_bulk_actions(
    context: dict[str, Any], app_label: str, model_name: str, objects: Iterable[Model] | None
) -> dict[str, Any]:
    """The buttons of Wagtail’s own tag, without those that every listed object would refuse."""
    model, listed = apps.get_model(app_label, model_name), list(objects or ())
    refused = tuple(
        f"/{action.action_type}/"
        for action in bulk_action_registry.get_bulk_actions_for_model(app_label, model_name)
        if not any(map(action(context["request"], model).check_perm, listed))
    )
    buttons = bulk_action_choices(context, app_label, model_name)["buttons"]
    return {"buttons": [button for button in buttons if not str(button.url or "").endswith(refused)]}
