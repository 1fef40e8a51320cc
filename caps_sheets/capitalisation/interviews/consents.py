"""Recording and withdrawing a consent: each change is logged, a withdrawal is told to who follows the case file."""

from datetime import date

from django.db import transaction
from django.urls import reverse
from wagtail.log_actions import log

from caps_sheets.capitalisation.models import Consent, Interview
from caps_sheets.capitalisation.pipeline.rights import CHANGE_EVERY
from portal.base.errors import Refused
from portal.moderation.notify import tell
from portal.users.models import User
from portal.users.queries import holders

SCOPES = ("allows_notes", "allows_recording", "allows_verbatims", "allows_role")


@transaction.atomic
def record_consent(consent: Consent, *, by: User) -> Consent:
    """Save what the person agreed to. After a withdrawal, only an agreement given since then counts again."""
    earlier = Consent.objects.select_for_update().filter(interview=consent.interview).first()
    if earlier and earlier.withdrawn_on:
        if consent.given_on < earlier.withdrawn_on:
            raise Refused("L’accord a été retiré : un nouvel accord ne peut pas porter une date antérieure.")
        consent.withdrawn_on = None
    consent.pk = earlier.pk if earlier else None
    consent.recorded_by = by
    consent.save()
    scope = [name for name in SCOPES if getattr(consent, name)]
    data = {"text": consent.text_version, "given_on": f"{consent.given_on:%d/%m/%Y}", "scope": scope}
    log(instance=consent.interview, action="capitalisation.consent_recorded", user=by, data=data)
    return consent


@transaction.atomic
def withdraw_consent(interview: Interview, on: date, *, by: User) -> None:
    """The person takes their agreement back: from then on files and answers are due for deletion."""
    consent = Consent.objects.select_for_update().filter(interview=interview).first()
    if consent is None:
        raise Refused("Aucun accord n’est enregistré.")
    if consent.withdrawn_on:
        raise Refused("Le retrait est déjà enregistré.")
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
