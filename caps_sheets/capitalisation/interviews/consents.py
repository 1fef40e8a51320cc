"""Consents of the people interviewed: their texts, their recording and their withdrawal.

Each change is logged, and a withdrawal notifies the owner of the case file. A text that was signed is never changed:
a new version is added. Without a consent, a sheet that comes from a case file is not published.
"""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.capitalisation.interviews.notifications import tell_of_withdrawal
from caps_sheets.capitalisation.models import CaseFile, Consent, Interview
from caps_sheets.capitalisation.models.interview import has_valid_consent
from caps_sheets.models import CapsSheetPage
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.users.models import User

SCOPES = ("allows_notes", "allows_recording", "allows_verbatims", "allows_role")


@transaction.atomic
def record_consent(consent: Consent, *, by: User, seen: str | None = None) -> Consent:
    """Save what the person consented to. ``seen``: the stamp of the record when the form was opened.

    After a withdrawal, only a consent given later counts.
    """
    interview = locked(consent.interview)
    earlier = Consent.objects.filter(interview=interview).first()
    if earlier and seen is not None and seen != stamp(earlier):
        what = f"l’accord du {earlier.given_on:%d/%m/%Y} est enregistré ; relisez-le avant de le changer"
        raise already_decided(what, by=earlier.recorded_by, at=earlier.recorded_at)
    if earlier and earlier.withdrawn_on:
        if consent.given_on < earlier.withdrawn_on:
            raise RefusedError("L’accord a été retiré : un nouvel accord ne peut pas porter une date antérieure.")
        consent.withdrawn_on = None
    consent.pk = earlier.pk if earlier else None
    consent.recorded_by, consent.recorded_at = by, timezone.now()
    consent.save()
    scope = [name for name in SCOPES if getattr(consent, name)]
    data = {"text": consent.text_version, "given_on": f"{consent.given_on:%d/%m/%Y}", "scope": scope}
    log(instance=consent.interview, action="capitalisation.consent_recorded", user=by, data=data)
    return consent


def stamp(consent: Consent | None) -> str:
    """Identifies the state of a consent; empty before the first one."""
    return f"{consent.recorded_at.isoformat()} {consent.withdrawn_on or ''}" if consent and consent.pk else ""


@transaction.atomic
def withdraw_consent(interview: Interview, on: date, *, by: User) -> None:
    """Record a withdrawal: files and answers are then due for deletion."""
    consent = Consent.objects.filter(interview=locked(interview)).first()
    if consent is None:
        raise RefusedError("Aucun accord n’est enregistré.")
    if consent.withdrawn_on:
        raise already_decided(f"le retrait du {consent.withdrawn_on:%d/%m/%Y} est enregistré")
    if on < consent.given_on:
        raise RefusedError("Le retrait précède l’accord.")
    consent.withdrawn_on = on
    consent.save(update_fields=["withdrawn_on"])
    log(instance=interview, action="capitalisation.consent_withdrawn", user=by, data={"on": f"{on:%d/%m/%Y}"})
    tell_of_withdrawal(interview, by=by)


@dataclass(frozen=True)
class ConsentText:
    version: str
    paragraphs: tuple[str, ...]


TEXTS = (
    ConsentText(
        "2026-1",
        (
            "Vous êtes invité·e à raconter une action menée avec un conseil local de santé mentale (CLSM). Le récit "
            "sert à écrire une fiche CAPS, publiée sur le portail des CLSM après relecture par le CLSM.",
            "Votre participation est libre. Vous pouvez ne pas répondre à une question, arrêter l’entretien, ou "
            "retirer votre accord plus tard, sans avoir à vous justifier. Le retrait fait supprimer les fichiers et "
            "les notes de l’entretien ; il n’efface pas ce qui a été publié avec votre accord, que vous pouvez "
            "demander à corriger.",
            "Vous choisissez ce que vous acceptez : la prise de notes ; l’enregistrement du son ; la citation de vos "
            "propos sans votre nom, après relecture ; la mention de votre fonction.",
            "L’enregistrement, la transcription et les notes ne sont lus que par les personnes du Centre qui suivent "
            "le dossier. Chaque lecture d’un fichier est notée. Ils sont supprimés douze mois après la publication de "
            "la fiche, et au plus tard vingt-quatre mois après leur dépôt.",
            "L’entretien porte sur l’action, pas sur la santé de quelqu’un : ne donnez ni nom ni information de santé "
            "sur une personne, vous compris.",
            "Base légale : mission d’intérêt public (RGPD, article 6.1.e). Vous pouvez demander l’accès à vos "
            "données, leur correction ou leur effacement auprès de la personne déléguée à la protection des "
            "données, et saisir la CNIL (www.cnil.fr).",
        ),
    ),
)

BY_VERSION = {text.version: text for text in TEXTS}

CURRENT = TEXTS[-1]


def consent_errors(sheet: CapsSheetPage, revision: Revision, key: str) -> list[str]:
    case_file = CaseFile.objects.filter(sheet=sheet.pk).first()
    if case_file is None or has_valid_consent(case_file):
        return []
    return ["Un entretien de cette fiche n’a pas de consentement, ou son consentement a été retiré."]
