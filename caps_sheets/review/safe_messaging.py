"""The checklist of a sheet about suicide: who vouches for what, about which text."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.clearance import text_key
from caps_sheets.review.models.safe_messaging import SafeMessagingTick, SafeWording
from portal.base.errors import Refused
from portal.base.locks import locked
from portal.moderation.models.authorship import contributors
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

CHECKED = "caps_sheets.safe_messaging_checked"
#: To sign the items of ``BY_ANOTHER``; whoever edits the sheet signs the others.
RIGHT = "caps_sheets.add_safemessagingtick"
#: What the people of the text cannot vouch for themselves.
BY_ANOTHER = (SafeWording.TRAINED_READER,)
WHO_SIGNS = "une personne de l’Édition, de la Modération ou de l’Administration qui n’a pas pris part au texte"


def ticks_of(sheet: CapsSheetPage, revision: Revision) -> dict[str, SafeMessagingTick]:
    """What is vouched for about the text of ``revision``, by item."""
    ticks = SafeMessagingTick.objects.filter(sheet=sheet.pk, text_key=text_key(revision)).select_related("by")
    return {tick.item: tick for tick in ticks}


def is_reserved(item: SafeWording, sheet: CapsSheetPage, user: User) -> bool:
    """Whether ``user`` may neither tick nor untick ``item`` on this sheet."""
    return item in BY_ANOTHER and not (user.has_perm(RIGHT) and user.pk not in contributors(sheet))


@transaction.atomic
def tick(sheet: CapsSheetPage, items: Collection[str], *, by: User | None, seen: str = "") -> None:
    """Make ``items`` the ones that are vouched for about the latest text: what was ticked keeps its signature.

    What is reserved to somebody else stays as they left it; ``Refused``, nothing changed, for whoever adds it.
    ``by`` is None for a command, which vouches for what was done before the portal. ``seen``: the key of the text that
    was on screen, so that nobody signs a text they have not read.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    if revision is None:
        raise Refused("Enregistrez d’abord la fiche : il n’y a pas encore de texte.")
    if seen and seen != text_key(revision):
        raise Refused("Le texte a changé pendant votre lecture : relisez-le avant de cocher.")
    known = ticks_of(sheet, revision)
    reserved = {item.value for item in SafeWording if by is not None and is_reserved(item, sheet, by)}
    if reserved & set(items) - known.keys():
        raise Refused(f"« {SafeWording.TRAINED_READER.label} » se coche par {WHO_SIGNS}.")
    wanted = [item for item in SafeWording.values if item in (known if item in reserved else items)]
    SafeMessagingTick.objects.filter(pk__in=[one.pk for item, one in known.items() if item not in wanted]).delete()
    SafeMessagingTick.objects.bulk_create(
        SafeMessagingTick(
            sheet=sheet, revision=revision, text_key=text_key(revision), item=item, by=by, at=timezone.now()
        )
        for item in wanted
        if item not in known
    )
    log(instance=sheet, action=CHECKED, user=by, revision=revision, data={"items": wanted})


def safe_messaging_errors(sheet: CapsSheetPage, revision: Revision) -> list[str]:
    """Check of publication: every item, when one of the themes shows the help block."""
    if not sheet.shows_help:
        return []
    missing = len(SafeWording) - len(ticks_of(sheet, revision))
    if not missing:
        return []
    return [f"Cette fiche parle du suicide : {missing} point(s) de la relecture dédiée restent à cocher."]
