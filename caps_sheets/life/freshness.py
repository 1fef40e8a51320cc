"""How long ago somebody made sure that a sheet still holds. The Centre's rule: 24 months."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage, SheetConfirmation
from portal.base.dates import months_before
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.users.models import User

FRESH_MONTHS = 24
CONFIRMED = "caps_sheets.confirmed"


@dataclass(frozen=True)
class SheetAge:
    """``since``: the later of the last publication and the last confirmation."""

    since: date
    is_fresh: bool
    is_confirmed: bool

    @property
    def label(self) -> str:
        return "à jour" if self.is_fresh else "à confirmer"

    @property
    def kind(self) -> str:
        return "a-jour" if self.is_fresh else "a-confirmer"


def age_of(sheet: CapsSheetPage, confirmed_on: date | None, today: date | None = None) -> SheetAge | None:
    """None for a sheet that was never published."""
    if sheet.last_published_at is None:
        return None
    today = today or timezone.localdate()
    published = timezone.localdate(sheet.last_published_at)
    since = max(published, confirmed_on or published)
    return SheetAge(since, since >= months_before(today, FRESH_MONTHS), is_confirmed=since != published)


def last_confirmation(sheet: CapsSheetPage) -> date | None:
    confirmations = SheetConfirmation.objects.filter(sheet=sheet.pk)
    return confirmations.values_list("confirmed_on", flat=True).first()


@transaction.atomic
def confirm(sheet: CapsSheetPage, *, by: User, today: date | None = None) -> SheetConfirmation:
    """« Toujours d’actualité »: noted beside the page, without a revision nor a round of moderation."""
    sheet = locked(sheet)
    if not sheet.live:
        raise Refused("Cette fiche n’est pas en ligne.")
    day = today or timezone.localdate()
    if done := SheetConfirmation.objects.filter(sheet=sheet, confirmed_on=day).select_related("confirmed_by").first():
        raise already_decided(f"la fiche est confirmée le {day:%d/%m/%Y}", by=done.confirmed_by)
    confirmation = SheetConfirmation.objects.create(sheet=sheet, confirmed_on=day, confirmed_by=by)
    log(instance=sheet, action=CONFIRMED, user=by, data={"on": day.isoformat()})
    return confirmation
