"""The interview of the demonstration: planned, consented to, noted and transcribed by an authorised account."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from caps_sheets.capitalisation.interviews import consents
from caps_sheets.capitalisation.interviews.answers import rows_of, save_answers
from caps_sheets.capitalisation.interviews.consents import record_consent
from caps_sheets.capitalisation.interviews.files import add_file
from caps_sheets.capitalisation.interviews.passages import PassageChoice, keep_passage
from caps_sheets.capitalisation.interviews.services import plan_interview
from caps_sheets.capitalisation.interviews.transcripts import read_stored_file, replace
from caps_sheets.capitalisation.models import CaseFile, Consent, FileKind, Interview, PrivateFile
from portal.demo import publication
from portal.demo.accounts import account
from portal.medialib.transcripts.corrections import version_key

FILE = Path(__file__).parent / "interviews.toml"


def seed_interview() -> int:
    """The interview of the file, unless its case file has one."""
    data = tomllib.loads(FILE.read_text(encoding="utf-8"))
    case_file = CaseFile.objects.get(answer__title=data["case"], answer__is_demo=True)
    if case_file.interviews.exists():
        return 0
    coach = account("accompagnement")
    interview = plan_interview(
        Interview(
            case_file=case_file,
            met_on=publication.days_ago(data["days_ago"]).date(),
            channel=data["channel"],
            interviewer=coach,
            interviewee_role=data["roles"],
            notes=data["notes"],
        ),
        by=coach,
    )
    agree(interview)
    note(interview, data["answer"])
    upload = ContentFile(data["transcript"].strip().encode(), name="entretien.txt")
    file = add_file(interview, FileKind.TRANSCRIPT, upload, title="Transcription de travail", by=coach)
    read(file, data["passage"])
    return 1


def read(file: PrivateFile, passages: list[dict[str, Any]]) -> None:
    """The transcript read from its file, and the passages that go to the sheet."""
    coach = account("accompagnement")
    replace(file, read_stored_file(file).to_vtt(), seen=version_key(""), by=coach)
    file.refresh_from_db()
    for data in passages:
        seen = version_key(file.text)
        choice = PassageChoice(seen, tuple(data["cues"]), data["section"], is_verbatim=data["is_verbatim"])
        keep_passage(file, choice, by=coach)


def agree(interview: Interview) -> None:
    """Consent to everything except the recording: notes, anonymous quotations, the function."""
    record_consent(
        Consent(
            interview=interview,
            text_version=consents.CURRENT.version,
            given_on=interview.met_on,
            allows_verbatims=True,
            allows_role=True,
        ),
        by=account("accompagnement"),
    )


def note(interview: Interview, answers: list[dict[str, Any]]) -> None:
    """Each answer to the first question of its part; with ``follow_up``, as one more question."""
    rows = rows_of(interview)
    posted: dict[str, str] = {}
    for data in answers:
        rank = 1 if "follow_up" in data else 0
        question = next(row.question for row in rows if row.question.part == data["part"])
        row = next(row for row in rows if (row.question, row.rank) == (question, rank))
        values = {
            "follow_up": data.get("follow_up", ""),
            "notes": data["notes"],
            "time_mark": data["time_mark"],
            "verbatim": data.get("verbatim", ""),
            "speaker_role": data.get("speaker", ""),
        }
        posted |= {f"{row.prefix}-base": row.base} | {f"{row.prefix}-{name}": value for name, value in values.items()}
    save_answers(interview, posted)
