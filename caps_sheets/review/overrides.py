"""The Centre lets a text be public without the agreement of its CLSM: always one person, one text, one reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.clearance import text_key
from caps_sheets.review.models.overrides import WAIVES_GRID, OverrideKind, PublicationOverride
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.users.models import User

if TYPE_CHECKING:
    from caps_sheets.models import CapsSheetPage

OVERRIDDEN = "caps_sheets.agreement_overridden"
RIGHT = "caps_sheets.add_publicationoverride"
#: Sent with ``decision``: the room above lets a sheet that waits for its CLSM go on.
overridden = Signal()


@transaction.atomic
def override(
    sheet: CapsSheetPage, kind: OverrideKind, *, by: User | None, reason: str, seen: str = ""
) -> PublicationOverride:
    """Write the decision about the latest text of ``sheet``. Raises ``Refused``.

    ``by`` is None for a command. ``seen``: the key of the text on screen, so that nobody decides about another.
    """
    sheet = locked(sheet)
    revision = sheet.get_latest_revision()
    if seen and revision and seen != text_key(revision):
        raise Refused("Le texte a changé pendant votre lecture : relisez-le avant de décider.")
    if problems := _problems(sheet, kind, reason.strip(), has_text=revision is not None):
        raise Refused(*problems)
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
    """What may be decided about this sheet today."""
    return [kind for kind in OverrideKind if not _kind_problems(sheet, kind)]


def waives_agreement(sheet_pk: int, key: str) -> bool:
    return PublicationOverride.objects.filter(sheet=sheet_pk, text_key=key).exists()


def waives_grid(sheet_pk: int, key: str) -> bool:
    return PublicationOverride.objects.filter(sheet=sheet_pk, text_key=key, kind__in=WAIVES_GRID).exists()


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
