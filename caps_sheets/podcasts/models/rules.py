"""What an episode needs to be public: rules, steps of its production, and valid agreements of its voices.

The portal detects some steps by itself; a person ticks the others. A voice may be broadcast with an agreement, or if
it is nobody's voice.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from caps_sheets.podcasts.formats import chapters
from portal.base.time_marks import show_time_mark
from portal.medialib.models import PortalMedia
from portal.medialib.rules import image_errors
from portal.medialib.transcripts import formats
from portal.taxonomies.models import Theme

if TYPE_CHECKING:
    from collections.abc import Iterable

    from caps_sheets.podcasts.models.episode import EpisodePage
    from caps_sheets.podcasts.models.production import ChecklistTick
    from caps_sheets.podcasts.models.related import EpisodeLink
    from caps_sheets.podcasts.models.voices import VoiceAuthorisation


@dataclass(frozen=True)
class VoiceNeed:
    """A voice that needs an agreement. ``held``: the agreements under its function, best first.

    ``lacking``: how many more agreements its function needs (two people may have the same).
    """

    role: str
    held: tuple["VoiceAuthorisation", ...]
    lacking: int
    message: str


def role_key(role: str) -> str:
    """Equal for two spellings of a function that differ by case or spaces only."""
    return " ".join(role.split()).casefold()


def voices_of(episode: "EpisodePage", today: date) -> list[VoiceNeed]:
    """The human voices of the episode, as its page names them; synthetic voices need no agreement."""
    roles = [speaker.role for speaker in episode.speaker_items.all() if not speaker.is_synthetic]
    held = episode.voice_authorisations.all() if episode.pk else []
    return match_voices(roles, held, has_extract=episode.soundbite_start is not None, today=today)


def match_voices(
    roles: list[str], held: Iterable["VoiceAuthorisation"], *, has_extract: bool, today: date
) -> list[VoiceNeed]:
    """Each function of ``roles`` with its agreements. ``has_extract``: an extract is chosen, and needs its own
    permission.
    """
    by_role = defaultdict(list)
    for authorisation in held:
        by_role[role_key(authorisation.role)].append(authorisation)
    needed = Counter(map(role_key, roles))
    names = {role_key(role): role for role in reversed(roles)}
    return [_voice(names[key], count, by_role[key], has_extract, today) for key, count in needed.items()]


def voice_errors(episode: "EpisodePage", today: date) -> list[str]:
    """French sentences; empty if every voice may be broadcast on ``today``."""
    return [voice.message for voice in voices_of(episode, today) if voice.message]


def _is_enough(authorisation: "VoiceAuthorisation", has_extract: bool, today: date) -> bool:
    covers = not has_extract or authorisation.scope == authorisation.Scope.EXTRACTS
    return covers and authorisation.state(today) == authorisation.State.VALID


def _voice(role: str, needed: int, held: list["VoiceAuthorisation"], has_extract: bool, today: date) -> VoiceNeed:
    enough = [agreement for agreement in held if _is_enough(agreement, has_extract, today)]
    others = [agreement for agreement in held if agreement not in enough]
    lacking = max(0, needed - len(enough))
    if not lacking:
        message = ""
    elif needed > 1:
        message = f"Il manque {lacking} des {needed} autorisations de diffusion de la voix : {role}."
    else:
        message = _message(role, others[-1] if others else None, today)
    return VoiceNeed(role, (*enough, *others), lacking, message)


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


@dataclass(frozen=True)
class ChecklistStep:
    """``is_seen``: the portal detects it by itself, nobody ticks it. ``place``: the screen where it is done.

    ``is_about_sound``: the tick is about the sound; another sound has to be heard again.
    """

    key: str
    label: str
    advice: str
    is_seen: bool = False
    place: str = ""
    is_about_sound: bool = False


STEPS = (
    ChecklistStep("conducteur", "Conducteur prêt", "Relu par qui anime et envoyé aux invités.", place="episode_script"),
    ChecklistStep(
        "autorisations",
        "Autorisations de voix",
        "Chaque voix a une autorisation signée, valable aujourd’hui.",
        True,
        "episode_voices",
    ),
    ChecklistStep("enregistrement", "Enregistrement", "Le son brut est gardé hors du portail."),
    ChecklistStep("montage", "Montage", "Son choisi dans l’épisode, écouté en entier.", is_about_sound=True),
    ChecklistStep(
        "transcription",
        "Transcription relue",
        "Vérifiée en écoutant, état « relue ».",
        True,
        "episode_transcript",
    ),
    ChecklistStep("chapitres", "Chapitres", "Au moins trois, le premier à 00:00:00.", True, "wagtailadmin_pages:edit"),
    ChecklistStep(
        "note",
        "Note de contenu",
        "Écrite si un thème parle du suicide ; le 3114 est alors dans la page.",
        True,
        "wagtailadmin_pages:edit",
    ),
    ChecklistStep(
        "essai",
        "Essai d’écoute",
        "Sur un téléphone, du début à la fin, par une autre personne.",
        is_about_sound=True,
    ),
)

BY_KEY = {step.key: step for step in STEPS}


@dataclass(frozen=True)
class ChecklistProgress:
    """A step of one episode."""

    step: ChecklistStep
    is_done: bool
    tick: "ChecklistTick | None" = None


def content_of(episode: "EpisodePage") -> Mapping[str, Any]:
    """The last draft as stored, without building the page, so that a list of episodes costs no query each."""
    revision = episode.latest_revision
    return revision.content if revision else episode.serializable_data()


def help_themes() -> set[int]:
    """The themes that require the help numbers and a content note."""
    return set(Theme.objects.filter(shows_help=True).values_list("pk", flat=True))


def progress(
    episode: "EpisodePage",
    content: Mapping[str, Any],
    held: Iterable["VoiceAuthorisation"],
    ticks: Iterable["ChecklistTick"],
    *,
    sensitive: set[int],
    today: date,
) -> list[ChecklistProgress]:
    """Every step in order. ``sensitive``: see ``help_themes``."""
    sound = sound_of(episode, content)
    seen = {
        "autorisations": _has_agreements(content, held, today),
        "transcription": _is_transcript_read(episode, content, sound),
        "chapitres": _has_chapters(content, sound),
        "note": bool((content.get("content_note") or "").strip()) or not _theme_ids(content) & sensitive,
    }
    ticked = {tick.step: tick for tick in ticks if tick.content_key == heard(BY_KEY[tick.step], sound)}
    return [
        ChecklistProgress(step, seen[step.key])
        if step.is_seen
        else ChecklistProgress(step, step.key in ticked, ticked.get(step.key))
        for step in STEPS
    ]


def progress_of(episode: "EpisodePage", today: date) -> list[ChecklistProgress]:
    ticks = episode.checklist_ticks.select_related("by")
    held = episode.voice_authorisations.all()
    return progress(episode, content_of(episode), held, ticks, sensitive=help_themes(), today=today)


def remaining(steps: Iterable[ChecklistProgress]) -> list[str]:
    """Labels of the remaining steps."""
    return [step.step.label for step in steps if not step.is_done]


def advice(episode: "EpisodePage", today: date) -> list[tuple[str, list[str]]]:
    """(label, sentences) for the panel of the form: remaining steps, passages without transcript."""
    remarks = []
    if not episode.live and (left := remaining(progress_of(episode, today))):
        remarks.append(("Préparation", [f"Reste : {', '.join(left)}."]))
    duration = episode.audio.duration if episode.audio else 0
    if warning := formats.coverage_warning(episode.cues, duration):
        remarks.append(("Transcription", [warning]))
    return remarks


def _has_agreements(content: Mapping[str, Any], held: Iterable["VoiceAuthorisation"], today: date) -> bool:
    speakers = content.get("speaker_items") or []
    roles = [speaker["role"] for speaker in speakers if not speaker.get("is_synthetic")]
    has_extract = content.get("soundbite_start") is not None
    voices = match_voices(roles, held, has_extract=has_extract, today=today)
    return bool(speakers) and not any(voice.lacking for voice in voices)


def _is_transcript_read(episode: "EpisodePage", content: Mapping[str, Any], sound: PortalMedia | None) -> bool:
    text = content.get("transcript") or ""
    is_marked = content.get("transcript_status") == episode.TranscriptStatus.REVIEWED
    if not (is_marked and text.strip()) or formats.is_waiting_for_times(text):
        return False
    return content.get("transcript_reviewed_key") == formats.review_key(text, sound.version if sound else "")


def _has_chapters(content: Mapping[str, Any], sound: PortalMedia | None) -> bool:
    """Whether they can be parsed and end before the end of the sound."""
    text = content.get("chapters") or ""
    return bool(chapters.read(text)) and not chapters.check(text, sound.duration if sound else None)


def sound_of(episode: "EpisodePage", content: Mapping[str, Any]) -> PortalMedia | None:
    """The sound of the draft, which is most often that of the page."""
    pk = content.get("audio")
    if pk == episode.audio_id:
        return episode.audio
    return PortalMedia.objects.filter(pk=pk).first() if pk else None


def heard(step: ChecklistStep, sound: PortalMedia | None) -> str:
    """What a tick of ``step`` is about: the very file, for the steps that listen to it."""
    return sound.version if sound and step.is_about_sound else ""


def _theme_ids(content: Mapping[str, Any]) -> set[int]:
    return {item["tag"] for item in content.get("theme_items") or []}


SHORTEST_EXTRACT, LONGEST_EXTRACT = 15, 120  # seconds


def publication_errors(episode: "EpisodePage", today: date) -> dict[str, list[str]]:
    """French messages by field or relation name; ``{}`` when nothing is missing."""
    errors = {
        "date": [] if episode.date else ["Indiquez la date de diffusion."],
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
    if audio.is_taken_down:
        return ["Ce fichier audio est retiré en urgence : choisissez-en un autre."]
    if audio.duration <= 0 or not audio.version or not audio.file.storage.exists(audio.file.name):
        return ["Le fichier audio est absent ou illisible : ajoutez-le de nouveau."]
    return []


def _transcript_errors(episode: "EpisodePage") -> list[str]:
    if not episode.transcript.strip():
        return ["Ajoutez la transcription : sans elle, l’épisode n’est pas accessible à tout le monde."]
    errors = formats.check(episode.transcript, episode.audio.duration if episode.audio else None)
    if formats.is_waiting_for_times(episode.transcript):
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
        return []  # reported beside the voices themselves
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
