"""« J’ai adapté cette action »: a coordinator says what their CLSM kept and changed; the Centre reads it first."""

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log

from caps_sheets.models import CapsSheetPage, Reuse, ReuseState
from network.lifecycle.services import space_url
from network.models import ClsmPage
from network.models.covered_area import moderators_for
from portal.base.errors import Refused, already_decided
from portal.base.locks import locked
from portal.moderation.notices.services import tell
from portal.users.models import User

PROPOSED, DECIDED = "caps_sheets.reuse_proposed", "caps_sheets.reuse_decided"


def published_reuses(sheet: CapsSheetPage) -> QuerySet[Reuse]:
    return Reuse.objects.filter(sheet=sheet.pk, state=ReuseState.PUBLISHED)


@transaction.atomic
def propose(sheet: CapsSheetPage, clsm: ClsmPage, *, year: int, kept: str, adapted: str, by: User) -> Reuse:
    locked(sheet)
    if sheet.clsm_items.filter(clsm=clsm).exists():
        raise Refused("Votre CLSM a porté cette action : elle est déjà la sienne.")
    if Reuse.objects.filter(sheet=sheet, clsm=clsm, state=ReuseState.PROPOSED).exists():
        raise Refused("Une proposition de votre CLSM attend déjà la réponse du Centre pour cette fiche.")
    reuse = Reuse.objects.create(sheet=sheet, clsm=clsm, year=year, kept=kept, adapted=adapted, proposed_by=by)
    log(instance=sheet, action=PROPOSED, user=by, data={"clsm": clsm.pk, "reuse": reuse.pk})
    link = reverse("sheet_life", args=[sheet.pk])
    tell("reuse_proposed", moderators_for(clsm), link=link, page=sheet, clsm=clsm, reuse=reuse)
    return reuse


@transaction.atomic
def decide(reuse: Reuse, state: ReuseState, *, by: User, reason: str = "") -> Reuse:
    """Publish or refuse, from the state that was seen; a published one may be withdrawn later. A refusal says why."""
    if state == ReuseState.REFUSED and not reason.strip():
        raise Refused("Écrivez le motif : la coordination le lira.")
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
