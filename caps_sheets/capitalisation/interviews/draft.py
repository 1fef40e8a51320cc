"""The draft sheet made from the analysis of the interviews and the census answer. Its author rewrites it.

The draft is made once: the sheet belongs to its author afterwards, and nothing here writes to it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.case_files.notifications import tell_clsm_of_draft
from caps_sheets.capitalisation.interviews.sources import Heard, heard_in, sentence_key
from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusAnswer,
    Interview,
    InterviewNote,
    Passage,
    Progress,
    SheetSource,
    Stage,
)
from caps_sheets.capitalisation.models.interview import has_valid_consent, interviews_closed, transcripts_reviewed
from caps_sheets.models import CapsSheetPage, SheetClsm, SheetCommune, SheetsIndexPage
from caps_sheets.models.sheet import Recurrence
from caps_sheets.models.sheet_rules import THEMES, to_rewrite
from caps_sheets.sections import SECTIONS
from network.models import Organisation
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.time_marks import without_marks
from portal.users.models import User

SAME_NAME = ("start_date", "end_date", "in_qpv", "qpv_names", "budget", "reach", "main_theme", "is_demo")

SAME_TERMS = ("objectives", "audiences", "settings", "action_types", "funders")


def fill_identity(sheet: CapsSheetPage, case_file: CaseFile, interviews: list[Interview]) -> None:
    """Fill the unsaved ``sheet`` from the census and the interviews; the rest stays empty."""
    answer = case_file.answer
    for name in SAME_NAME:
        setattr(sheet, name, getattr(answer, name))
    for name in SAME_TERMS:
        setattr(sheet, name, list(getattr(answer, name).all()))
    sheet.themes.add(*_themes(answer))
    sheet.clsm_items = [SheetClsm(clsm=answer.clsm)]
    sheet.commune_items = [SheetCommune(commune=commune) for commune in answer.communes.all()]
    sheet.scale = answer.clsm.scale
    sheet.carrier = Organisation.objects.filter(name__iexact=answer.carrier_name.strip()).first()
    sheet.is_ongoing = answer.progress in (Progress.RUNNING, Progress.RECURRENT) and answer.end_date is None
    sheet.recurrence = Recurrence.RECURRENT if answer.progress == Progress.RECURRENT else ""
    sheet.facilitator = case_file.owner.job_title if case_file.owner else ""
    sheet.interview_dates = ", ".join(dict.fromkeys(f"{interview.met_on:%d/%m/%Y}" for interview in interviews))[:120]
    roles = [interview.interviewee_role for interview in interviews if interview.consent.allows_role]
    sheet.interviewed_roles = ", ".join(dict.fromkeys(roles))[:300]


def _themes(answer: CensusAnswer) -> list:
    """The main theme, then the others, up to the number that a sheet may have."""
    chosen = [answer.main_theme] if answer.main_theme else []
    chosen += [theme for theme in answer.themes.all() if theme != answer.main_theme]
    return chosen[: THEMES[1]]


UNNAMED = "Personne interrogée"

Block = tuple[str, object]


def draft_blockers(case_file: CaseFile) -> list[str]:
    """What prevents the draft, in French; empty if nothing does."""
    return list(_blockers(case_file))


@transaction.atomic
def draft_sheet(case_file: CaseFile, *, by: User) -> CapsSheetPage:
    """Create the draft under the list of sheets, owned by the owner of the file, and link it to the file."""
    fresh = locked(case_file)
    if blockers := draft_blockers(fresh):
        raise RefusedError(*blockers)
    parent = SheetsIndexPage.objects.first()
    if parent is None:
        raise RefusedError("La liste des fiches n’existe pas encore : lancez « setup_site ».")
    interviews = list(Interview.objects.filter(case_file=fresh).select_related("consent"))
    sheet = CapsSheetPage(title=fresh.answer.title or "Fiche sans titre", live=False, owner=fresh.owner or by)
    sheet.summary = to_rewrite(fresh.answer.description) if fresh.answer.description else ""
    drafted = draft_body(fresh, interviews)
    sheet.body = [(key, [item.block for item in items]) for key, items in drafted]
    fill_identity(sheet, fresh, interviews)
    parent.add_child(instance=sheet)
    revision = sheet.save_revision(user=by, log_action=True)
    _keep_sources(revision.as_object(), drafted)
    CaseFile.objects.filter(pk=fresh.pk).update(sheet=sheet)
    case_file.sheet = sheet
    data = {"case_file": fresh.pk, "answer": fresh.answer_id, "interviews": [interview.pk for interview in interviews]}
    log(instance=sheet, action="capitalisation.sheet_drafted", user=by, revision=revision, data=data)
    tell_clsm_of_draft(fresh, by=by)
    return sheet


@dataclass(frozen=True)
class Drafted:
    """A block, the interview where it was heard, and its sentences with their second."""

    block: Block
    interview: Interview | None = None
    heard: Heard = field(default_factory=list)


def draft_body(case_file: CaseFile, interviews: list[Interview]) -> list[tuple[str, list[Drafted]]]:
    """The fourteen sections: the census texts, then the answers and the passages of each interview."""
    content: dict[str, list[Drafted]] = {section.key: [] for section in SECTIONS}
    for key, heading, text in _from_census(case_file.answer):
        if text.strip():
            content[key].append(Drafted(("paragraph", to_rewrite(text, heading=heading))))
    for interview in interviews:
        for note in interview.answers.select_related("question"):
            for key in content.keys() & note.target_sections:
                content[key].extend(_of_answer(note, interview))
        for passage in interview.passages.all():
            content[passage.section].extend(_of_passage(passage, interview))
    return list(content.items())


def _keep_sources(sheet: CapsSheetPage, drafted: list[tuple[str, list[Drafted]]]) -> None:
    """The blocks have their identifiers since they were saved, in the same order."""
    saved = {section.block_type: section.value for section in sheet.body}
    SheetSource.objects.bulk_create(
        SheetSource(
            sheet_id=sheet.pk,
            interview=item.interview,
            block_id=block.id,
            sentence=sentence_key(sentence),
            second=second,
        )
        for key, items in drafted
        for item, block in zip(items, saved[key], strict=False)
        for second, sentence in item.heard
    )


def _blockers(case_file: CaseFile) -> Iterator[str]:
    if case_file.sheet_id:
        yield "Une fiche existe déjà pour ce dossier : elle n’est jamais remplacée."
    if case_file.status != CaseStatus.ACTIVE or case_file.stage not in (Stage.ANALYSIS, Stage.WRITING):
        yield "Le brouillon se génère à l’étape de l’analyse ou de la rédaction, sur un dossier en cours."
    if not has_valid_consent(case_file):
        yield "Un entretien n’a pas de consentement valable."
    if not interviews_closed(case_file):
        yield "Un entretien n’est pas clos."
    if not transcripts_reviewed(case_file):
        yield "Une transcription reste à faire ou à relire."


def _from_census(answer: CensusAnswer) -> Iterator[tuple[str, str, str]]:
    """(section, source, text) of what the CLSM wrote itself."""
    yield "publics", "Recensement, place des usagers et des aidants", answer.get_involvement_display()
    yield "pilotage", "Recensement, partenaires", answer.partners
    yield "leviers", "Recensement, ce qui a bien marché", answer.went_well
    yield "difficultes", "Recensement, ce qui a posé problème", answer.went_wrong


def _of_answer(note: InterviewNote, interview: Interview) -> Iterator[Drafted]:
    """The notes, then the quotation if it was chosen and the person agrees to be quoted. No time mark is public."""
    if notes := without_marks(note.notes):
        block = ("paragraph", to_rewrite(notes, heading=without_marks(str(note))))
        yield Drafted(block, interview, heard_in(note.notes, note.time_mark))
    if note.is_kept and note.verbatim.strip():
        yield from _quotation(note.verbatim, note.speaker_role, interview, note.time_mark)


def _of_passage(passage: Passage, interview: Interview) -> Iterator[Drafted]:
    if passage.is_verbatim:
        role = passage.voice if passage.voice.casefold() in interview.interviewee_role.casefold() else ""
        yield from _quotation(passage.text, role, interview, passage.start)
    else:
        block = ("paragraph", to_rewrite(passage.text, heading="Entretien, passage de la transcription"))
        yield Drafted(block, interview, heard_in(passage.text, passage.start))


def _quotation(words: str, role: str, interview: Interview, second: int | None) -> Iterator[Drafted]:
    """Nothing without the agreement to be quoted; without that on the function, nobody is named."""
    if interview.consent.allows_verbatims:
        shown = (role or interview.interviewee_role)[:120] if interview.consent.allows_role else UNNAMED
        block = ("verbatim", {"quote": without_marks(words), "role": shown, "has_consent": False})
        yield Drafted(block, interview, heard_in(words, second))
