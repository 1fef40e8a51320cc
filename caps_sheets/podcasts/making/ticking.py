"""Saying that a step of the making is done."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.podcasts.models import ChecklistTick, EpisodePage
from caps_sheets.podcasts.models.rules import BY_KEY, Step, content_of, heard, sound_of
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.users.models import User


@transaction.atomic
def set_tick(episode: EpisodePage, key: str, is_done: bool, *, by: User) -> Step:
    """Say that a step is done, or no longer. Saying twice the same changes nothing."""
    step = BY_KEY.get(key)
    if step is None or step.is_seen:
        raise Refused("Cette étape ne se coche pas.")
    episode = locked(episode)
    about = heard(step, sound_of(episode, content_of(episode)))
    ticks = ChecklistTick.objects.filter(episode=episode, step=key)
    if is_done == ticks.filter(content_key=about).exists():
        return step
    ticks.delete()
    if is_done:
        ChecklistTick.objects.create(episode=episode, step=key, content_key=about, by=by, at=timezone.now())
    log(instance=episode, action="podcasts.step", user=by, data={"step": step.label, "done": is_done})
    return step
