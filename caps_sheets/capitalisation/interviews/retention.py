"""Deletion of what is due: files, answers, and the drafts that still held them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.capitalisation.interviews.files import answers_due_on, delete_file, file_due_on
from caps_sheets.capitalisation.models import Interview, PrivateFile
from caps_sheets.models.sheet_rules import is_to_rewrite
from portal.base.errors import RefusedError
from portal.base.locks import locked

REASON = "échéance"


@dataclass(frozen=True)
class Due:
    """Something to delete, since ``since``."""

    what: PrivateFile | Interview
    since: date

    def __str__(self) -> str:
        if isinstance(self.what, PrivateFile):
            return f"{self.what.get_kind_display()} ({self.what.interview})"
        return f"réponses ({self.what})"


def due(today: date) -> list[Due]:
    """Everything whose date has come on ``today``, files first."""
    files = PrivateFile.objects.filter(deleted_on=None).select_related(
        "interview__case_file__sheet", "interview__consent"
    )
    written = Q(answers__isnull=False) | Q(passages__isnull=False) | Q(sheet_sources__isnull=False) | ~Q(notes="")
    interviews = Interview.objects.filter(written, answers_deleted_on=None)
    interviews = interviews.select_related("case_file__sheet", "consent").distinct()
    dated = [Due(file, file_due_on(file)) for file in files]
    dated += [Due(interview, answers_due_on(interview)) for interview in interviews]
    return [item for item in dated if item.since <= today]


def purge(today: date) -> Iterator[tuple[Due, OSError | None]]:
    """Delete what is due, one by one: a file that the storage refuses to delete stays due, the others are deleted."""
    for item in due(today):
        try:
            delete_due(item, today)
        except OSError as error:
            yield item, error
        except RefusedError:
            continue  # another run was faster
        else:
            yield item, None


def delete_due(item: Due, today: date) -> None:
    if isinstance(item.what, PrivateFile):
        delete_file(item.what, by=None, today=today, reason=REASON)
    else:
        delete_answers(item.what, today)


@transaction.atomic
def delete_answers(interview: Interview, today: date) -> None:
    """Notes, quotations, passages, where the sheet comes from, and the old drafts that repeat them.

    The interview keeps its dates.
    """
    fresh = locked(interview)
    if fresh.answers_deleted_on:
        raise RefusedError("Ces réponses sont déjà supprimées.")
    answers, _ = fresh.answers.all().delete()
    fresh.passages.all().delete()
    fresh.sheet_sources.all().delete()
    fresh.notes, fresh.answers_deleted_on = "", today
    fresh.save(update_fields=["notes", "answers_deleted_on", "updated_at"])
    drafts = _forget_raw_drafts(interview)
    data = {"answers": answers, "drafts": drafts, "reason": REASON}
    log(instance=interview, action="capitalisation.answers_deleted", data=data)


def _forget_raw_drafts(interview: Interview) -> int:
    """Delete the superseded revisions of the sheet that still hold text to rewrite; return their number.

    None of them was ever submitted or published: the publication rules refuse that text.
    """
    sheet = interview.case_file.sheet
    if sheet is None:
        return 0
    kept = {sheet.latest_revision_id, sheet.live_revision_id}
    old = [revision.pk for revision in sheet.revisions.exclude(pk__in=kept) if is_to_rewrite(revision.as_object())]
    Revision.objects.filter(pk__in=old).delete()
    return len(old)
