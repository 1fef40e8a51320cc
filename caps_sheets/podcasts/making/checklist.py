"""What making an episode takes, step by step: some steps the portal sees by itself, the others somebody ticks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from caps_sheets.podcasts import chapters
from caps_sheets.podcasts.transcripts import coverage_warning, is_waiting_for_times, review_key
from caps_sheets.podcasts.voices.rules import match_voices
from portal.medialib.models import PortalMedia
from portal.taxonomies.models import Theme

if TYPE_CHECKING:
    from caps_sheets.podcasts.models import ChecklistTick, EpisodePage, VoiceAuthorisation


@dataclass(frozen=True)
class Step:
    """``is_seen``: the portal finds out by itself, nobody ticks it. ``place``: the screen where it is done.

    ``is_about_sound``: what is ticked was heard; another sound is to hear again.
    """

    key: str
    label: str
    advice: str
    is_seen: bool = False
    place: str = ""
    is_about_sound: bool = False


STEPS = (
    Step("conducteur", "Conducteur prêt", "Relu par qui anime et envoyé aux invités.", place="episode_script"),
    Step(
        "autorisations",
        "Autorisations de voix",
        "Chaque voix a une autorisation signée, valable aujourd’hui.",
        True,
        "episode_voices",
    ),
    Step("enregistrement", "Enregistrement", "Le son brut est gardé hors du portail."),
    Step("montage", "Montage", "Son choisi dans l’épisode, écouté en entier.", is_about_sound=True),
    Step(
        "transcription",
        "Transcription relue",
        "Vérifiée en écoutant, état « relue ».",
        True,
        "episode_transcript",
    ),
    Step("chapitres", "Chapitres", "Au moins trois, le premier à 00:00:00.", True, "wagtailadmin_pages:edit"),
    Step(
        "note",
        "Note de contenu",
        "Écrite si un thème parle du suicide ; le 3114 est alors dans la page.",
        True,
        "wagtailadmin_pages:edit",
    ),
    Step(
        "essai",
        "Essai d’écoute",
        "Sur un téléphone, du début à la fin, par une autre personne.",
        is_about_sound=True,
    ),
)
BY_KEY = {step.key: step for step in STEPS}


@dataclass(frozen=True)
class Progress:
    """A step of one episode."""

    step: Step
    is_done: bool
    tick: "ChecklistTick | None" = None


def content_of(episode: "EpisodePage") -> Mapping[str, Any]:
    """The last draft as it is stored: read as it stands, so that a list of episodes costs no query each."""
    revision = episode.latest_revision
    return revision.content if revision else episode.serializable_data()


def help_themes() -> set[int]:
    """The themes that ask for the help numbers and a content note."""
    return set(Theme.objects.filter(shows_help=True).values_list("pk", flat=True))


def progress(
    episode: "EpisodePage",
    content: Mapping[str, Any],
    held: Iterable["VoiceAuthorisation"],
    ticks: Iterable["ChecklistTick"],
    *,
    sensitive: set[int],
    today: date,
) -> list[Progress]:
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
        Progress(step, seen[step.key]) if step.is_seen else Progress(step, step.key in ticked, ticked.get(step.key))
        for step in STEPS
    ]


def progress_of(episode: "EpisodePage", today: date) -> list[Progress]:
    ticks = episode.checklist_ticks.select_related("by")
    held = episode.voice_authorisations.all()
    return progress(episode, content_of(episode), held, ticks, sensitive=help_themes(), today=today)


def remaining(steps: Iterable[Progress]) -> list[str]:
    """Labels of what is not done."""
    return [each.step.label for each in steps if not each.is_done]


def advice(episode: "EpisodePage", today: date) -> list[tuple[str, list[str]]]:
    """(label, sentences) for the panel of the form: what the making still lacks, what the transcript leaves out."""
    found = []
    if not episode.live and (left := remaining(progress_of(episode, today))):
        found.append(("Préparation", [f"Reste : {', '.join(left)}."]))
    duration = episode.audio.duration if episode.audio else 0
    if warning := coverage_warning(episode.cues, duration):
        found.append(("Transcription", [warning]))
    return found


def _has_agreements(content: Mapping[str, Any], held: Iterable["VoiceAuthorisation"], today: date) -> bool:
    speakers = content.get("speaker_items") or []
    roles = [speaker["role"] for speaker in speakers if not speaker.get("is_synthetic")]
    has_extract = content.get("soundbite_start") is not None
    voices = match_voices(roles, held, has_extract=has_extract, today=today)
    return bool(speakers) and not any(voice.lacking for voice in voices)


def _is_transcript_read(episode: "EpisodePage", content: Mapping[str, Any], sound: PortalMedia | None) -> bool:
    text = content.get("transcript") or ""
    is_marked = content.get("transcript_status") == episode.TranscriptStatus.REVIEWED
    if not (is_marked and text.strip()) or is_waiting_for_times(text):
        return False
    return content.get("transcript_reviewed_key") == review_key(text, sound.version if sound else "")


def _has_chapters(content: Mapping[str, Any], sound: PortalMedia | None) -> bool:
    """Whether they can be read and end before the sound that they are about."""
    text = content.get("chapters") or ""
    return bool(chapters.read(text)) and not chapters.check(text, sound.duration if sound else None)


def sound_of(episode: "EpisodePage", content: Mapping[str, Any]) -> PortalMedia | None:
    """The sound that the draft names, which is most often that of the page."""
    pk = content.get("audio")
    if pk == episode.audio_id:
        return episode.audio
    return PortalMedia.objects.filter(pk=pk).first()


def heard(step: Step, sound: PortalMedia | None) -> str:
    """What a tick of ``step`` was given to: the very file, for the steps that listen to it."""
    return sound.version if sound and step.is_about_sound else ""


def _theme_ids(content: Mapping[str, Any]) -> set[int]:
    return {item["tag"] for item in content.get("theme_items") or []}
