"""Capitalisation in the back office."""

from wagtail import hooks

from caps_sheets.capitalisation.case_files import hooks as case_file_hooks  # noqa: F401
from caps_sheets.capitalisation.census import hooks as census_hooks  # noqa: F401
from caps_sheets.capitalisation.interviews import hooks as interview_hooks  # noqa: F401
from caps_sheets.capitalisation.proofreading import hooks as proofreading_hooks  # noqa: F401
from caps_sheets.capitalisation.sheet_list import SheetPagesViewSet
from caps_sheets.capitalisation.viewsets import CapitalisationViewSetGroup

hooks.register("register_admin_viewset", CapitalisationViewSetGroup)
hooks.register("register_admin_viewset", SheetPagesViewSet)
