"""Saving of a transcript as a draft revision. Concurrent edits are merged, or reported as a conflict."""

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.podcasts.models import EpisodePage
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.medialib.transcripts.formats import Cue, TranscriptError, check, is_waiting_for_times, parse, to_vtt
from portal.users.models import User

CONFLICT = (
    "Quelqu’un a enregistré ces répliques entre-temps : les vôtres ne sont pas enregistrées. Elles sont toujours dans "
    "les champs ; comparez-les à ce qui est enregistré, rechargez la page, puis reportez-les."
)


@dataclass(frozen=True)
class Correction:
    """``cues`` replace those numbered ``first`` (inclusive) to ``last`` (exclusive) of the version ``seen``.

    ``seen``: the key of the version that was opened (``version_key``).
    """

    seen: str
    first: int
    last: int
    cues: list[Cue]
    is_timed: bool = False


def version_key(episode: EpisodePage, transcript: str) -> str:
    """The key of the version on a screen: its revision, or 0, and its text.

    The revision alone is not enough: the autosave of the page form writes repeatedly in the same one.
    """
    return f"{episode.latest_revision_id or 0}-{hashlib.sha256(transcript.encode()).hexdigest()[:12]}"


def stored_cues(episode: EpisodePage) -> list[Cue]:
    try:
        return parse(episode.transcript)
    except TranscriptError:
        return []


def cues_of(episode: EpisodePage, seen: str) -> list[Cue] | None:
    """The cues of the version ``seen``; None if it is not a version of this episode, or cannot be parsed."""
    transcript = _transcript_of(episode, seen)
    try:
        return None if transcript is None else parse(transcript)
    except TranscriptError:
        return None


@transaction.atomic
def correct(episode: EpisodePage, correction: Correction, *, by: User) -> None:
    """Apply a correction to the last draft: ``RefusedError`` if somebody else changed the same cues."""
    draft = _locked_draft(episode)
    seen = cues_of(episode, correction.seen)
    cues = _merged(stored_cues(draft), seen, correction)
    if cues is None:
        raise RefusedError(CONFLICT)
    is_untimed = is_waiting_for_times(draft.transcript) and not correction.is_timed
    _save(draft, to_vtt(cues, is_untimed=is_untimed), by)


@transaction.atomic
def replace(episode: EpisodePage, text: str, *, seen: str, by: User) -> None:
    """Replace the transcript that was ``seen`` by another."""
    draft = _locked_draft(episode)
    if _transcript_of(episode, seen) != draft.transcript:
        raise RefusedError(
            "Quelqu’un a enregistré une transcription entre-temps : rechargez la page pour la lire d’abord."
        )
    _save(draft, text, by)


@transaction.atomic
def mark_reviewed(episode: EpisodePage, *, seen: str, by: User) -> None:
    """Record that the whole text was checked while listening; ``RefusedError`` gives what prevents it."""
    draft = _locked_draft(episode)
    if _transcript_of(episode, seen) != draft.transcript:
        raise RefusedError("Quelqu’un a modifié la transcription entre-temps : relisez la nouvelle version.")
    if is_waiting_for_times(draft.transcript):
        raise RefusedError("Les temps sont encore estimés : réglez-les d’abord.")
    if errors := check(draft.transcript, draft.audio.duration if draft.audio else None):
        raise RefusedError(*errors)
    if not draft.is_transcript_reviewed:
        draft.mark_transcript_reviewed()
        _save_draft(draft, by)


def _locked_draft(episode: EpisodePage) -> EpisodePage:
    """The last draft, locked against other saves by these screens."""
    current = locked(episode)
    return cast(EpisodePage, current.get_latest_revision_as_object())


def _transcript_of(episode: EpisodePage, seen: str) -> str | None:
    """The transcript of the version ``seen``; None if this episode no longer has such a version."""
    number, _, digest = seen.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return None
    if int(number):
        revision = Revision.page_revisions.filter(object_id=str(episode.pk), pk=int(number)).first()
        transcript = revision.content.get("transcript", "") if revision else None
    else:
        transcript = EpisodePage.objects.get(pk=episode.pk).transcript if not episode.latest_revision_id else None
    if transcript is None or hashlib.sha256(transcript.encode()).hexdigest()[:12] != digest:
        return None
    return transcript


def _merged(current: list[Cue], seen: list[Cue] | None, correction: Correction) -> list[Cue] | None:
    """The current cues with the correction, wherever the corrected ones are now; None if they are gone."""
    if seen is None:
        return None
    corrected = seen[correction.first : correction.last]
    if current == seen:
        place = correction.first
    else:
        places = _places(current, corrected)
        if len(places) != 1:
            return None
        place = places[0]
    merged = [*current[:place], *correction.cues, *current[place + len(corrected) :]]
    return merged if all(one.start <= other.start for one, other in pairwise(merged)) else None


def _places(cues: list[Cue], part: list[Cue]) -> list[int]:
    if not part:
        return []
    return [start for start in range(len(cues) - len(part) + 1) if cues[start : start + len(part)] == part]


def _save(draft: EpisodePage, text: str, by: User) -> None:
    """Another text returns to « brouillon »: the proof-reading was about the former one."""
    if stored_cues(draft) != parse(text):
        draft.transcript_status = draft.TranscriptStatus.DRAFT
    elif draft.transcript == text:
        return
    draft.transcript = text
    _save_draft(draft, by)


def _save_draft(draft: EpisodePage, by: User) -> None:
    draft.save_revision(user=by)
    log(instance=draft, action="podcasts.transcript", user=by)
