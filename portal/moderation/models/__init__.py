"""Moderated pages, the review step of their workflows, the notices that follow a decision, takedowns."""

from portal.moderation.models.notices import Notice, NoticePreference, Rhythm
from portal.moderation.models.pages import ModeratedPage
from portal.moderation.models.reports import ErrorReport
from portal.moderation.models.retirements import Retirement
from portal.moderation.models.takedowns import Takedown, TakedownAddress, TakedownPage
from portal.moderation.models.tasks import ReviewTask

__all__ = [
    "ErrorReport",
    "ModeratedPage",
    "Notice",
    "NoticePreference",
    "Retirement",
    "ReviewTask",
    "Rhythm",
    "Takedown",
    "TakedownAddress",
    "TakedownPage",
]
