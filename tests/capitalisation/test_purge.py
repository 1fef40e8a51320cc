"""What is due is deleted, nothing else, once."""

from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage
from django.core.management import CommandError, call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.interviews.files import answers_due_on, file_due_on
from caps_sheets.capitalisation.interviews.retention import delete_due, due
from caps_sheets.capitalisation.models import (
    CaseFile,
    Consent,
    FileKind,
    Interview,
    InterviewNote,
    PrivateFile,
    Stage,
)
from caps_sheets.models import CapsSheetPage
from portal.base.dates import add_months
from portal.base.errors import RefusedError
from tests.factories.capitalisation import make_case_file
from tests.factories.interviews import answer, make_file, make_interview
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

UPLOADED = timezone.make_aware(datetime(2026, 3, 4, 10))


@pytest.fixture
def interview() -> Interview:
    interview = make_interview(make_case_file(stage=Stage.WRITING))
    answer(interview)
    return interview


def stored(interview: Interview, kind: str = FileKind.AUDIO, **kw: object) -> PrivateFile:
    return make_file(interview, kind, **({"uploaded_at": UPLOADED} | kw))


def purge(day: date) -> None:
    call_command("purge_due", today=day)


def published_on(interview: Interview, day: date) -> CapsSheetPage:
    sheet = make_sheet(live=False)
    moment = timezone.make_aware(datetime(day.year, day.month, day.day, 12))
    CapsSheetPage.objects.filter(pk=sheet.pk).update(first_published_at=moment)
    CaseFile.objects.filter(pk=interview.case_file_id).update(sheet=sheet)
    return CapsSheetPage.objects.get(pk=sheet.pk)


def fresh(file: PrivateFile) -> PrivateFile:
    return PrivateFile.objects.get(pk=file.pk)


def test_without_publication_it_is_twenty_four_months_after_the_upload(interview):
    assert file_due_on(fresh(stored(interview))) == date(2028, 3, 4)
    assert answers_due_on(interview) == date(2028, 3, 3)


def test_twelve_months_after_publication_when_that_is_sooner(interview):
    file = stored(interview)
    published_on(interview, date(2026, 9, 1))
    assert file_due_on(fresh(file)) == date(2027, 9, 1)
    assert answers_due_on(Interview.objects.get()) == date(2027, 9, 1)


def test_never_later_than_twenty_four_months_even_published_late(interview):
    file = stored(interview)
    published_on(interview, date(2028, 1, 1))
    assert file_due_on(fresh(file)) == date(2028, 3, 4)


def test_the_chosen_date_counts(interview):
    file = stored(interview, delete_on=date(2026, 12, 31))
    published_on(interview, date(2026, 9, 1))
    assert file_due_on(fresh(file)) == date(2026, 12, 31)


def test_a_withdrawn_consent_makes_everything_due_but_its_proof(interview):
    files = [stored(interview, kind, delete_on=date(2028, 1, 1)) for kind in FileKind]
    Consent.objects.update(withdrawn_on=date(2026, 5, 1))
    dates = {file.kind: file_due_on(fresh(file)) for file in files}
    assert dates.pop(FileKind.CONSENT) == date(2028, 1, 1)
    assert set(dates.values()) == {date(2026, 5, 1)}
    assert answers_due_on(Interview.objects.get()) == date(2026, 5, 1)


def test_a_recording_that_is_no_longer_agreed_to_is_due(interview):
    sound, transcript = stored(interview), stored(interview, FileKind.TRANSCRIPT)
    Consent.objects.update(allows_recording=False)
    assert file_due_on(fresh(sound)) <= timezone.localdate()
    assert file_due_on(fresh(transcript)) == date(2028, 3, 4)


def test_exactly_what_is_due_goes_and_leaves_its_line(interview):
    due_file = stored(interview, delete_on=date(2026, 12, 31))
    later = stored(interview, FileKind.TRANSCRIPT, delete_on=date(2027, 1, 1))
    paths = [Path(each.file.path) for each in (due_file, later)]
    purge(date(2026, 12, 30))
    assert all(path.exists() for path in paths)
    purge(date(2026, 12, 31))
    assert [path.exists() for path in paths] == [False, True]
    assert (fresh(due_file).deleted_on, fresh(later).deleted_on) == (date(2026, 12, 31), None)
    assert InterviewNote.objects.exists(), "the answers are not due yet"
    entry = ModelLogEntry.objects.get(action="capitalisation.file_deleted")
    assert (entry.user, entry.object_id) == (None, str(interview.pk))
    assert entry.data == {"file": str(due_file.uuid), "kind": "enregistrement", "reason": "échéance"}


def test_a_second_run_does_nothing(interview, capsys):
    stored(interview, delete_on=date(2026, 12, 31))
    purge(date(2030, 1, 1))
    lines = ModelLogEntry.objects.count()
    state = list(PrivateFile.objects.values()), list(Interview.objects.values())
    capsys.readouterr()
    purge(date(2030, 1, 2))
    assert capsys.readouterr().out == ""
    assert ModelLogEntry.objects.count() == lines
    assert (list(PrivateFile.objects.values()), list(Interview.objects.values())) == state


def test_a_dry_run_says_and_deletes_nothing(interview, capsys):
    file = stored(interview, delete_on=date(2026, 12, 31))
    call_command("purge_due", "--today", "2026-12-31", "--dry-run")
    assert "À supprimer depuis le 31/12/2026" in capsys.readouterr().out
    assert Path(file.file.path).exists()
    assert not ModelLogEntry.objects.filter(action="capitalisation.file_deleted").exists()


def test_the_answers_go_with_their_date_and_the_interview_stays(interview):
    Interview.objects.update(notes="Lieu calme.")
    purge(date(2028, 3, 2))
    assert InterviewNote.objects.exists()
    purge(date(2028, 3, 3))
    kept = Interview.objects.get()
    assert not InterviewNote.objects.exists()
    assert (kept.notes, kept.answers_deleted_on, kept.consent.given_on) == ("", date(2028, 3, 3), date(2026, 3, 3))
    assert ModelLogEntry.objects.filter(action="capitalisation.answers_deleted").count() == 1


def test_old_drafts_that_repeat_the_answers_go_too_and_the_others_stay(interview):
    sheet = published_on(interview, date(2026, 9, 1))
    clean = sheet.latest_revision_id
    sheet.summary = "<p><b>[à réécrire]</b> Paroles recueillies.</p>"
    raw = sheet.save_revision()
    sheet.summary = "<p>Un résumé réécrit.</p>"
    latest = sheet.save_revision()
    purge(date(2028, 3, 3))
    assert set(sheet.revisions.values_list("pk", flat=True)) == {clean, latest.pk}
    assert raw.pk not in {clean, latest.pk}


def test_a_file_that_resists_is_said_and_stays_due(interview, monkeypatch, capsys):
    first = stored(interview, delete_on=date(2026, 12, 30))
    second = stored(interview, FileKind.TRANSCRIPT, delete_on=date(2026, 12, 31))
    real = FileSystemStorage.delete
    broken = first.file.name

    def delete(self, name):
        if name == broken:
            raise OSError("disque en lecture seule")
        real(self, name)

    monkeypatch.setattr(FileSystemStorage, "delete", delete)
    with pytest.raises(CommandError, match="relancez"):
        purge(date(2026, 12, 31))
    assert (fresh(first).deleted_on, fresh(second).deleted_on) == (None, date(2026, 12, 31))
    monkeypatch.setattr(FileSystemStorage, "delete", real)
    purge(date(2026, 12, 31))
    assert fresh(first).deleted_on == date(2026, 12, 31)
    assert "lecture seule" in capsys.readouterr().out


def test_two_runs_at_once_leave_one_line(interview):
    stored(interview, delete_on=date(2026, 12, 31))
    found = due(date(2030, 1, 1))
    purge(date(2030, 1, 1))
    for each in found:
        with pytest.raises(RefusedError, match="déjà supprimé"):
            delete_due(each, date(2030, 1, 1))
    for action in ("file_deleted", "answers_deleted"):
        assert ModelLogEntry.objects.filter(action=f"capitalisation.{action}").count() == 1


def test_a_row_deleted_by_other_means_takes_its_file_along(interview, django_capture_on_commit_callbacks):
    path = Path(stored(interview).file.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        Interview.objects.all().delete()
    assert not path.exists()


def test_a_file_already_gone_from_the_disk_is_noted_as_deleted(interview):
    file = stored(interview, delete_on=date(2026, 12, 31))
    Path(file.file.path).unlink()
    purge(date(2026, 12, 31))
    assert fresh(file).deleted_on == date(2026, 12, 31)


def test_looking_for_what_is_due_costs_the_same_with_more_files(interview, django_assert_num_queries):
    stored(interview)
    with django_assert_num_queries(2):
        due(date(2026, 6, 1))
    for _ in range(3):
        other = make_interview(make_case_file(stage=Stage.WRITING))
        answer(other)
        stored(other)
    with django_assert_num_queries(2):
        due(date(2026, 6, 1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 11, 22), 24, date(2028, 11, 22)),
    ],
)
def test_months_end_on_their_last_day(day, months, expected):
    assert add_months(day, months) == expected
