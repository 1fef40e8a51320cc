"""Planning, closing and reopening an interview."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.conditions import consent_is_valid
from caps_sheets.capitalisation.interviews.grids import current_grid
from caps_sheets.capitalisation.models import Interview, Stage
from portal.base.errors import Refused
from portal.users.models import User


@transaction.atomic
def plan_interview(interview: Interview, *, by: User) -> Interview:
    """Save a new interview with the version of the grid in use; it keeps it for good."""
    interview.grid = current_grid()
    interview.save()
    log(instance=interview, action="wagtail.create", user=by)
    return interview


@transaction.atomic
def close_interview(interview: Interview, *, by: User, today: date) -> None:
    locked = _locked(interview)
    if locked.is_closed:
        raise Refused("Cet entretien est déjà clos.")
    if locked.met_on > today:
        raise Refused("La date de l’entretien est à venir.")
    if not consent_is_valid(locked):
        raise Refused("Enregistrez d’abord le consentement de la personne.")
    locked.closed_at, locked.closed_by = timezone.now(), by
    locked.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=locked, action="capitalisation.interview_closed", user=by)


@transaction.atomic
def reopen_interview(interview: Interview, *, by: User) -> None:
    """Go back to the answers; from the writing on, the case file must come back to the analysis first."""
    locked = _locked(interview)
    if not locked.is_closed:
        raise Refused("Cet entretien est déjà ouvert.")
    if locked.case_file.stage >= Stage.WRITING:
        raise Refused("La rédaction a commencé : faites d’abord revenir le dossier à l’analyse.")
    if locked.answers_deleted_on:
        raise Refused("Les réponses de cet entretien ont été supprimées.")
    locked.closed_at = locked.closed_by = None
    locked.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=locked, action="capitalisation.interview_reopened", user=by)


@transaction.atomic
def delete_interview(interview: Interview, *, by: User) -> None:
    """Only an interview that did not take place: what was said is deleted by its date, not by a button."""
    locked = _locked(interview)
    if locked.answers.exists() or locked.files.exists() or hasattr(locked, "consent"):
        raise Refused("Cet entretien a un consentement, des réponses ou des fichiers : il ne s’efface pas.")
    log(instance=locked, action="wagtail.delete", user=by, deleted=True)
    locked.delete()


def _locked(interview: Interview) -> Interview:
    return Interview.objects.select_for_update().get(pk=interview.pk)
