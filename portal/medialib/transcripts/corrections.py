"""Corrections of one transcript by several people: merged where they touch other cues, refused where they meet.

The caller locks the row that stores the transcript, and saves what ``corrected`` returns.
"""

import hashlib
from dataclasses import dataclass
from itertools import pairwise

from portal.base.errors import RefusedError
from portal.base.numbers import posted_number
from portal.medialib.transcripts.formats import Cue, is_waiting_for_times, read, read_stored, to_vtt

CONFLICT = (
    "Quelqu’un a enregistré ces répliques entre-temps : les vôtres ne sont pas enregistrées. Elles sont toujours dans "
    "les champs ; comparez-les à ce qui est enregistré, rechargez la page, puis reportez-les."
)
REPLACED = "Quelqu’un a enregistré une transcription entre-temps : rechargez la page pour la lire d’abord."


@dataclass(frozen=True)
class Correction:
    """``cues`` replace those numbered ``first`` (inclusive) to ``last`` (exclusive) of the version ``seen``.

    ``seen``: the key of the version that was opened (``version_key``). ``is_timed``: the person set the times that
    were estimates.
    """

    seen: str
    first: int
    last: int
    cues: list[Cue]
    is_timed: bool = False


def version_key(transcript: str, number: int = 0) -> str:
    """The key of a version: its ``number`` where versions are kept, 0 elsewhere, and a digest of its text.

    The number alone is not enough: the autosave of a page form writes repeatedly in the same revision.
    """
    return f"{number}-{_digest(transcript)}"


def version_number(key: str) -> int | None:
    """The number in a ``key`` that a form sends back; None if it is not a key."""
    number = posted_number(key.partition("-")[0], -1)
    return None if number < 0 else number


def has_text(key: str, transcript: str) -> bool:
    """Whether ``key`` is that of a version with this very text."""
    return key.partition("-")[2] == _digest(transcript)


def check_unchanged(transcript: str, seen: str, refusal: str = REPLACED) -> None:
    """``RefusedError`` if ``transcript`` is no longer the one of the version ``seen``."""
    if not has_text(seen, transcript):
        raise RefusedError(refusal)


def corrected(transcript: str, seen: str | None, correction: Correction) -> str:
    """``transcript`` with the correction. ``RefusedError`` if somebody else changed the same cues.

    ``seen``: the text on which the correction was typed. None where that version is no longer kept: nothing is merged.
    """
    cues = _merged(read(transcript), read(seen or ""), correction)
    if cues is None:
        raise RefusedError(CONFLICT)
    is_untimed = is_waiting_for_times(transcript) and not correction.is_timed
    return to_vtt(cues, read_stored(transcript).notes, is_untimed=is_untimed)


def _merged(current: list[Cue], seen: list[Cue], correction: Correction) -> list[Cue] | None:
    """The current cues with the correction, wherever the corrected ones are now; None if they are gone."""
    if not seen:
        return None
    replaced = seen[correction.first : correction.last]
    places = [correction.first] if current == seen else _places(current, replaced)
    if len(places) != 1:
        return None
    merged = [*current[: places[0]], *correction.cues, *current[places[0] + len(replaced) :]]
    return merged if all(cue.start <= following.start for cue, following in pairwise(merged)) else None


def _places(cues: list[Cue], part: list[Cue]) -> list[int]:
    """Where ``part`` stands in ``cues``: the rank of its first cue, each time."""
    if not part:
        return []
    return [start for start in range(len(cues) - len(part) + 1) if cues[start : start + len(part)] == part]


def _digest(transcript: str) -> str:
    return hashlib.sha256(transcript.encode()).hexdigest()[:12]
