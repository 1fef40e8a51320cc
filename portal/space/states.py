"""Where the profile of a CLSM is, between what its coordinators type and what the public reads."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import models
from wagtail.models import Page, WorkflowState

from network.models import ClsmPage


class ProfileStep(models.TextChoices):
    RETURNED = "a-revoir", "Le Centre demande des modifications"
    PENDING = "en-relecture", "Le Centre relit vos modifications"
    UNSENT = "non-envoye", "Des modifications ne sont pas encore envoyées"
    NEVER_SENT = "brouillon", "Le profil n’est pas encore public"
    PUBLISHED = "publie", "Le profil public est à jour de vos modifications"


@dataclass(frozen=True)
class ProfileState:
    """``since`` and ``reason`` come from the Centre's decision, or from the pending submission."""

    step: ProfileStep
    since: datetime | None = None
    reason: str = ""

    @property
    def returned_reason(self) -> str:
        """What the Centre asks to change, while the profile is not sent again."""
        return self.reason if self.step == ProfileStep.RETURNED else ""


def profile_state(clsm: ClsmPage) -> ProfileState:
    """One query: the last workflow of the page gives whether somebody waits, and for whom."""
    last = (
        WorkflowState.objects.filter(base_content_type=ContentType.objects.get_for_model(Page), object_id=str(clsm.pk))
        .select_related("current_task_state")
        .order_by("-created_at", "-pk")
        .first()
    )
    task = last.current_task_state if last else None
    if last and task and last.status == WorkflowState.STATUS_IN_PROGRESS:
        return ProfileState(ProfileStep.PENDING, task.started_at)
    if last and task and last.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return ProfileState(ProfileStep.RETURNED, task.finished_at or task.started_at, task.comment)
    return ProfileState(unsubmitted(clsm))


def unsubmitted(clsm: ClsmPage) -> ProfileStep:
    """The step of a profile that nobody reviews and that was not returned."""
    if not clsm.live:
        return ProfileStep.NEVER_SENT
    return ProfileStep.UNSENT if clsm.has_unpublished_changes else ProfileStep.PUBLISHED
