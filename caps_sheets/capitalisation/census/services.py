"""Changing the state of a census answer: what goes with a change, and who is told."""

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.census.notifications import tell_of_change
from caps_sheets.capitalisation.census.transitions import CAPITALISED, CENSUS, DRAFT, SUBMITTED
from caps_sheets.capitalisation.models import PUBLIC_STATES, CensusAnswer, CensusChange, CensusState
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.users.models import User

#: What the Centre decides in answer to a request of the CLSM: the notice of the decision tells it.
SETTLING = (CensusState.INCOMPLETE, CensusState.ARCHIVED)

LOGGED = "capitalisation.census_state"


@transaction.atomic
def change_state(answer: CensusAnswer, to: CensusState, *, by: User, reason: str = "") -> CensusAnswer:
    """Change ``answer`` from the state on screen to ``to``, record the change and notify.

    ``reason`` is written for the CLSM, which receives it. Raises ``RefusedError``.
    """
    fresh = CENSUS.lock(answer)
    CENSUS.check(fresh, to, by=by, reason=reason)
    return _write(answer, fresh, to, by, reason)


@transaction.atomic
def send(answer: CensusAnswer, *, by: User, revision: int) -> CensusAnswer:
    """Send the answers as read in ``revision``, with the proof that the privacy notice was read."""
    fresh = CENSUS.lock(answer)
    if fresh.revision != revision:
        raise RefusedError("Les réponses ont changé depuis l’ouverture de cette page. Relisez-les, puis envoyez.")
    CensusAnswer.objects.filter(pk=fresh.pk).update(privacy_notice_read_at=timezone.now())
    return change_state(answer, SUBMITTED, by=by)


@transaction.atomic
def follow_case(answer: CensusAnswer, to: CensusState, *, by: User | None, message: str = "") -> CensusAnswer:
    """The same for the case file, which has already checked who decides: table and conditions still apply.

    Requesting the current state does nothing: several stages of a case file mean one state here. ``message`` is written
    for the CLSM; the Centre's reason stays in the case file.
    """
    fresh = locked(answer, *CENSUS.related)
    if fresh.state == to:
        return answer
    transition = CENSUS.find(fresh, to)
    if transition is None:
        raise RefusedError(CENSUS.unknown(fresh, to))
    if problems := CENSUS.missing(transition, fresh, message):
        raise RefusedError(*problems)
    return _write(answer, fresh, to, by, message)


def _write(answer: CensusAnswer, fresh: CensusAnswer, to: CensusState, by: User | None, reason: str) -> CensusAnswer:
    before, reason = fresh.state, reason.strip()
    fresh.state = to.value
    stays_as_shown = {before, to} <= set(PUBLIC_STATES) - {CAPITALISED}  # whose card leads to the sheet
    fields = ["state"] if stays_as_shown else ["state", "updated_at"]
    if to in (SUBMITTED, DRAFT):
        fresh.submitted_at = timezone.now() if to == SUBMITTED else None
        fields.append("submitted_at")
    fresh.save(update_fields=fields)
    change = CensusChange.objects.create(answer=fresh, before=before, after=to, by=by, reason=reason)
    log(instance=fresh, action=LOGGED, user=by, data={"before": before, "after": to.value, "reason": reason})
    if to in SETTLING:
        fresh.requests.filter(settled_at=None).update(settled_by=by, settled_at=timezone.now())
    tell_of_change(fresh, change)
    for name in fields:
        setattr(answer, name, getattr(fresh, name))
    return answer
