"""Retirement of a page: it is unpublished, its URL redirects to the page that replaces it; and its undoing."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import Page, PageLogEntry
from wagtail.signals import page_published

from portal.base.errors import RefusedError, already_decided
from portal.base.locks import locked
from portal.moderation.models import Retirement
from portal.users.models import User

RETIRED = "portal.retired"


def retirement_refusals(page: Page, replacements: Sequence[Page]) -> list[str]:
    refusals = []
    if not page.live:
        refusals.append("Cette page n’est pas en ligne.")
    if any(replacement.pk == page.pk for replacement in replacements):
        refusals.append("Une page ne se remplace pas elle-même.")
    refusals += [f"« {replacement.title} » n’est pas en ligne." for replacement in replacements if not replacement.live]
    return refusals


@transaction.atomic
def retire(
    page: Page, *, replacements: Sequence[Page] = (), reason: str, by: User | None, today: date | None = None
) -> Retirement:
    """Unpublish ``page``; its URL, and the redirects to it, lead to its replacement.

    Without a replacement, or with several, they lead to a page that explains the removal.
    """
    page = locked(page)
    earlier_decision = Retirement.objects.filter(page=page.pk).select_related("retired_by").first()
    if not page.live and earlier_decision:
        what = f"la page est archivée depuis le {earlier_decision.retired_on:%d/%m/%Y}"
        raise already_decided(what, by=earlier_decision.retired_by)
    if refusals := retirement_refusals(page, replacements):
        raise RefusedError(*refusals)
    retirement, _ = Retirement.objects.update_or_create(
        page=page,
        defaults={"reason": reason, "retired_on": today or timezone.localdate(), "retired_by": by},
    )
    retirement.replacements.set(replacements)
    _redirect(page, replacements)
    for earlier in Retirement.objects.filter(replacements=page):
        earlier.replacements.remove(page)
        earlier.replacements.add(*replacements)
    data = {
        "reason": reason,
        "replacements": [replacement.pk for replacement in replacements],
        "revision": page.live_revision_id or page.latest_revision_id,
    }
    page.specific.unpublish(user=by)
    log(instance=page, action=RETIRED, user=by, data=data)
    return retirement


@transaction.atomic
def restore(page: Page, *, by: User | None) -> None:
    """Undo ``retire``: publish the text that was online then. Raises ``RefusedError``."""
    page = locked(page)
    if page.live or not Retirement.objects.filter(page=page.pk).exists():
        raise RefusedError("Cette page n’est pas archivée.")
    entry = PageLogEntry.objects.filter(page=page.pk, action=RETIRED).order_by("-timestamp", "-pk").first()
    revision = page.revisions.filter(pk=entry.data.get("revision") if entry else None).first()
    if revision is None:
        raise RefusedError("Le texte qui était en ligne n’est plus gardé : publiez la page depuis son formulaire.")
    try:
        revision.publish(user=by)
    except ValidationError as error:
        raise RefusedError(*error.messages) from None


def _redirect(page: Page, replacements: Sequence[Page]) -> None:
    target: dict[str, Any] = {"redirect_page": None, "redirect_link": reverse("retired_page", args=[page.pk])}
    if len(replacements) == 1:
        target = {"redirect_page": replacements[0], "redirect_link": ""}
    Redirect.objects.filter(redirect_page=page).update(**target)
    for old_path in _paths(page):
        Redirect.objects.update_or_create(
            old_path=old_path, site=None, defaults={"is_permanent": True, "automatically_created": True, **target}
        )


def _paths(page: Page) -> list[str]:
    url = page.get_url_parts()
    return [Redirect.normalise_path(url[2])] if url and url[2] else []


@receiver(page_published)
def come_back(instance: Page, **kwargs: Any) -> None:
    """A page published again is no longer retired: its URL serves it again."""
    if Retirement.objects.filter(page=instance.pk).delete()[0]:
        Redirect.objects.filter(old_path__in=_paths(instance), automatically_created=True).delete()
