"""Notices about a case file: a new owner, a move, a due date that has passed (sent once).

The texts are in ``templates/email/notices/``.
"""

from datetime import date
from functools import partial

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.queries import late_on
from caps_sheets.capitalisation.models import CaseFile
from network.models.queries import people_in_post
from portal.moderation.notices import Event
from portal.moderation.notifications import tell, tell_once
from portal.users.models import User

ENTRUSTED = "case_entrusted"

MOVED = "case_moved"

LATE = "case_late"

DRAFTED = "sheet_drafted"

#: The owner has read that this due date has passed.
TOLD = Q(late_told_for=F("due_on"))

AUDIENCE = "l’accompagnateur·rice du dossier"


def case_events() -> list[Event]:
    return [
        Event(ENTRUSTED, "Dossier de capitalisation confié", AUDIENCE),
        Event(MOVED, "Décision sur un dossier de capitalisation", AUDIENCE),
        Event(LATE, "Échéance d’un dossier dépassée", AUDIENCE),
        Event(DRAFTED, "Un premier texte de la fiche est écrit", "les personnes qui coordonnent le CLSM"),
    ]


def tell_new_owner(case_file: CaseFile, *, by: User) -> None:
    if case_file.owner_id != by.pk:
        tell(ENTRUSTED, [case_file.owner], link=link_to(case_file), by=str(by), **_facts(case_file))


def tell_owner_of_move(case_file: CaseFile, decision: str, *, by: User, reason: str) -> None:
    if case_file.owner_id != by.pk:
        facts = _facts(case_file) | {"by": str(by), "decision": decision, "reason": reason}
        tell(MOVED, [case_file.owner], link=link_to(case_file), **facts)


def tell_owner_of_delay(case_file: CaseFile, today: date) -> None:
    facts = _facts(case_file)
    tell(LATE, [case_file.owner], link=link_to(case_file), days=case_file.late_days(today), **facts)


def tell_clsm_of_draft(case_file: CaseFile, *, by: User) -> None:
    answer = case_file.answer
    people = [person for person in people_in_post(answer.clsm_id) if person != by]
    link = reverse("census_answer", args=[answer.clsm_id, answer.pk])
    tell(DRAFTED, people, link=link, action=str(answer), clsm=answer.clsm.title)


def link_to(case_file: CaseFile) -> str:
    return reverse("case_files:edit", args=[case_file.pk])


def _facts(case_file: CaseFile) -> dict[str, str]:
    return {
        "action": str(case_file.answer),
        "clsm": case_file.answer.clsm.title,
        "stage": case_file.get_stage_display(),
        "status": case_file.get_status_display(),
        "due_on": f"{case_file.due_on:%d/%m/%Y}" if case_file.due_on else "",
    }


def remind_late_files(today: date | None = None) -> int:
    """Notify the owners of the files that became late; returns the number of files concerned.

    Setting a new due date re-arms the reminder. For a file without an active owner, the next owner reads the date in
    the notice that assigns it.
    """
    today = today or timezone.localdate()
    late = CaseFile.objects.filter(late_on(today), owner__is_active=True).exclude(TOLD).order_by("pk")
    return sum(_remind(case_file, today) for case_file in late.select_related("owner", "answer__clsm"))


def _remind(case_file: CaseFile, today: date) -> bool:
    same = CaseFile.objects.filter(pk=case_file.pk, due_on=case_file.due_on, owner=case_file.owner)
    notices = partial(tell_owner_of_delay, case_file, today)
    return tell_once(same.exclude(TOLD), notices, late_told_for=case_file.due_on)
