"""Recording, correcting and withdrawing an agreement: each change is logged, what touches the air is told."""

from datetime import date, timedelta
from functools import partial

from django.core.files import File
from django.db import transaction
from django.urls import reverse
from wagtail.log_actions import log

from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation
from caps_sheets.podcasts.models.rules import role_key, voice_errors, voices_of
from caps_sheets.podcasts.permissions import voice_keepers
from caps_sheets.podcasts.voices.files import signed_file_type
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.medialib.audio import content_version
from portal.moderation.notices.services import tell
from portal.users.models import User

#: An end is told this long before, and again once it has come.
WARNING = timedelta(days=30)


@transaction.atomic
def record(authorisation: VoiceAuthorisation, file: File | None, *, by: User) -> VoiceAuthorisation:
    """Save a new agreement, or the correction of one. A withdrawn one stays as it was: it is a proof."""
    is_new = authorisation.pk is None
    earlier = None if is_new else locked(authorisation)
    if earlier and earlier.withdrawn_on:
        raise Refused("Cette autorisation est retirée : enregistrez-en une nouvelle.")
    if file is not None:
        if earlier and (name := earlier.file.name):
            transaction.on_commit(partial(earlier.file.storage.delete, name))
        authorisation.mime_type, authorisation.digest = signed_file_type(file), content_version(file)
        authorisation.file = file
    if is_new:
        authorisation.recorded_by = by
    authorisation.told_on = None
    authorisation.save()
    action = "podcasts.voice_recorded" if is_new else "podcasts.voice_corrected"
    _log(authorisation, action, by, signed_on=f"{authorisation.signed_on:%d/%m/%Y}", scope=authorisation.scope)
    return authorisation


@transaction.atomic
def withdraw(authorisation: VoiceAuthorisation, on: date, reason: str, *, by: User) -> None:
    """The person takes their agreement back. The signed file stays, as the proof of what was allowed until then."""
    fresh = locked(authorisation)
    if fresh.withdrawn_on:
        raise already_decided(f"le retrait du {fresh.withdrawn_on:%d/%m/%Y} est enregistré")
    if on < fresh.signed_on:
        raise Refused("Le retrait précède la signature.")
    fresh.withdrawn_on, fresh.withdrawal_reason = on, reason
    fresh.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    _log(fresh, "podcasts.voice_withdrawn", by, on=f"{on:%d/%m/%Y}")
    if is_heard_on_air(fresh, on):
        tell("voice_withdrawn", voice_keepers(), link=_link(fresh), page=fresh.episode, authorisation=fresh)


def note_reading(authorisation: VoiceAuthorisation, by: User) -> None:
    _log(authorisation, "podcasts.voice_file_read", by)


def is_heard_on_air(authorisation: VoiceAuthorisation, today: date) -> bool:
    """Whether the public hears this voice while its agreement no longer allows it."""
    episode = EpisodePage.objects.get(pk=authorisation.episode_id)
    return episode.live and any(
        voice.lacking and role_key(voice.role) == role_key(authorisation.role) for voice in voices_of(episode, today)
    )


def voices_at_fault(episode: EpisodePage, today: date) -> list[str]:
    """What an episode on the air lacks today: French sentences."""
    return voice_errors(episode, today) if episode.live else []


def tell_ends(today: date) -> int:
    """Tell the Centre, once, of each agreement of a public episode that ends soon, and once when it has ended."""
    ending = VoiceAuthorisation.objects.filter(
        withdrawn_on=None, until__lt=today + WARNING, episode__live=True
    ).select_related("episode")
    due = [each for each in ending if _is_due(each, today)]
    for authorisation in due:
        with transaction.atomic():
            VoiceAuthorisation.objects.filter(pk=authorisation.pk).update(told_on=today)
            has_ended = authorisation.until is not None and authorisation.until < today
            tell(
                "voice_ends",
                voice_keepers(),
                link=_link(authorisation),
                page=authorisation.episode,
                authorisation=authorisation,
                has_ended=has_ended,
            )
    return len(due)


def _is_due(authorisation: VoiceAuthorisation, today: date) -> bool:
    """Not told yet, or told before the end only; and still needed: a newer agreement may have replaced it."""
    until, told_on = authorisation.until, authorisation.told_on
    if until is None or (told_on and (told_on > until or until >= today)):
        return False
    return is_heard_on_air(authorisation, until + timedelta(days=1))


def _link(authorisation: VoiceAuthorisation) -> str:
    return reverse("episode_voices", args=[authorisation.episode_id])


def _log(authorisation: VoiceAuthorisation, action: str, by: User, **data: str) -> None:
    log(instance=authorisation.episode, action=action, user=by, data={"role": authorisation.role, **data})
