"""Receivers of proof-reading: a changed text, a round that opens, an override by the Centre."""

from typing import Any

from django.db.models.signals import post_save
from wagtail.models import Revision

from caps_sheets.capitalisation.models.proofreading_round import ProofreadingRound, round_opened
from caps_sheets.capitalisation.proofreading.notifications import tell_of_request
from caps_sheets.capitalisation.proofreading.services import follow_text, go_on_without
from caps_sheets.models import CapsSheetPage, PublicationOverride
from caps_sheets.review.services import overridden


def connect() -> None:
    post_save.connect(_follow_text, sender=Revision, dispatch_uid="proofreading_follows_text")
    round_opened.connect(_ask, sender=ProofreadingRound, dispatch_uid="proofreading_asks")
    overridden.connect(_go_on, sender=PublicationOverride, dispatch_uid="proofreading_goes_on")


def _ask(opened: ProofreadingRound, **kwargs: Any) -> None:
    tell_of_request(opened)


def _go_on(decision: PublicationOverride, **kwargs: Any) -> None:
    go_on_without(decision)


def _follow_text(instance: Revision, created: bool, **kwargs: Any) -> None:
    if created and instance.content_type.model_class() is CapsSheetPage:
        follow_text(instance)
