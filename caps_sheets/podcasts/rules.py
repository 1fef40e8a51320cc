"""What an episode needs before it may be public."""

from datetime import date
from typing import TYPE_CHECKING

from caps_sheets.podcasts import chapters, transcripts
from caps_sheets.podcasts.voices.rules import role_key, voice_errors
from portal.base.time_marks import show_time_mark
from portal.medialib.rules import image_errors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caps_sheets.podcasts.models import EpisodePage
    from caps_sheets.podcasts.models.links import EpisodeLink

SHORTEST_EXTRACT, LONGEST_EXTRACT = 15, 120  # seconds
#: Proposed as soon as a theme asks for the help numbers; the author says it better.
CONTENT_NOTE = "Cet épisode parle du suicide."


def publication_errors(episode: "EpisodePage", today: date) -> dict[str, list[str]]:
    """French messages by field or relation name; ``{}`` when nothing is missing."""
    errors = {
        "summary": [] if episode.summary.strip() else ["Écrivez un résumé court."],
        "audio": _audio_errors(episode),
        "transcript": [*_transcript_errors(episode), *_voice_errors(episode)],
        "transcript_status": _review_errors(episode),
        "chapters": chapters.check(episode.chapters, episode.audio.duration if episode.audio else None),
        "soundbite_start": _extract_errors(episode),
        "sheet_items": [*_link_errors(episode), *_moment_errors(episode, episode.sheet_items.all())],
        "clsm_items": _moment_errors(episode, episode.clsm_items.all()),
        "speaker_items": _speaker_errors(episode, today),
        "image": image_errors(episode.image, today),
        "content_note": _content_note_errors(episode),
    }
    return {name: messages for name, messages in errors.items() if messages}


def _audio_errors(episode: "EpisodePage") -> list[str]:
    audio = episode.audio
    if audio is None:
        return ["Choisissez le fichier audio."]
    if audio.duration <= 0 or not audio.version or not audio.file.storage.exists(audio.file.name):
        return ["Le fichier audio est absent ou illisible : ajoutez-le de nouveau."]
    return []


def _transcript_errors(episode: "EpisodePage") -> list[str]:
    if not episode.transcript.strip():
        return ["Ajoutez la transcription : sans elle, l’épisode n’est pas accessible à tout le monde."]
    errors = transcripts.check(episode.transcript, episode.audio.duration if episode.audio else None)
    if transcripts.is_waiting_for_times(episode.transcript):
        errors.append("Les temps de la transcription sont estimés : réglez-les en écoutant le son.")
    return errors


def _review_errors(episode: "EpisodePage") -> list[str]:
    if episode.is_transcript_reviewed:
        return []
    if episode.transcript_status == episode.TranscriptStatus.REVIEWED:
        return ["La transcription ou le son a changé depuis la relecture : écoutez-le de nouveau en la lisant."]
    return ["La transcription doit être relue par une personne."]


def _voice_errors(episode: "EpisodePage") -> list[str]:
    """A voice that nobody declared has no agreement, and may be somebody’s name."""
    declared = {role_key(speaker.role) for speaker in episode.speaker_items.all()}
    if not declared:
        return []  # said beside the voices themselves
    heard = {role_key(cue.speaker): cue.speaker for cue in episode.cues if cue.speaker}
    return [
        f"La transcription fait parler « {name} », qui n’est pas dans « Voix entendues » : déclarez cette voix par sa "
        "fonction, ou corrigez la transcription."
        for key, name in heard.items()
        if key not in declared
    ]


def _link_errors(episode: "EpisodePage") -> list[str]:
    if episode.sheet_items.all() or episode.clsm_items.all():
        return []
    return ["Reliez l’épisode à au moins une fiche ou un CLSM."]


def _moment_errors(episode: "EpisodePage", items: "Iterable[EpisodeLink]") -> list[str]:
    duration = episode.audio.duration if episode.audio else 0
    late = [item.start for item in items if item.start is not None and duration and item.start >= duration]
    return [f"Le moment {show_time_mark(start)} vient après la fin du fichier audio." for start in late]


def _extract_errors(episode: "EpisodePage") -> list[str]:
    """Bounds of ``podcast:soundbite``: fifteen seconds to two minutes, inside the sound."""
    start, duration = episode.soundbite_start, episode.soundbite_duration
    if start is None and duration is None:
        return []
    if start is None or duration is None:
        return ["Donnez le début et la durée de l’extrait, ou aucun des deux."]
    if not SHORTEST_EXTRACT <= duration <= LONGEST_EXTRACT:
        return [f"L’extrait dure entre {SHORTEST_EXTRACT} et {LONGEST_EXTRACT} secondes."]
    if episode.audio and start + duration > episode.audio.duration:
        return ["L’extrait dépasse la fin du fichier audio."]
    return []


def _speaker_errors(episode: "EpisodePage", today: date) -> list[str]:
    if not list(episode.speaker_items.all()):
        return ["Indiquez les voix entendues, par leur fonction."]
    return voice_errors(episode, today)


def _content_note_errors(episode: "EpisodePage") -> list[str]:
    if episode.shows_help and not episode.content_note.strip():
        return ["L’épisode parle du suicide : écrivez un avertissement sur le contenu."]
    return []
