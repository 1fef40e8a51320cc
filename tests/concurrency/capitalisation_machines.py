"""Census answers, case files, interviews and what leads to a sheet."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from caps_sheets.capitalisation.case_files.edits import entrust, save_details
from caps_sheets.capitalisation.case_files.notifications import remind_late_files
from caps_sheets.capitalisation.case_files.services import move, open_case
from caps_sheets.capitalisation.census.corrections import ask, correct, raw_answers
from caps_sheets.capitalisation.census.documents import add_document, remove_document
from caps_sheets.capitalisation.census.editions import discard, reuse
from caps_sheets.capitalisation.census.questionnaire import QUESTIONNAIRE
from caps_sheets.capitalisation.census.reminders import ALL, remind, remind_due
from caps_sheets.capitalisation.census.services import change_state, send
from caps_sheets.capitalisation.interviews import consents, files, services
from caps_sheets.capitalisation.interviews.draft import draft_sheet
from caps_sheets.capitalisation.interviews.retention import delete_answers
from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusAnswer,
    CensusChange,
    CensusDocument,
    CensusEdition,
    CensusRequest,
    CensusState,
    Consent,
    FileKind,
    Interview,
    PrivateFile,
    Stage,
    StageMove,
)
from caps_sheets.models import CapsSheetPage
from portal.base.questionnaires.services import ShownRevisions, save_typed
from portal.site_setup.roles import COACHING, MODERATION
from portal.users.models import User
from tests.capitalisation.census_world import make_draft
from tests.capitalisation.pipeline_worlds import make_ready
from tests.concurrency.machines import World, machine, notices
from tests.factories import interviews
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheets_index

REASON = "Un motif."


def _pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("bilan.pdf", b"%PDF-1.7\n" + bytes(200), content_type="application/pdf")


def history() -> list[tuple[str, str]]:
    return list(CensusChange.objects.order_by("pk").values_list("before", "after"))


@machine
def census_answer() -> World:
    """Two people of the Centre read the same answer."""
    answer = make_answer(state=CensusState.SUBMITTED)
    make_coordinator(answer.clsm)
    first, second = make_member(MODERATION), make_member(MODERATION)
    after = (CensusState.RECORDED, CensusState.INCOMPLETE, CensusState.REFUSED, CensusState.ARCHIVED)
    decisions = {
        state.value: lambda state=state, by=by: change_state(answer, state, by=by, reason=REASON).state
        for state, by in zip(after, (first, second) * 2, strict=True)
    }
    return World(decisions, lambda: (history(), notices()), once=decisions)


@machine
def census_draft() -> World:
    """Two coordinators of one CLSM in one draft."""
    clsm = make_clsm()
    first, second = make_coordinator(clsm), make_coordinator(clsm)
    answer = make_draft(clsm)
    kept = add_document(answer, CensusDocument.Kind.choices[0][0], _pdf(), first)
    decisions = {
        "send": lambda: send(answer, by=first, revision=answer.revision).state,
        "save": lambda: (
            save_typed(QUESTIONNAIRE, answer, {"title": ["Autre titre"]}, ShownRevisions(answer.revision)).conflicts
        ),
        "discard": lambda: discard(answer, second),
        "attach": lambda: add_document(answer, kept.kind, _pdf(), second).name,
        "detach": lambda: remove_document(kept, first),
    }

    def state() -> object:
        rows = [
            (one.state, one.title, one.revision, one.privacy_notice_read_at is not None)
            for one in CensusAnswer.objects.all()
        ]
        return rows, CensusDocument.objects.count(), history(), notices()

    return World(decisions, state, once=("send", "discard"), says="déjà prise par|n’existe plus|déjà été envoyée")


@machine
def census_edition() -> World:
    answer = make_answer()
    first, second = make_coordinator(answer.clsm), make_coordinator(answer.clsm)
    decisions = {
        "first": lambda: reuse(answer, first).edition,
        "second": lambda: reuse(answer, second).edition,
    }
    return World(decisions, lambda: list(CensusAnswer.objects.order_by("pk").values_list("edition", "state")))


@machine
def case_opening() -> World:
    answer = make_answer()
    make_coordinator(answer.clsm)
    first, second, coach = make_member(MODERATION), make_member(MODERATION), make_member(COACHING)
    decisions = {
        "open": lambda: open_case(answer, by=first).stage,
        "open for somebody": lambda: open_case(answer, by=second, owner=coach).stage,
        "archive": lambda: change_state(answer, CensusState.ARCHIVED, by=second, reason=REASON).state,
    }

    def state() -> object:
        return list(CaseFile.objects.values_list("stage", "owner")), history(), notices()

    says = "déjà prise par|doit d’abord être recensée|dossier de capitalisation est ouvert"
    return World(decisions, state, once=decisions, says=says)


@machine
def case_file() -> World:
    """The Centre and the owner of a file that may go on, back or aside."""
    coach, other, centre = make_member(COACHING), make_member(COACHING), make_member(MODERATION)
    file = make_ready(Stage.FRAMING, coach)
    make_coordinator(file.answer.clsm)
    decisions = {
        "retenir": lambda: move(file, "retenir", by=coach).stage,
        "revenir": lambda: move(file, "revenir", by=centre, reason=REASON).stage,
        "ajourner": lambda: move(file, "ajourner", by=coach, reason=REASON).status,
        "ecarter": lambda: move(file, "ecarter", by=centre, reason=REASON, message="Merci.").status,
        "details": lambda: save_details(file, {"notes": "Une note."}, by=coach).notes,
        "entrust": lambda: entrust(file, other, by=centre).owner_id,
    }

    def state() -> object:
        moves = list(StageMove.objects.order_by("pk").values_list("action", "after"))
        return list(CaseFile.objects.values_list("stage", "status", "owner", "notes")), moves, history(), notices()

    says = r"a changé depuis que vous l’avez ouvert \(par .* le .*\)|revient à quelqu’un d’autre"
    return World(decisions, state, once=decisions, says=says)


@machine
def case_set_aside() -> World:
    """A file that was set aside, and the answer that it left to the Centre."""
    centre, other = make_member(MODERATION), make_member(MODERATION)
    answer = make_answer(state=CensusState.RECORDED)
    file = make_case_file(Stage.FRAMING, answer=answer, status=CaseStatus.SET_ASIDE, owner=make_member(COACHING))
    decisions = {
        "resume": lambda: move(file, "reprendre", by=centre, reason=REASON).status,
        "archive": lambda: change_state(answer, CensusState.ARCHIVED, by=other, reason=REASON).state,
    }
    says = "déjà prise par|a changé depuis|ne peut pas devenir|suit celui du dossier"

    def state() -> object:
        return list(CaseFile.objects.values_list("status")), history()

    return World(decisions, state, once=decisions, says=says)


@machine
def late_file() -> World:
    """The nightly command runs twice at one instant."""
    make_case_file(Stage.FRAMING, owner=make_member(COACHING), due_on=timezone.localdate() - timedelta(days=3))
    return World({"remind": remind_late_files}, notices)


@machine
def census_follow_up() -> World:
    """The Centre corrects while the CLSM asks, and both decide on what they saw."""
    answer = make_answer(respondent_email="ici@clsm.example")
    asking, centre, other = make_coordinator(answer.clsm), make_member(MODERATION), make_member(MODERATION)
    typed = raw_answers(answer)

    def corrected(by: User, title: str) -> str:
        return str(correct(answer, typed | {"title": [title]}, by=by, revision=0, message="Vu."))

    decisions = {
        "ask": lambda: ask(answer, wish="corriger", text="Le titre.", by=asking).pk is not None,
        "correct": lambda: corrected(centre, "Un"),
        "correct otherwise": lambda: corrected(other, "Deux"),
    }

    def state() -> object:
        asked = list(CensusRequest.objects.values_list("settled_by"))
        return CensusAnswer.objects.values_list("title", "revision").get(), asked, notices()

    once = ("correct", "correct otherwise")
    return World(decisions, state, once=once, says="a changé depuis|une demande attend")


@machine
def census_reminder() -> World:
    """Two people click, and the nightly command runs, at one instant."""
    today = timezone.localdate()
    edition = CensusEdition.objects.create(
        year=today.year, opens_on=today, closes_on=today + timedelta(days=7), reminder_days="7"
    )
    make_coordinator(make_clsm())
    first, second = make_member(MODERATION), make_member(MODERATION)
    decisions = {
        "first": lambda: remind(edition, ALL, by=first).clsms,
        "second": lambda: remind(edition, ALL, by=second).clsms,
        "command": remind_due,
    }
    return World(decisions, notices)


@machine
def interview() -> World:
    coach, other = make_member(COACHING), make_member(COACHING)
    met = interviews.make_interview(make_case_file(Stage.COLLECTION, owner=coach))
    interviews.answer(met)
    consent = Consent.objects.get()
    seen = consents.stamp(consent)
    edited = Interview.objects.get()
    edited.interviewee_role = "Élue déléguée"
    today = timezone.localdate()

    def record(by, **scope):
        fresh = Consent.objects.get(interview=met)
        for name, value in scope.items():
            setattr(fresh, name, value)
        return consents.record_consent(fresh, by=by, seen=seen).allows_role

    decisions = {
        "close": lambda: services.close_interview(met, by=coach, today=today),
        "withdraw": lambda: consents.withdraw_consent(met, today, by=coach),
        "narrow": lambda: record(other, allows_role=False),
        "edit": lambda: services.change_interview(edited, ["interviewee_role"], by=other),
        "purge": lambda: delete_answers(met, today),
        "file": lambda: files.add_file(met, FileKind.AUDIO, interviews.upload(FileKind.AUDIO), by=coach).kind,
    }

    def state() -> object:
        rows = Interview.objects.values_list("closed_by", "answers_deleted_on", "interviewee_role")
        agreed = Consent.objects.values_list("withdrawn_on", "allows_role", "recorded_by")
        return list(rows), list(agreed), PrivateFile.objects.count(), notices()

    return World(decisions, state, says=r"déjà prise (par|le|:)|déjà")


@machine
def first_consent() -> World:
    """Two people record the agreement that nobody had recorded."""
    first, second = make_member(COACHING), make_member(COACHING)
    met = interviews.make_interview(consent=False)

    def record(by, given_on):
        consent = Consent(interview=met, text_version="2026-1", given_on=given_on)
        return consents.record_consent(consent, by=by, seen="").given_on

    decisions = {
        "first": lambda: record(first, date(2026, 3, 3)),
        "second": lambda: record(second, date(2026, 3, 4)),
    }
    return World(decisions, lambda: list(Consent.objects.values_list("given_on", "recorded_by")), once=decisions)


@machine
def private_file() -> World:
    coach, other = make_member(COACHING), make_member(COACHING)
    file = interviews.make_file(interviews.make_interview(), FileKind.TRANSCRIPT, by=coach)
    today = timezone.localdate()
    decisions = {
        "review": lambda: files.review_transcript(file, by=coach),
        "review too": lambda: files.review_transcript(file, by=other),
        "date": lambda: files.set_deletion_date(file, today + timedelta(days=2), by=other, today=today),
        "delete": lambda: files.delete_file(file, by=coach, today=today, reason="à la demande"),
    }

    def state() -> object:
        return list(PrivateFile.objects.values_list("reviewed_by", "delete_on", "deleted_on"))

    return World(decisions, state, once=("review", "review too"))


@machine
def sheet_draft() -> World:
    """« Générer le brouillon » pressed by two people, while a third sets the file aside."""
    make_sheets_index()
    coach, centre = make_member(COACHING), make_member(MODERATION)
    file = interviews.make_analysed_case(owner=coach)
    Interview.objects.update(answers_deleted_on=None)
    decisions = {
        "draft": lambda: draft_sheet(CaseFile.objects.get(pk=file.pk), by=coach).title,
        "draft too": lambda: draft_sheet(CaseFile.objects.get(pk=file.pk), by=centre).title,
        "set aside": lambda: move(file, "ecarter", by=centre, reason=REASON).status,
    }

    def state() -> object:
        return list(CaseFile.objects.values_list("status", "sheet__title")), CapsSheetPage.objects.count()

    return World(decisions, state, once=("draft", "draft too"), says="jamais remplacée")
