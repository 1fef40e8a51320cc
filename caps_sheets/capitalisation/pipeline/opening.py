"""Opening a case file from a census answer, and entrusting it to somebody."""

from django.db import transaction
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import CaseFile, CensusAnswer, CensusState, Stage, StageMove, Wish
from caps_sheets.capitalisation.pipeline.census_steps import keep_census_in_step
from caps_sheets.capitalisation.pipeline.logs import CASE_OPENED
from caps_sheets.capitalisation.pipeline.moves import OPENED
from caps_sheets.capitalisation.pipeline.notices import tell_new_owner
from caps_sheets.capitalisation.pipeline.rights import OPEN
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.users.models import User

#: The states of the census in which an action may be picked.
OPENABLE = (CensusState.RECORDED, CensusState.SHORTLISTED)
ALREADY_OPEN = "Un dossier est déjà ouvert pour cette action."


def opening_refusals(answer: CensusAnswer) -> list[str]:
    """Why no case file may be opened from ``answer`` today; empty when it may."""
    refusals = []
    if CaseFile.objects.filter(answer=answer).exists():
        refusals.append(ALREADY_OPEN)
    elif answer.state not in OPENABLE:
        refusals.append(f"L’action est « {answer.get_state_display()} » : elle doit d’abord être recensée.")
    if answer.wish not in (Wish.YES, Wish.TO_DISCUSS):
        refusals.append("Le CLSM n’a pas souhaité que cette action soit capitalisée.")
    return refusals


@transaction.atomic
def open_case(answer: CensusAnswer, *, by: User, owner: User | None = None) -> CaseFile:
    """Open the file at its first stage; raise ``Refused`` with every reason not to."""
    if not by.has_perm(OPEN):
        raise Refused("Ouvrir un dossier revient au Centre.")
    fresh = locked(answer)
    if opened := StageMove.objects.filter(case_file__answer=fresh, action=OPENED).select_related("by").first():
        raise already_decided("un dossier est ouvert pour cette action", by=opened.by, at=opened.at)
    if refusals := opening_refusals(fresh):
        raise Refused(*refusals)
    case_file = CaseFile.objects.create(answer=fresh, owner=owner)
    StageMove.objects.create(
        case_file=case_file, action=OPENED, before=Stage.SPOTTING, after=Stage.SPOTTING, by=by, at=case_file.created_at
    )
    log(instance=case_file, action=CASE_OPENED, user=by)
    keep_census_in_step(case_file, by=by)
    if owner:
        tell_new_owner(case_file, by=by)
    return case_file
