"""A due date that passes: the owner of the file is told once."""

from datetime import date

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from caps_sheets.capitalisation.board import late_on
from caps_sheets.capitalisation.models import CaseFile
from caps_sheets.capitalisation.pipeline.notices import tell_owner_of_delay


def remind_late_files(today: date | None = None) -> int:
    """Tell the owners of the files that became late; returns how many files were told of.

    A date given anew is told anew. A file that is nobody’s, or whose owner left, waits for its next owner, who reads
    the date in the notice that entrusts it.
    """
    today = today or timezone.localdate()
    told = Q(late_told_for=F("due_on"))
    late = CaseFile.objects.filter(late_on(today), owner__is_active=True).exclude(told).order_by("pk")
    return sum(_remind(case_file, today) for case_file in late.select_related("owner", "answer__clsm"))


@transaction.atomic
def _remind(case_file: CaseFile, today: date) -> bool:
    """Not a change of the file: its revision, which guards decisions, stays as people see it."""
    unsaid = CaseFile.objects.filter(pk=case_file.pk, due_on=case_file.due_on, owner=case_file.owner)
    if not unsaid.filter(~Q(late_told_for=F("due_on")) | Q(late_told_for=None)).update(late_told_for=case_file.due_on):
        return False
    tell_owner_of_delay(case_file, today)
    return True
