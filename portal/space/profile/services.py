"""Sending a profile to the Centre, and taking it back: the same rules as in the full form."""

from django.db import transaction
from wagtail.models import WorkflowState

from network.completeness import last_draft
from network.models import ClsmPage, TypedProfile
from portal.base.errors import RefusedError
from portal.moderation.submissions import check_new, submit
from portal.space.profile.questionnaire import QUESTIONNAIRE
from portal.users.models import User

CHANGED = "Le profil a changé depuis l’ouverture de cette page. Relisez-le, puis envoyez."
NOTHING_TO_SEND = (
    "Rien n’a changé depuis le profil public : il n’y a rien à relire. S’il est toujours juste, « Rien n’a changé, je "
    "confirme » suffit."
)


class IncompleteError(RefusedError):
    """The profile lacks what the list of ``Questionnaire.missing_answers`` names."""


@transaction.atomic
def send(answer: TypedProfile, by: User, seen: int | None = None) -> list[str]:
    """Submit the draft to the Centre; returns its warnings. ``seen``: the revision on a screen that showed it all."""
    fresh = QUESTIONNAIRE.lock(answer)
    if reason := QUESTIONNAIRE.closed_reason(fresh):
        raise RefusedError(reason)
    if seen is not None and seen != fresh.revision:
        raise RefusedError(CHANGED)
    if QUESTIONNAIRE.missing_answers(fresh):
        raise IncompleteError("Le profil n’est pas encore envoyé : il reste quelque chose à compléter.")
    _check_new(fresh)
    if fresh.latest is None:  # a profile that was imported and never edited
        fresh.is_changed = True
        QUESTIONNAIRE.save(fresh)
    clsm = ClsmPage.objects.get(pk=fresh.clsm_id)
    submit(clsm, by)
    return [warning for warnings in last_draft(clsm).publication_warnings().values() for warning in warnings]


def _check_new(answer: TypedProfile) -> None:
    try:
        check_new(answer.clsm, answer.content)
    except RefusedError:
        raise RefusedError(NOTHING_TO_SEND) from None


def may_withdraw(clsm: ClsmPage, user: User) -> bool:
    state = clsm.current_workflow_state
    is_running = state is not None and state.status == WorkflowState.STATUS_IN_PROGRESS
    return is_running and bool(state.user_can_cancel(user))


@transaction.atomic
def withdraw(answer: TypedProfile, by: User) -> None:
    """Stop the reading, so that the coordinators may go on. The draft stays as it was sent."""
    clsm = QUESTIONNAIRE.lock(answer).clsm
    if not may_withdraw(clsm, by):
        raise RefusedError("Ce profil n’est plus en relecture, ou une autre personne l’a envoyé.")
    clsm.current_workflow_state.cancel(user=by)
