"""Passages of a transcript: chosen cue by cue or word by word, sent to a section of the sheet, taken back."""

from dataclasses import dataclass

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.files import check_consent
from caps_sheets.capitalisation.interviews.services import HEADINGS
from caps_sheets.capitalisation.models import Consent, FileKind, Interview, Passage, PrivateFile
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.medialib.transcripts.corrections import check_unchanged
from portal.medialib.transcripts.formats import Cue, read
from portal.users.models import User

LONGEST = 5000  # characters
CHANGED = "La transcription a changé depuis l’ouverture de cette page : rechargez-la, puis choisissez de nouveau."
NO_QUOTATION = (
    "La personne n’a pas accepté d’être citée : ce passage peut nourrir une section, il ne peut pas être un verbatim."
)


@dataclass(frozen=True)
class PassageChoice:
    """Cues by their ranks in the version ``seen``; ``words``: those chosen in them, or empty for all."""

    seen: str
    ranks: tuple[int, ...]
    section: str
    is_verbatim: bool = False
    words: str = ""


@transaction.atomic
def keep_passage(file: PrivateFile, choice: PassageChoice, *, by: User) -> Passage:
    """Send a passage to a section. ``RefusedError`` says what prevents it."""
    interview = locked(file.interview)
    fresh = locked(file)
    if fresh.deleted_on or interview.answers_deleted_on:
        raise RefusedError("Cette transcription est supprimée.")
    check_consent(interview, FileKind.TRANSCRIPT)
    check_unchanged(fresh.text, choice.seen, CHANGED)
    if choice.section not in HEADINGS:
        raise RefusedError("Choisissez la section de la fiche.")
    if choice.is_verbatim and not allows_verbatims(interview):
        raise RefusedError(NO_QUOTATION)
    passage = _passage(fresh, choice)
    passage.created_by = by
    passage.save()
    data = {"section": HEADINGS[choice.section], "verbatim": choice.is_verbatim}
    log(instance=interview, action="capitalisation.passage_kept", user=by, data=data)
    return passage


@transaction.atomic
def remove_passage(passage: Passage, *, by: User) -> None:
    fresh = locked(passage, "interview")
    log(instance=fresh.interview, action="capitalisation.passage_removed", user=by)
    fresh.delete()


def allows_verbatims(interview: Interview) -> bool:
    consent: Consent | None = getattr(interview, "consent", None)
    return consent is not None and consent.allows_verbatims and consent.withdrawn_on is None


def _passage(file: PrivateFile, choice: PassageChoice) -> Passage:
    cues = _chosen(read(file.text), choice.ranks)
    said = " ".join(" ".join(cue.text.split()) for cue in cues)
    words = " ".join(choice.words.split())
    if words and words not in said:
        raise RefusedError(CHANGED)
    if len(words or said) > LONGEST:
        raise RefusedError(f"Ce passage dépasse {LONGEST} caractères : choisissez-en une partie.")
    voices = list(dict.fromkeys(cue.speaker for cue in cues if cue.speaker))
    return Passage(
        interview=file.interview,
        transcript=file,
        section=choice.section,
        is_verbatim=choice.is_verbatim,
        start=int(cues[0].start),
        end=max(int(cue.end) for cue in cues),
        voice=", ".join(voices)[:160],
        text=words or said,
    )


def _chosen(cues: list[Cue], ranks: tuple[int, ...]) -> list[Cue]:
    """In the order of the sound, whatever the order of the choice."""
    chosen = [cues[rank] for rank in sorted(set(ranks)) if 0 <= rank < len(cues)]
    if not chosen:
        raise RefusedError("Choisissez d’abord un passage : sélectionnez des mots, ou cochez des répliques.")
    return chosen
