"""Taking a content offline, and putting it back by two people. The rows of its pages are locked first."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page

from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.base.querysets import visible
from portal.medialib.models import PortalImage, PortalMedia, TakenDownFile
from portal.moderation.decisions import lock
from portal.moderation.models import Takedown, TakedownAddress, TakedownPage
from portal.moderation.takedowns.addresses import Target, check, found
from portal.moderation.takedowns.notifications import (
    people_of,
    tell_of_declined,
    tell_of_remainder,
    tell_of_request,
    tell_of_return,
    tell_of_takedown,
)
from portal.moderation.takedowns.queries import active, identity, takedown_of
from portal.users.models import User

TAKEN_DOWN = "portal.taken_down"
LIFT_ASKED, LIFT_DECLINED, PUT_BACK = "portal.lift_asked", "portal.lift_declined", "portal.put_back"
#: A page with more pages online below it is part of the frame of the site.
MOST_PAGES = 50


def target_of(content: Model) -> Target:
    """``content`` with the pages that go offline with it. Raises ``RefusedError`` for the frame of the site."""
    pages = _pages_of(content)
    if not pages:
        return Target(content)
    seen = list(visible(Page.objects.filter(pk__in=[page.pk for page in pages])).order_by("path").specific(defer=True))
    parents = {page.path[: -page.steplen] for page in seen}
    around = Q(alias_of__in=[page.pk for page in seen]) | Q(path__in=parents, depth__gt=2)
    return Target(content, pages, seen, list(visible(Page.objects.filter(around)).order_by("path")))


def _pages_of(content: Model) -> list[Page]:
    if isinstance(content, PortalMedia):
        return list(Page.objects.filter(pk__in=content.episodes.filter(live=True).values("pk")).order_by("path"))
    if not isinstance(content, Page):
        return []
    below = content.get_descendants().live().order_by("path") if content.numchild else Page.objects.none()
    first = list(below[: MOST_PAGES + 1])
    if content.depth <= 2 or len(first) > MOST_PAGES:
        raise RefusedError(
            "Cette page porte le site : elle ne se retire pas d’un coup. Retirez la ou les pages qui sont en cause."
        )
    return [content, *first]


@transaction.atomic
def take_down(content: Model, *, reason: str, public_note: str = "", by: User) -> Takedown:
    """Take ``content`` offline in this transaction, with its pages, renditions and index rows.

    Raises ``RefusedError`` if it is offline already. ``finish`` then checks every address.
    """
    _lock_pages(content)
    row = locked(content)
    if earlier := takedown_of(row):
        raise already_decided("ce contenu est retiré", by=earlier.taken_by, at=earlier.taken_at)
    target = target_of(row)
    takedown = Takedown.objects.create(
        **identity(row), title=str(row)[:255], reason=reason, public_note=public_note, taken_by=by
    )
    people = people_of(row, target.pages)
    addresses = [
        TakedownAddress(
            takedown=takedown, source=source, kind=one.kind, label=one.label[:200], address=one.address[:1000]
        )
        for source, one in found(target)
    ]
    TakedownAddress.objects.bulk_create(addresses)
    _close(takedown, target, by)
    tell_of_takedown(takedown, people)
    return takedown


def _lock_pages(content: Model) -> None:
    """An episode that is being published with the sound is waited for, then goes offline too."""
    pages = content.episodes.all() if isinstance(content, PortalMedia) else _pages_of(content)
    lock([page.pk for page in pages])


def _close(takedown: Takedown, target: Target, by: User) -> None:
    for page in target.pages:
        TakedownPage.objects.create(takedown=takedown, page=page, was_live=page.live, revision_id=page.live_revision_id)
        page.specific.unpublish(log_action=False)  # without ``user``: the right is to take down, not to unpublish
        log(instance=page, action=TAKEN_DOWN, user=by, data={"takedown": takedown.pk})
    content = target.content
    if isinstance(content, TakenDownFile):
        log(instance=content, action=TAKEN_DOWN, user=by, data={"takedown": takedown.pk})
        content.is_taken_down = True
        content.save(update_fields=["is_taken_down"])
    if isinstance(content, PortalImage):
        for rendition in content.renditions.all():
            rendition.delete()  # and its file, once committed


def finish(takedown: Takedown) -> int:
    """After the commit: empty what is kept outside of the database, read every address, tell the Centre what remains.

    Returns how many addresses remain; ``check_takedowns`` tries them again.
    """
    remaining = check(takedown)
    if remaining:
        tell_of_remainder(takedown, remaining)
    return remaining


def retry() -> int:
    """Check again what was not empty; returns how many addresses remain."""
    waiting = active().filter(addresses__emptied_at=None).distinct()
    return sum(check(takedown) for takedown in waiting)


@transaction.atomic
def ask_lift(takedown: Takedown, *, reason: str, by: User) -> None:
    """The first of two people. Raises ``RefusedError`` if somebody asked before."""
    row = _still_offline(takedown)
    if row.lift_asked_at:
        raise already_decided("la remise en ligne est demandée", by=row.lift_asked_by, at=row.lift_asked_at)
    row.lift_asked_at, row.lift_asked_by, row.lift_reason = timezone.now(), by, reason
    row.save()
    _log(row, LIFT_ASKED, by)
    tell_of_request(row)


@transaction.atomic
def decline_lift(takedown: Takedown, *, by: User) -> None:
    """The content stays offline: the request is withdrawn, or refused by somebody else."""
    row = _asked(takedown)
    asked_by = row.lift_asked_by
    row.lift_asked_at, row.lift_asked_by, row.lift_reason = None, None, ""
    row.save()
    _log(row, LIFT_DECLINED, by)
    tell_of_declined(row, asked_by, by)


@transaction.atomic
def confirm_lift(takedown: Takedown, *, by: User) -> list[str]:
    """The second of two people, superuser included. What was online comes back if the rules still allow it.

    Returns the pages that stay drafts, with what they lack.
    """
    lock(list(takedown.page_items.values_list("page", flat=True)))
    row = _asked(takedown)
    if row.lift_asked_by_id is None or row.lift_asked_by_id == by.pk:
        raise RefusedError("Une autre personne que celle qui l’a demandée doit confirmer la remise en ligne.")
    row.lifted_at, row.lifted_by = timezone.now(), by
    row.save()
    content = row.content_object
    if isinstance(content, TakenDownFile):
        content.is_taken_down = False
        content.save(update_fields=["is_taken_down"])
    items = list(row.page_items.select_related("page", "revision"))
    kept_offline = [sentence for item in items if (sentence := _put_back(item, by))]
    _log(row, PUT_BACK, by)
    tell_of_return(row, people_of(content, [item.page for item in items]), kept_offline)
    return kept_offline


def _put_back(item: TakedownPage, by: User) -> str:
    """Publish the text that was online; why it stays a draft, empty when it does not."""
    page = item.page.specific
    if not item.was_live or page.live:
        return ""
    try:
        with transaction.atomic():
            if item.revision:
                item.revision.publish(user=by, skip_permission_checks=True)
            else:
                page.live = True
                page.save()
    except (ValidationError, RefusedError) as error:
        return f"« {page.title} » reste un brouillon : {' '.join(error.messages)}"
    return ""


def _still_offline(takedown: Takedown) -> Takedown:
    row = locked(takedown)
    if row.lifted_at:
        raise already_decided("ce contenu est remis en ligne", by=row.lifted_by, at=row.lifted_at)
    return row


def _asked(takedown: Takedown) -> Takedown:
    row = _still_offline(takedown)
    if not row.lift_asked_at:
        raise RefusedError("Personne ne demande cette remise en ligne : demandez-la d’abord.")
    return row


def _log(takedown: Takedown, action: str, by: User) -> None:
    """In the history of the content, while it exists."""
    if content := takedown.content_object:
        log(instance=content, action=action, user=by, data={"takedown": takedown.pk})
