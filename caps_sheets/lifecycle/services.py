"""Lifecycle of a published sheet: confirmation, errata, adaptations, reminders.

A sheet is confirmed for 24 months (the Centre's rule); the Centre is reminded of those past it. Errata are short
dated corrections, public at once, written by Administration and Modération only. An adaptation is proposed by a
coordinator and published by the Centre. An agreement given to a text remains when only an identifier in it changes
(merge of terms or of CLSMs).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Revision

from caps_sheets.lifecycle.queries import age_of
from caps_sheets.models import CapsSheetPage, Erratum, Reuse, ReuseState, SheetConfirmation, SheetReminder
from caps_sheets.models.clearance import text_key
from network.lifecycle.services import space_url
from network.models import ClsmPage
from network.models.covered_area import moderators_for
from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.references import relations, revision_rewritten
from portal.moderation.notifications import tell
from portal.users.models import User
from portal.users.queries import MODERATION

CONFIRMED = "caps_sheets.confirmed"


@transaction.atomic
def confirm(sheet: CapsSheetPage, *, by: User, today: date | None = None) -> SheetConfirmation:
    """« Toujours d’actualité »: recorded beside the page, without a revision or a workflow."""
    sheet = locked(sheet)
    if not sheet.live:
        raise RefusedError("Cette fiche n’est pas en ligne.")
    day = today or timezone.localdate()
    if done := SheetConfirmation.objects.filter(sheet=sheet, confirmed_on=day).select_related("confirmed_by").first():
        raise already_decided(f"la fiche est confirmée le {day:%d/%m/%Y}", by=done.confirmed_by)
    confirmation = SheetConfirmation.objects.create(sheet=sheet, confirmed_on=day, confirmed_by=by)
    log(instance=sheet, action=CONFIRMED, user=by, data={"on": day.isoformat()})
    return confirmation


ADDED, REMOVED = "caps_sheets.erratum_added", "caps_sheets.erratum_removed"


@transaction.atomic
def add_erratum(sheet: CapsSheetPage, *, text: str, section: str = "", by: User) -> Erratum:
    erratum = Erratum.objects.create(sheet=sheet, text=text, section=section, added_by=by)
    log(instance=sheet, action=ADDED, user=by, data={"text": text, "section": section})
    return erratum


@transaction.atomic
def remove_erratum(erratum: Erratum, *, by: User) -> None:
    """Removed once the text itself is corrected and published. The log keeps the erratum."""
    erratum = locked(erratum, "sheet")
    log(instance=erratum.sheet, action=REMOVED, user=by, data={"text": erratum.text, "section": erratum.section})
    erratum.delete()


PROPOSED, DECIDED = "caps_sheets.reuse_proposed", "caps_sheets.reuse_decided"


@transaction.atomic
def propose(sheet: CapsSheetPage, clsm: ClsmPage, *, year: int, kept: str, adapted: str, by: User) -> Reuse:
    locked(sheet)
    if sheet.clsm_items.filter(clsm=clsm).exists():
        raise RefusedError("Votre CLSM a porté cette action : elle est déjà la sienne.")
    if Reuse.objects.filter(sheet=sheet, clsm=clsm, state=ReuseState.PROPOSED).exists():
        raise RefusedError("Une proposition de votre CLSM attend déjà la réponse du Centre pour cette fiche.")
    reuse = Reuse.objects.create(sheet=sheet, clsm=clsm, year=year, kept=kept, adapted=adapted, proposed_by=by)
    log(instance=sheet, action=PROPOSED, user=by, data={"clsm": clsm.pk, "reuse": reuse.pk})
    link = reverse("sheet_life", args=[sheet.pk])
    tell("reuse_proposed", moderators_for(clsm), link=link, page=sheet, clsm=clsm, reuse=reuse)
    return reuse


@transaction.atomic
def decide(reuse: Reuse, state: ReuseState, *, by: User, reason: str = "") -> Reuse:
    """Publish or refuse, if the state is still the one on screen; a published one may be withdrawn later. A refusal
    has a reason.
    """
    if state == ReuseState.REFUSED and not reason.strip():
        raise RefusedError("Écrivez le motif : la coordination le lira.")
    seen, reuse = reuse.state, locked(reuse, "sheet", "clsm")
    if reuse.state in (state, *({ReuseState.PUBLISHED, ReuseState.REFUSED} - {seen})):
        what = f"l’adaptation est {reuse.get_state_display()}"
        raise already_decided(what, by=reuse.decided_by, at=reuse.decided_at)
    reuse.state, reuse.reason = state, reason.strip()
    reuse.decided_at, reuse.decided_by = timezone.now(), by
    reuse.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    log(instance=reuse.sheet, action=DECIDED, user=by, data={"reuse": reuse.pk, "state": state, "reason": reason})
    author = [reuse.proposed_by] if reuse.proposed_by else []
    tell("reuse_decided", author, link=space_url(reuse.clsm), page=reuse.sheet, reuse=reuse)
    return reuse


def remind_sheets(today: date | None = None) -> int:
    """Notify the owner of each old sheet and the moderators, once for one age. Returns the number of sheets
    concerned.
    """
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


@receiver(revision_rewritten, sender=CapsSheetPage)
def follow_text(revision: Revision, before: Mapping[str, Any], after: Mapping[str, Any], **kwargs: Any) -> None:
    """Grids, agreements, overrides and ticks are stored under the key of the text: move them to the new key."""
    old, new = (text_key(Revision(content=dict(content))) for content in (before, after))
    for relation in relations(CapsSheetPage):
        model = relation.related_model
        if not any(field.name == "text_key" for field in model._meta.fields):
            continue
        for row in model._base_manager.filter(**{relation.field.name: revision.object_id, "text_key": old}):
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=row.pk).update(text_key=new)
            except IntegrityError:  # two texts that are now equal: what the other one had remains valid
                continue
