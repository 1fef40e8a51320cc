"""Agreements of the people heard in an episode: recording, correction, withdrawal, signed file, texts, notices.

Each change is logged; one that concerns a public episode sends a notice. The signed file is checked from its bytes,
stored privately, and each reading is logged. A text that was signed is never changed: a new version is added.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models.signals import post_delete
from django.urls import reverse
from wagtail.log_actions import log

from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation
from caps_sheets.podcasts.models.rules import role_key, voice_errors, voices_of
from caps_sheets.podcasts.permissions import voice_keepers
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.storage import delete_with_row
from portal.medialib.audio import content_version
from portal.medialib.private_files import SIGNED, CheckedFile, checked_file
from portal.moderation.notices import Event
from portal.moderation.notifications import tell, tell_once
from portal.users.models import User


def signed_file(file: File) -> CheckedFile:
    """What is stored of an uploaded agreement. Raises ``ValidationError`` with the reason of a refusal in French."""
    return checked_file(file, SIGNED, settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)


post_delete.connect(delete_with_row, sender=VoiceAuthorisation)

#: The end of an agreement is notified this long before, and again when it is reached.
WARNING = timedelta(days=30)


@transaction.atomic
def record(authorisation: VoiceAuthorisation, file: File | None, *, by: User) -> VoiceAuthorisation:
    """Save a new agreement, or the correction of one. A withdrawn one never changes: it is a proof."""
    is_new = authorisation.pk is None
    earlier = None if is_new else locked(authorisation)
    if earlier and earlier.withdrawn_on:
        raise RefusedError("Cette autorisation est retirée : enregistrez-en une nouvelle.")
    if file is not None:
        if earlier and (name := earlier.file.name):
            transaction.on_commit(partial(earlier.file.storage.delete, name))
        checked = signed_file(file)
        authorisation.mime_type, authorisation.digest = checked.mime_type, content_version(checked.file)
        authorisation.file = checked.file
    if is_new:
        authorisation.recorded_by = by
    authorisation.told_on = None
    authorisation.save()
    action = "podcasts.voice_recorded" if is_new else "podcasts.voice_corrected"
    _log(authorisation, action, by, signed_on=f"{authorisation.signed_on:%d/%m/%Y}", scope=authorisation.scope)
    return authorisation


@transaction.atomic
def withdraw(authorisation: VoiceAuthorisation, on: date, reason: str, *, by: User) -> None:
    """Record a withdrawal. The signed file stays, as the proof of what was permitted until then."""
    fresh = locked(authorisation)
    if fresh.withdrawn_on:
        raise already_decided(f"le retrait du {fresh.withdrawn_on:%d/%m/%Y} est enregistré")
    if on < fresh.signed_on:
        raise RefusedError("Le retrait précède la signature.")
    fresh.withdrawn_on, fresh.withdrawal_reason = on, reason
    fresh.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    _log(fresh, "podcasts.voice_withdrawn", by, on=f"{on:%d/%m/%Y}")
    if is_heard_on_air(fresh, on):
        tell("voice_withdrawn", voice_keepers(), link=_link(fresh), page=fresh.episode, authorisation=fresh)


def note_reading(authorisation: VoiceAuthorisation, by: User) -> None:
    _log(authorisation, "podcasts.voice_file_read", by)


def is_heard_on_air(authorisation: VoiceAuthorisation, today: date) -> bool:
    """Whether a public episode has this voice while its agreement no longer permits it."""
    episode = EpisodePage.objects.get(pk=authorisation.episode_id)
    return episode.live and any(
        voice.lacking and role_key(voice.role) == role_key(authorisation.role) for voice in voices_of(episode, today)
    )


def voices_at_fault(episode: EpisodePage, today: date) -> list[str]:
    """What a public episode lacks today: French sentences."""
    return voice_errors(episode, today) if episode.live else []


def tell_ends(today: date) -> int:
    """Notify the Centre, once, of each agreement of a public episode that ends soon, and once when it has ended."""
    ending = VoiceAuthorisation.objects.filter(
        withdrawn_on=None, until__lt=today + WARNING, episode__live=True
    ).select_related("episode")
    return sum(_tell_end(authorisation, today) for authorisation in ending if _is_due(authorisation, today))


def _tell_end(authorisation: VoiceAuthorisation, today: date) -> bool:
    """Nothing if another run told it, or if the agreement was corrected or withdrawn since it was read."""
    until, told_on = authorisation.until, authorisation.told_on
    untold = VoiceAuthorisation.objects.filter(pk=authorisation.pk, until=until, told_on=told_on, withdrawn_on=None)
    notices = partial(
        tell,
        "voice_ends",
        voice_keepers(),
        link=_link(authorisation),
        page=authorisation.episode,
        authorisation=authorisation,
        has_ended=until is not None and until < today,
    )
    return tell_once(untold, notices, told_on=today)


def _is_due(authorisation: VoiceAuthorisation, today: date) -> bool:
    """Not notified yet, or notified before the end only; and still needed: a newer agreement may have replaced it."""
    until, told_on = authorisation.until, authorisation.told_on
    if until is None or (told_on and (told_on > until or until >= today)):
        return False
    return is_heard_on_air(authorisation, until + timedelta(days=1))


def _link(authorisation: VoiceAuthorisation) -> str:
    return reverse("episode_voices", args=[authorisation.episode_id])


def _log(authorisation: VoiceAuthorisation, action: str, by: User, **data: str) -> None:
    log(instance=authorisation.episode, action=action, user=by, data={"role": authorisation.role, **data})


@dataclass(frozen=True)
class VoiceText:
    version: str
    paragraphs: tuple[str, ...]


TEXTS = (
    VoiceText(
        "2026-1",
        (
            "Vous acceptez que votre voix soit enregistrée pour un épisode de podcast sur une action menée avec un "
            "conseil local de santé mentale (CLSM). L’épisode et sa transcription sont publiés sur le portail des "
            "CLSM et peuvent être écoutés dans les applications de podcast.",
            "Votre participation est libre et n’est pas payée. Vous pouvez ne pas répondre à une question, demander "
            "que l’on recommence, et écouter le montage avant la publication.",
            "Vous êtes présenté·e par votre fonction, jamais par votre nom. Une voix se reconnaît pourtant : ne dites "
            "rien, de vous ou d’une autre personne, que vous ne voudriez pas voir rester public, en particulier sur "
            "la santé.",
            "Vous pouvez retirer cet accord à tout moment, sans vous justifier. L’épisode est alors retiré du portail "
            "et de son flux, ou votre voix en est coupée. Les copies déjà téléchargées par des auditrices et des "
            "auditeurs ne peuvent pas être reprises.",
            "Ce document signé est gardé dans un dossier privé, avec les dates de signature, de fin et de retrait, "
            "tant que l’épisode existe. Il est lu par les seules personnes du Centre qui suivent les épisodes ; "
            "chaque lecture est notée.",
            "Base légale : votre accord (RGPD, article 6.1.a ; droit sur la voix, article 9 du code civil). Vous "
            "pouvez demander l’accès à vos données, leur correction ou leur effacement auprès de la personne "
            "déléguée à la protection des données, et saisir la CNIL (www.cnil.fr).",
        ),
    ),
)

BY_VERSION = {text.version: text for text in TEXTS}

CURRENT = TEXTS[-1]

AUDIENCE = "l’équipe qui tient les autorisations de voix"


def voice_events() -> list[Event]:
    return [
        Event("voice_withdrawn", "Une voix entendue en ligne retire son autorisation", AUDIENCE),
        Event("voice_ends", "L’autorisation d’une voix en ligne prend fin", AUDIENCE),
    ]
