"""What the pipeline tells the rooms below at start: its notices, its clearance, the signals it follows, a panel."""

from caps_sheets.capitalisation import case_panels
from caps_sheets.capitalisation.case_views import proofreading_panel
from caps_sheets.capitalisation.pipeline import following
from caps_sheets.capitalisation.pipeline.clearance import case_file_errors
from caps_sheets.capitalisation.pipeline.notices import register_events
from caps_sheets.models import clearance


def register() -> None:
    register_events()
    clearance.register(case_file_errors)
    following.connect()
    case_panels.register(proofreading_panel.PANEL)
