"""Where each field of a profile is in its edit form, so that a missing field is one click away."""

from collections.abc import Iterator
from functools import cache

from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.admin.panels.group import PanelGroup

from network.models import ClsmPage


def edit_place(name: str) -> str:
    """Fragment to put after the address of the form; opens the right tab. Empty for a name the form does not have.

    Wagtail finds a field by its content path; a repeated part has none, so its panel is named instead.
    """
    return _places().get(name, "")


@cache
def _places() -> dict[str, str]:
    form = ClsmPage.get_edit_handler()
    return {
        name: place
        for tab, identifier in zip(form.children, form.child_identifiers, strict=True)
        for name, place in _walk(tab, f"panel-child-{identifier}")
    }


def _walk(group: PanelGroup, prefix: str) -> Iterator[tuple[str, str]]:
    """``prefix``: what Wagtail puts before the identifier of each child to name its section."""
    for child, identifier in zip(group.children, group.child_identifiers, strict=True):
        if isinstance(child, InlinePanel):
            yield child.relation_name, f"#{prefix}-{identifier}-section"
        elif isinstance(child, FieldPanel):
            yield child.field_name, f"#:w:contentpath={child.field_name}"
        elif isinstance(child, PanelGroup):
            yield from _walk(child, f"{prefix}-child-{identifier}")
