"""Reminding the Centre of the sheets that nobody confirmed for 24 months."""

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from caps_sheets.life.freshness import age_of
from caps_sheets.models import CapsSheetPage, SheetReminder
from network.models.covered_area import MODERATION
from portal.moderation.notices.services import tell
from portal.users.models import User


def remind_sheets(today: date | None = None) -> int:
    """Tell the owner of each old sheet and the moderators, once for one age. Returns how many sheets were told of."""
    today = today or timezone.localdate()
    sheets = CapsSheetPage.objects.live().annotate(confirmed_on=Max("confirmations__confirmed_on")).order_by("pk")
    return sum(_remind(sheet, today) for sheet in sheets.select_related("owner"))


@transaction.atomic
def _remind(sheet: CapsSheetPage, today: date) -> bool:
    age = age_of(sheet, sheet.confirmed_on, today)
    if age is None or age.is_fresh:
        return False
    _, is_new = SheetReminder.objects.get_or_create(sheet=sheet, since=age.since, defaults={"sent_on": today})
    if is_new:
        moderators = list(User.objects.filter(groups__name=MODERATION, is_active=True))
        life = reverse("sheet_life", args=[sheet.pk])
        tell("sheet_to_check", moderators, link=life, page=sheet, since=age.since, may_confirm=True)
        if sheet.owner not in moderators:
            tell("sheet_to_check", [sheet.owner], page=sheet, since=age.since, may_confirm=False)
    return is_new
