"""Template tags of the coordinators' space."""

from django import template

from network.models import ClsmPage
from network.permissions import my_clsms

register = template.Library()


@register.inclusion_tag("components/space/bar.html", takes_context=True)
def space_bar(context: template.Context, clsm: ClsmPage | None = None) -> dict[str, object]:
    """The header of every page of the space: the current CLSM, and links to the person's other ones."""
    return {"clsm": clsm, "clsms": my_clsms(context["request"])}
