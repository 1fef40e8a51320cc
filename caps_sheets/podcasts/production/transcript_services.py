"""Saving of a transcript as a draft revision. Concurrent edits are merged, or reported as a conflict."""

from typing import cast

from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.podcasts.models import EpisodePage
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.medialib.transcripts import corrections
from portal.medialib.transcripts.corrections import Correction, check_unchanged, corrected, has_text, version_number
from portal.medialib.transcripts.formats import check, is_waiting_for_times, parse, read
from portal.users.models import User


def version_key(episode: EpisodePage, transcript: str) -> str:
    """The key of the version on a screen: its revision, or 0, and its text."""
    return corrections.version_key(transcript, episode.latest_revision_id or 0)


def transcript_of(episode: EpisodePage, seen: str) -> str | None:
    """The transcript of the version ``seen``; None if this episode no longer has such a version."""
    number = version_number(seen)
    if number is None:
        return None
    if number:
        revision = Revision.page_revisions.filter(object_id=str(episode.pk), pk=number).first()
        transcript = revision.content.get("transcript", "") if revision else None
    else:
        transcript = EpisodePage.objects.get(pk=episode.pk).transcript if not episode.latest_revision_id else None
    return transcript if transcript is not None and has_text(seen, transcript) else None


@transaction.atomic
def correct(episode: EpisodePage, correction: Correction, *, by: User) -> None:
    """Apply a correction to the last draft: ``RefusedError`` if somebody else changed the same cues."""
    draft = _locked_draft(episode)
    _save(draft, corrected(draft.transcript, transcript_of(episode, correction.seen), correction), by)


@transaction.atomic
def replace(episode: EpisodePage, text: str, *, seen: str, by: User) -> None:
    """Replace the transcript that was ``seen`` by another."""
    draft = _locked_draft(episode)
    check_unchanged(draft.transcript, seen)
    _save(draft, text, by)


@transaction.atomic
def mark_reviewed(episode: EpisodePage, *, seen: str, by: User) -> None:
    """Record that the whole text was checked while listening; ``RefusedError`` gives what prevents it."""
    draft = _locked_draft(episode)
    check_unchanged(
        draft.transcript, seen, "Quelqu’un a modifié la transcription entre-temps : relisez la nouvelle version."
    )
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


def _save(draft: EpisodePage, text: str, by: User) -> None:
    """Another text returns to « brouillon »: the proof-reading was about the former one."""
    if read(draft.transcript) != parse(text):
        draft.transcript_status = draft.TranscriptStatus.DRAFT
    elif draft.transcript == text:
        return
    draft.transcript = text
    _save_draft(draft, by)


def _save_draft(draft: EpisodePage, by: User) -> None:
    draft.save_revision(user=by)
    log(instance=draft, action="podcasts.transcript", user=by)
