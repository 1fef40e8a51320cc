"""The census answer says in public words what the case file is doing: its state follows the stage."""

from django.db import transaction

from caps_sheets.capitalisation.census.states import follow_case
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, CensusState, Stage
from portal.base.locks import locked
from portal.users.models import User


def census_state(case_file: CaseFile) -> CensusState:
    """Where the answer should stand; what was capitalised once stays so, even while its sheet is revised."""
    if case_file.answer.state == CensusState.CAPITALISED or case_file.stage >= Stage.PODCAST:
        return CensusState.CAPITALISED
    if case_file.status == CaseStatus.SET_ASIDE:
        return CensusState.RECORDED
    return CensusState.SHORTLISTED if case_file.stage <= Stage.FRAMING else CensusState.CAPITALISING


@transaction.atomic
def keep_census_in_step(case_file: CaseFile, *, by: User | None, message: str = "") -> None:
    """``message`` is for the CLSM. Raises ``Refused``, nothing changed, when the census does not allow what follows."""
    case_file.answer = locked(case_file.answer, "clsm")
    wanted = census_state(case_file)
    if case_file.answer.state != wanted:
        follow_case(case_file.answer, wanted, by=by, message=message)
