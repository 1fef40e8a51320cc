"""Which voices of an episode may be broadcast today: each one is somebody’s agreement, or nobody’s voice."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import EpisodePage, VoiceAuthorisation


@dataclass(frozen=True)
class Voice:
    """A voice that needs an agreement. ``held``: the agreements under its function, best first.

    ``lacking``: how many more agreements its function needs (two people may have the same).
    """

    role: str
    held: tuple["VoiceAuthorisation", ...]
    lacking: int
    message: str


def role_key(role: str) -> str:
    """The same for two spellings of a function that differ by case or spaces only."""
    return " ".join(role.split()).casefold()


def voices_of(episode: "EpisodePage", today: date) -> list[Voice]:
    """The voices that people lend to the episode, as its page names them; synthetic voices need no agreement."""
    roles = [speaker.role for speaker in episode.speaker_items.all() if not speaker.is_synthetic]
    held = episode.voice_authorisations.all() if episode.pk else []
    return match_voices(roles, held, has_extract=episode.soundbite_start is not None, today=today)


def match_voices(
    roles: list[str], held: Iterable["VoiceAuthorisation"], *, has_extract: bool, today: date
) -> list[Voice]:
    """Each function of ``roles`` beside its agreements. ``has_extract``: an extract is chosen, and asked for apart."""
    by_role = defaultdict(list)
    for authorisation in held:
        by_role[role_key(authorisation.role)].append(authorisation)
    needed = Counter(map(role_key, roles))
    names = {role_key(role): role for role in reversed(roles)}
    return [_voice(names[key], count, by_role[key], has_extract, today) for key, count in needed.items()]


def voice_errors(episode: "EpisodePage", today: date) -> list[str]:
    """French sentences; none when every voice may be broadcast on ``today``."""
    return [voice.message for voice in voices_of(episode, today) if voice.message]


def _is_enough(authorisation: "VoiceAuthorisation", has_extract: bool, today: date) -> bool:
    covers = not has_extract or authorisation.scope == authorisation.Scope.EXTRACTS
    return covers and authorisation.state(today) == authorisation.State.VALID


def _voice(role: str, needed: int, held: list["VoiceAuthorisation"], has_extract: bool, today: date) -> Voice:
    enough = [each for each in held if _is_enough(each, has_extract, today)]
    others = [each for each in held if each not in enough]
    lacking = max(0, needed - len(enough))
    if not lacking:
        message = ""
    elif needed > 1:
        message = f"Il manque {lacking} des {needed} autorisations de diffusion de la voix : {role}."
    else:
        message = _message(role, others[-1] if others else None, today)
    return Voice(role, (*enough, *others), lacking, message)


def _message(role: str, last: "VoiceAuthorisation | None", today: date) -> str:
    if last is None:
        return f"L’autorisation de diffusion de la voix manque : {role}."
    why = {
        last.State.WITHDRAWN: "a été retirée",
        last.State.EXPIRED: f"a pris fin le {last.until:%d/%m/%Y}" if last.until else "",
        last.State.FUTURE: f"ne vaut qu’à partir du {last.signed_on:%d/%m/%Y}",
        last.State.VALID: "ne permet pas d’extrait choisi",
    }[last.state(today)]
    return f"L’autorisation de diffusion de la voix {why} : {role}."
