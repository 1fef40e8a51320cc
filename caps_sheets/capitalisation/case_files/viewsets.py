"""The admin views of the criteria of the framing grid."""

from typing import Any

from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSet

from caps_sheets.capitalisation.menu import MENU_HOOK
from caps_sheets.capitalisation.models import FramingCriterion


class FramingCriterionViewSet(ModelViewSet):
    """A criterion is never deleted, since case files have answers to it: it is deactivated."""

    model = FramingCriterion
    name = "capitalisation_criteria"
    url_prefix = "capitalisation/criteres"
    icon = "list-ul"
    menu_label = "Critères de cadrage"
    menu_hook = MENU_HOOK
    menu_order = 80
    copy_view_enabled = False
    add_to_reference_index = False
    list_display: list[Any] = [
        "label",
        BooleanColumn("is_blocking", label="bloquant"),
        Column("weight", label="poids", sort_key="weight"),
        Column("order", label="ordre", sort_key="order"),
        BooleanColumn("is_active", label="proposé"),
    ]
    list_filter = ["is_blocking", "is_active"]
    search_fields = ["label", "help"]
    panels = [
        FieldPanel("label"),
        FieldPanel("slug", help_text="Laissez-le tel quel ensuite : les chargements s’y réfèrent."),
        FieldPanel("help"),
        FieldRowPanel([FieldPanel("is_blocking"), FieldPanel("weight")]),
        FieldRowPanel([FieldPanel("order"), FieldPanel("is_active")]),
    ]
