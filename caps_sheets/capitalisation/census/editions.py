"""A new answer, the same action for another year, a draft that is given up."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import CensusAnswer, CensusState
from network.models import ClsmPage, CoordinatorAssignment
from network.models.covered_area import stored_perimeter
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.users.models import User

STARTED, DISCARDED = "capitalisation.census_started", "capitalisation.census_discarded"
#: What is asked again each year: results, wishes, consent.
RENEWED = ("reach", "session_count", "evaluation", "went_well", "went_wrong", "wish", "availability",
           "allows_publication")  # fmt: skip
KEPT = (
    "title",
    "description",
    "link",
    "working_group",
    "main_theme",
    "in_qpv",
    "qpv_names",
    "progress",
    "start_date",
    "end_date",
    "carrier_name",
    "partners",
    "involvement",
    "budget",
    "access_needs",
)
KEPT_LISTS = ("themes", "objectives", "audiences", "settings", "action_types", "communes", "funders")


@transaction.atomic
def start(clsm: ClsmPage, user: User, today: date | None = None) -> CensusAnswer:
    """A draft for this year, filled with what the profile and the account already say."""
    answer = CensusAnswer.objects.create(
        clsm=clsm,
        edition=(today or timezone.localdate()).year,
        carrier_name=str(clsm.carrier or ""),
        is_demo=clsm.is_demo,
        **_respondent(clsm, user, today),
    )
    answer.themes.set(clsm.themes.all())
    answer.communes.set(stored_perimeter(clsm.pk, today))
    log(instance=answer, action=STARTED, user=user)
    return answer


@transaction.atomic
def reuse(source: CensusAnswer, user: User, today: date | None = None) -> CensusAnswer:
    """The draft of the next edition of ``source``, chained to it; the one that exists already, if there is one."""
    source = locked(source, "clsm")
    if source.state == CensusState.DRAFT:
        raise Refused("Cette action est encore un brouillon : continuez-la plutôt que de la reprendre.")
    edition = max((today or timezone.localdate()).year, source.edition + 1)
    known = source.next_editions.filter(edition__gte=edition).order_by("edition").first()
    if known is not None:
        return known
    answer = CensusAnswer.objects.create(
        clsm=source.clsm,
        previous=source,
        edition=edition,
        is_demo=source.is_demo,
        **{name: getattr(source, name) for name in KEPT},
        **_respondent(source.clsm, user, today),
    )
    for name in KEPT_LISTS:
        getattr(answer, name).set(getattr(source, name).all())
    log(instance=answer, action=STARTED, user=user, data={"previous": source.pk})
    return answer


@transaction.atomic
def discard(answer: CensusAnswer, by: User) -> None:
    """Delete a draft with its documents; what was sent once is never deleted here."""
    fresh = locked(answer)
    if fresh.state != CensusState.DRAFT:
        raise Refused("Seul un brouillon se supprime : cette action a déjà été envoyée au Centre.")
    log(instance=fresh, action=DISCARDED, user=by)
    fresh.delete()


def _respondent(clsm: ClsmPage, user: User, today: date | None) -> dict[str, object]:
    post = CoordinatorAssignment.objects.current(today).filter(clsm=clsm.pk, user=user).first()
    role = (post and post.job_title) or user.job_title
    return {"respondent": user, "respondent_role": role[:120], "respondent_email": user.email}
