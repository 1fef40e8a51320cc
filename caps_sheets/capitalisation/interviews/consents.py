"""Recording and withdrawing a consent: each change is logged, a withdrawal is told to who follows the case file."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.capitalisation.case_files.permissions import CHANGE_EVERY
from caps_sheets.capitalisation.models import Consent, Interview
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.moderation.notices.services import tell
from portal.users.models import User
from portal.users.queries import holders

SCOPES = ("allows_notes", "allows_recording", "allows_verbatims", "allows_role")


@transaction.atomic
def record_consent(consent: Consent, *, by: User, seen: str | None = None) -> Consent:
    """Save what the person agreed to. ``seen``: the stamp of what was recorded when the form was opened.

    After a withdrawal, only an agreement given since then counts again.
    """
    interview = locked(consent.interview)
    earlier = Consent.objects.filter(interview=interview).first()
    if earlier and seen is not None and seen != stamp(earlier):
        what = f"l’accord du {earlier.given_on:%d/%m/%Y} est enregistré ; relisez-le avant de le changer"
        raise already_decided(what, by=earlier.recorded_by, at=earlier.recorded_at)
    if earlier and earlier.withdrawn_on:
        if consent.given_on < earlier.withdrawn_on:
            raise Refused("L’accord a été retiré : un nouvel accord ne peut pas porter une date antérieure.")
        consent.withdrawn_on = None
    consent.pk = earlier.pk if earlier else None
    consent.recorded_by, consent.recorded_at = by, timezone.now()
    consent.save()
    scope = [name for name in SCOPES if getattr(consent, name)]
    data = {"text": consent.text_version, "given_on": f"{consent.given_on:%d/%m/%Y}", "scope": scope}
    log(instance=consent.interview, action="capitalisation.consent_recorded", user=by, data=data)
    return consent


def stamp(consent: Consent | None) -> str:
    """What tells one state of a consent from the next; empty before the first."""
    return f"{consent.recorded_at.isoformat()} {consent.withdrawn_on or ''}" if consent and consent.pk else ""


@transaction.atomic
def withdraw_consent(interview: Interview, on: date, *, by: User) -> None:
    """The person takes their agreement back: from then on files and answers are due for deletion."""
    consent = Consent.objects.filter(interview=locked(interview)).first()
    if consent is None:
        raise Refused("Aucun accord n’est enregistré.")
    if consent.withdrawn_on:
        raise already_decided(f"le retrait du {consent.withdrawn_on:%d/%m/%Y} est enregistré")
    if on < consent.given_on:
        raise Refused("Le retrait précède l’accord.")
    consent.withdrawn_on = on
    consent.save(update_fields=["withdrawn_on"])
    log(instance=interview, action="capitalisation.consent_withdrawn", user=by, data={"on": f"{on:%d/%m/%Y}"})
    case_file = interview.case_file
    tell(
        "consent_withdrawn",
        {case_file.owner, *holders(CHANGE_EVERY)} - {by},
        link=reverse("interview", args=[interview.pk]),
        case_file=case_file,
        interview=interview,
        sheet=case_file.sheet,
    )
