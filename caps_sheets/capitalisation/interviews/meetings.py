"""Planning, closing and reopening an interview."""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.interviews.grids import current_grid
from caps_sheets.capitalisation.models import Interview, Stage
from caps_sheets.capitalisation.models.interview import consent_is_valid
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.users.models import User


@transaction.atomic
def plan_interview(interview: Interview, *, by: User) -> Interview:
    """Save a new interview with the version of the grid in use; it keeps it for good."""
    interview.grid = current_grid()
    interview.save()
    log(instance=interview, action="wagtail.create", user=by)
    return interview


@transaction.atomic
def change_interview(changed: Interview, fields: Collection[str], *, by: User) -> None:
    """Write ``fields`` of ``changed``, and nothing else that it holds: somebody may have written the rest since."""
    if locked(changed).is_closed:
        raise Refused("Cet entretien est clos : rouvrez-le pour le modifier.")
    changed.save(update_fields=[*fields, "updated_at"])
    log(instance=changed, action="wagtail.edit", user=by)


@transaction.atomic
def close_interview(interview: Interview, *, by: User, today: date) -> None:
    fresh = locked(interview)
    if fresh.is_closed:
        raise already_decided("cet entretien est clos", by=fresh.closed_by, at=fresh.closed_at)
    if fresh.met_on > today:
        raise Refused("La date de l’entretien est à venir.")
    if not consent_is_valid(fresh):
        raise Refused("Enregistrez d’abord le consentement de la personne.")
    fresh.closed_at, fresh.closed_by = timezone.now(), by
    fresh.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=fresh, action="capitalisation.interview_closed", user=by)


@transaction.atomic
def reopen_interview(interview: Interview, *, by: User) -> None:
    """Go back to the answers; from the writing on, the case file must come back to the analysis first."""
    fresh = locked(interview)
    if not fresh.is_closed:
        raise Refused("Cet entretien est déjà ouvert.")
    if fresh.case_file.stage >= Stage.WRITING:
        raise Refused("La rédaction a commencé : faites d’abord revenir le dossier à l’analyse.")
    if fresh.answers_deleted_on:
        raise Refused("Les réponses de cet entretien ont été supprimées.")
    fresh.closed_at = fresh.closed_by = None
    fresh.save(update_fields=["closed_at", "closed_by", "updated_at"])
    log(instance=fresh, action="capitalisation.interview_reopened", user=by)


@transaction.atomic
def delete_interview(interview: Interview, *, by: User) -> None:
    """Only an interview that did not take place: what was said is deleted by its date, not by a button."""
    fresh = locked(interview)
    if fresh.answers.exists() or fresh.files.exists() or hasattr(fresh, "consent"):
        raise Refused("Cet entretien a un consentement, des réponses ou des fichiers : il ne s’efface pas.")
    log(instance=fresh, action="wagtail.delete", user=by, deleted=True)
    fresh.delete()
