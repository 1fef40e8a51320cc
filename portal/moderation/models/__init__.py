"""Moderated pages, the review step of their workflows, and the notices that follow a decision."""

from portal.moderation.models.notices import Notice, NoticePreference, Rhythm
from portal.moderation.models.pages import ModeratedPage
from portal.moderation.models.reports import ErrorReport
from portal.moderation.models.retirements import Retirement
from portal.moderation.models.tasks import ReviewTask

__all__ = ["ErrorReport", "ModeratedPage", "Notice", "NoticePreference", "Retirement", "ReviewTask", "Rhythm"]
