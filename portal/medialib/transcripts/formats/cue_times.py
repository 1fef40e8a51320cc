"""Times of the cues of a file, put right where they cannot be followed."""

from bisect import bisect_right
from dataclasses import dataclass

from portal.base.readings import Remark
from portal.medialib.transcripts.formats.webvtt import Cue

PACE = 15.0  # characters a second of unhurried French
SHORTEST_MENDED = 1.0  # seconds
LATEST = 36_000_000.0  # seconds: ten thousand hours, above any sound


@dataclass(frozen=True, slots=True)
class FileCue:
    """What one place of a file says. ``end``: None if it is missing; ``source``: the times as they are written."""

    line: int
    start: float
    end: float | None
    speaker: str
    text: str
    source: str
    cell: str = ""


def mended(cues: list[FileCue]) -> tuple[list[Cue], list[Remark]]:
    """The cues in the order of their times, and a notice of each that was moved or given another end."""
    notices = []
    starts: list[float] = []
    kept, latest = [], 0.0
    for cue in cues:
        if cue.start < latest:
            message = "cette réplique commence avant la précédente : elle est remise à sa place."
            notices.append(Remark(message, cue.line, cue.cell, cue.source))
        latest = max(latest, cue.start)
        end = cue.end
        if end is None or end <= cue.start:
            starts = starts or sorted({cue.start for cue in cues})
            end = _likely_end(cue, starts)
            reason = "sans fin" if cue.end is None else "dont la fin ne vient pas après le début"
            message = f"réplique {reason} : elle dure {end - cue.start:.1f} s, à régler en écoutant.".replace(
                ".", ",", 1
            )
            notices.append(Remark(message, cue.line, cue.cell, cue.source))
        kept.append(Cue(cue.start, end, cue.speaker, cue.text))
    return sorted(kept, key=lambda cue: cue.start), notices


def _likely_end(cue: FileCue, starts: list[float]) -> float:
    """The time to say the text, unless the next cue starts before."""
    end = cue.start + max(SHORTEST_MENDED, len(cue.text) / PACE)
    following = bisect_right(starts, cue.start)
    return round(min([end, *starts[following : following + 1]]), 3)
