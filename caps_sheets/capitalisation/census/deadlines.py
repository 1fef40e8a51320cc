"""When an action may be declared and sent: the dates of each edition of the census, in French sentences.

A year without an edition has no dates: its census is open, as before the Centre plans one.
"""

from datetime import date

from django.db.models import Case, IntegerField, Q, When
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusAnswer, CensusEdition, CensusState
from portal.base.templatetags.dates import long_date


def edition_of_day(today: date | None = None) -> CensusEdition | None:
    """The open edition, else that of the year."""
    today = today or timezone.localdate()
    is_open = Q(opens_on__lte=today, closes_on__gte=today)
    rows = CensusEdition.objects.filter(is_open | Q(year=today.year))
    first = Case(When(is_open, then=0), default=1, output_field=IntegerField())
    return rows.order_by(first, "-year").first()


def year_of_day(edition: CensusEdition | None, today: date) -> int:
    return edition.year if edition else today.year


def beginning_refusal(edition: CensusEdition | None, today: date) -> str:
    """Why nobody may begin an action for ``edition``; empty while they may."""
    if edition is None or edition.is_open(today):
        return ""
    if today < edition.opens_on:
        return f"Le recensement {edition.year} ouvre le {long_date(edition.opens_on)}."
    return f"{closed(edition)}{late_sending(edition, today)} Écrivez au Centre s’il manque une action."


def closed(edition: CensusEdition) -> str:
    return f"Le recensement {edition.year} est fermé depuis le {long_date(edition.closes_on)} au soir."


def late_sending(edition: CensusEdition, today: date) -> str:
    if not edition.grace_days:
        return ""
    day = long_date(edition.last_sending)
    if today <= edition.last_sending:
        return f" Une action déjà commencée peut encore être envoyée jusqu’au {day}."
    return f" Les actions commencées pouvaient être envoyées jusqu’au {day}."


def sending_refusal(answer: CensusAnswer, today: date | None = None) -> str:
    """Why ``answer`` may not be sent today. What the Centre asked to complete may always come back."""
    if answer.state != CensusState.DRAFT:
        return ""
    today = today or timezone.localdate()
    edition = CensusEdition.objects.filter(year=answer.edition).first()
    if edition is None or edition.opens_on <= today <= edition.last_sending:
        return ""
    if today < edition.opens_on:
        return f"Le recensement {edition.year} ouvre le {long_date(edition.opens_on)} : vous l’enverrez ce jour-là."
    said = f"{closed(edition)}{late_sending(edition, today)}"
    return f"{said} Votre brouillon est gardé : vous pourrez le reprendre pour le recensement suivant."


def return_refusal(answer: CensusAnswer, today: date | None = None) -> str:
    """Why the CLSM may not take ``answer`` back today: it could not send it again."""
    edition = CensusEdition.objects.filter(year=answer.edition).first()
    if edition is None or (today or timezone.localdate()) <= edition.last_sending:
        return ""
    return f"{closed(edition)} Une action reprise ne pourrait plus être renvoyée : écrivez au Centre."


def ended_years(today: date) -> set[int]:
    """The editions to which nothing more may be sent: their drafts go on in the next one."""
    return {edition.year for edition in CensusEdition.objects.all() if today > edition.last_sending}


def dates(edition: CensusEdition, today: date) -> str:
    """What the CLSMs read about the dates, whether they may begin or not."""
    if refusal := beginning_refusal(edition, today):
        return refusal
    late = ""
    if edition.grace_days:
        last = long_date(edition.last_sending)
        late = f" Une action commencée avant cette date peut encore être envoyée jusqu’au {last}."
    return f"Le recensement {edition.year} est ouvert jusqu’au {long_date(edition.closes_on)} inclus.{late}"
