"""Overrides, the safe-messaging checklist, and the take-over of sheets approved before the portal.

An override lets the Centre publish a text without the agreement of its CLSM: one person, one text, one reason. A tick
of the checklist states who vouches for what, about which text.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.models import CapsSheetPage
from caps_sheets.models.clearance import text_key
from caps_sheets.models.review import OverrideKind, PublicationOverride, SafeMessagingTick, SafeWording
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.models.authorship import contributors
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage


OVERRIDDEN = "caps_sheets.agreement_overridden"

OVERRIDE_RIGHT = "caps_sheets.add_publicationoverride"

#: Sent with ``decision``: a sheet that waits for its CLSM then continues.
overridden = Signal()


@transaction.atomic
def override(
    sheet: CapsSheetPage, kind: OverrideKind, *, by: User | None, reason: str, seen: str = ""
) -> PublicationOverride:
    """Record the decision about the latest text of ``sheet``. Raises ``RefusedError``.

    ``by`` is None for a command. ``seen``: the key of the text on screen, so that nobody decides about another.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    if seen and revision and seen != text_key(revision):
        raise RefusedError("Le texte a changé pendant votre lecture : relisez-le avant de décider.")
    if problems := _problems(sheet, kind, reason.strip(), has_text=revision is not None):
        raise RefusedError(*problems)
    if done := sheet.overrides.filter(text_key=text_key(revision), kind=kind).select_related("by").first():
        raise already_decided(f"« {done} » pour ce texte", by=done.by, at=done.at)
    decision = PublicationOverride.objects.create(
        sheet=sheet,
        revision=revision,
        text_key=text_key(revision),
        kind=kind,
        reason=reason.strip(),
        by=by,
        at=timezone.now(),
    )
    data = {"kind": str(decision), "reason": decision.reason}
    log(instance=sheet, action=OVERRIDDEN, user=by, revision=revision, data=data)
    overridden.send(sender=PublicationOverride, decision=decision)
    return decision


def offered_kinds(sheet: CapsSheetPage) -> list[OverrideKind]:
    """The overrides available for this sheet today."""
    return [kind for kind in OverrideKind if not _kind_problems(sheet, kind)]


def _problems(sheet: CapsSheetPage, kind: OverrideKind, reason: str, *, has_text: bool) -> list[str]:
    problems = _kind_problems(sheet, kind)
    if not reason:
        problems.append("Dites pourquoi le Centre passe outre : le motif reste dans l’historique de la fiche.")
    if not has_text:
        problems.append("Enregistrez d’abord la fiche : il n’y a pas encore de texte.")
    return problems


def _kind_problems(sheet: CapsSheetPage, kind: OverrideKind) -> list[str]:
    if kind == OverrideKind.CORRECTION and not sheet.live:
        return ["Une correction mineure se fait sur une fiche déjà publiée."]
    if kind == OverrideKind.TAKEOVER and hasattr(sheet, "case_file"):
        return ["Cette fiche vient d’un dossier de capitalisation : elle ne se reprend pas d’ailleurs."]
    return []


CHECKED = "caps_sheets.safe_messaging_checked"

#: Permission to sign the items of ``BY_ANOTHER``; those who edit the sheet sign the others.
SAFE_MESSAGING_RIGHT = "caps_sheets.add_safemessagingtick"

#: Items for which the authors of the text cannot vouch themselves.
BY_ANOTHER = (SafeWording.TRAINED_READER,)

WHO_SIGNS = "une personne de l’Édition, de la Modération ou de l’Administration qui n’a pas pris part au texte"


def ticks_of(sheet: CapsSheetPage, key: str) -> dict[str, SafeMessagingTick]:
    """The ticks about the text of this key, by item."""
    ticks = SafeMessagingTick.objects.filter(sheet=sheet.pk, text_key=key).select_related("by")
    return {tick.item: tick for tick in ticks}


def is_reserved(item: SafeWording, sheet: CapsSheetPage, user: User) -> bool:
    """Whether ``user`` may neither tick nor untick ``item`` on this sheet."""
    return item in BY_ANOTHER and not (user.has_perm(SAFE_MESSAGING_RIGHT) and user.pk not in contributors(sheet))


@transaction.atomic
def tick(sheet: CapsSheetPage, items: Collection[str], *, by: User | None, seen: str = "") -> None:
    """Make ``items`` the ticked ones about the latest text: existing ticks keep their signature.

    Items reserved to somebody else stay unchanged; ``RefusedError``, with nothing changed, if one is added.
    ``by`` is None for a command, which vouches for what was done before the portal.
    ``seen``: the key of the text on screen, so that nobody signs a text they have not read.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    if revision is None:
        raise RefusedError("Enregistrez d’abord la fiche : il n’y a pas encore de texte.")
    key = text_key(revision)
    if seen and seen != key:
        raise RefusedError("Le texte a changé pendant votre lecture : relisez-le avant de cocher.")
    known = ticks_of(sheet, key)
    reserved = {item.value for item in SafeWording if by is not None and is_reserved(item, sheet, by)}
    if reserved & set(items) - known.keys():
        raise RefusedError(f"« {SafeWording.TRAINED_READER.label} » se coche par {WHO_SIGNS}.")
    wanted = [item for item in SafeWording.values if item in (known if item in reserved else items)]
    SafeMessagingTick.objects.filter(pk__in=[tick.pk for item, tick in known.items() if item not in wanted]).delete()
    SafeMessagingTick.objects.bulk_create(
        SafeMessagingTick(sheet=sheet, revision=revision, text_key=key, item=item, by=by, at=timezone.now())
        for item in wanted
        if item not in known
    )
    log(instance=sheet, action=CHECKED, user=by, revision=revision, data={"items": wanted})


def safe_messaging_errors(sheet: CapsSheetPage, revision: Revision, key: str) -> list[str]:
    """Clearance check: every item is required if one of the themes shows the help block."""
    if not sheet.shows_help:
        return []
    missing = len(SafeWording) - len(ticks_of(sheet, key))
    if not missing:
        return []
    return [f"Cette fiche parle du suicide : {missing} point(s) de la relecture dédiée restent à cocher."]


def take_over(sheet: CapsSheetPage, *, by: User | None) -> None:
    """Clear the latest text of ``sheet`` for publication, and log that the Centre took it over.

    Raises ``RefusedError`` for the sheet of a case file: such a sheet has its own proof-reading.
    """
    override(sheet, OverrideKind.TAKEOVER, by=by, reason=OverrideKind.TAKEOVER.label)
    if sheet.get_latest_revision_as_object().shows_help:
        tick(sheet, SafeWording.values, by=by)
