"""The way from a file of the library to its takedown."""

from typing import Any

from django import template
from django.db.models import Model

from portal.moderation.takedowns.admin_views import address_of
from portal.moderation.takedowns.queries import RIGHT

register = template.Library()


@register.inclusion_tag("wagtailadmin/moderation/takedown_link.html", takes_context=True)
def takedown_link(context: dict[str, Any], file: Model) -> dict[str, Any]:
    """« Retirer en urgence » for those who may; that it is taken down, for everybody who sees the file."""
    may = context["request"].user.has_perm(RIGHT)
    return {"file": file, "url": address_of(file) if may else ""}
