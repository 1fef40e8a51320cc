"""What proof-reading adds to the other rooms: events, section of the space, check of publication, screens."""

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Revision

from caps_sheets import panels
from caps_sheets.capitalisation.case_files import queries
from caps_sheets.capitalisation.proofreading import hooks  # noqa: F401 (the screens of the Centre)
from caps_sheets.capitalisation.proofreading.case_panel import PANEL
from caps_sheets.capitalisation.proofreading.follow_up import PART
from caps_sheets.capitalisation.proofreading.notices import register_events
from caps_sheets.capitalisation.proofreading.rounds import agreement_errors, follow_text, go_on_without
from caps_sheets.capitalisation.proofreading.space_section import SECTION
from caps_sheets.models import CapsSheetPage, PublicationOverride, clearance
from caps_sheets.review.services import overridden
from network import space_sections


def register() -> None:
    """Called once, when the room is ready."""
    register_events()
    space_sections.register(SECTION)
    clearance.register(agreement_errors)
    panels.register(PART)
    queries.register(PANEL)
    post_save.connect(_follow_text, sender=Revision, dispatch_uid="proofreading_follows_text")
    overridden.connect(_go_on, sender=PublicationOverride, dispatch_uid="proofreading_goes_on")


def _go_on(decision: PublicationOverride, **kwargs: Any) -> None:
    go_on_without(decision)


def _follow_text(instance: Revision, created: bool, **kwargs: Any) -> None:
    if created and instance.content_type.model_class() is CapsSheetPage:
        follow_text(instance)
