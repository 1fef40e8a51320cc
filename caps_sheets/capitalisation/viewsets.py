"""The « Capitalisation » menu of the back office."""

from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSetGroup

from caps_sheets.capitalisation.case_files.viewsets import (
    BoardViewSet,
    CaseFileViewSet,
    FiguresViewSet,
    FramingCriterionViewSet,
)
from caps_sheets.capitalisation.census.modeladmin import registry
from caps_sheets.capitalisation.census.viewsets import CampaignViewSet
from caps_sheets.capitalisation.interviews.viewsets import InterviewGridViewSet
from caps_sheets.capitalisation.proofreading.viewsets import RoundsViewSet
from caps_sheets.capitalisation.sheet_list import SheetListViewSet
from caps_sheets.review.viewsets import ReviewGridViewSet


class CapitalisationViewSetGroup(ViewSetGroup):
    """Every screen of the capitalisation; the registry of the census is no viewset, and comes last."""

    menu_label = "Capitalisation"
    menu_name = "capitalisation"
    menu_icon = "folder-open-1"
    menu_order = 200
    items = (
        BoardViewSet(),
        CaseFileViewSet(),
        SheetListViewSet(),
        RoundsViewSet(),
        FiguresViewSet(),
        CampaignViewSet(),
        FramingCriterionViewSet(),
        ReviewGridViewSet(),
        InterviewGridViewSet(),
    )

    def get_submenu_items(self) -> list[MenuItem]:
        return [*super().get_submenu_items(), registry.get_menu_item(order=len(self.items) + 1)]
