"""The tabs of a page editor: those of its type first, then the same two everywhere."""

from wagtail.admin.panels import ObjectList, Panel, TabbedInterface


def page_tabs(*tabs: ObjectList, promote: list[Panel], settings: list[Panel]) -> TabbedInterface:
    """``promote`` is how the page is found: address, title for search engines; ``settings``: dates, comments, marks."""
    common = [ObjectList(promote, heading="Référencement"), ObjectList(settings, heading="Publication")]
    return TabbedInterface([*tabs, *(tab for tab in common if tab.children)])
