"""Merging a term or a theme into another: pages, drafts and older versions follow; no reference is broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal
from django.utils.text import slugify
from wagtail.log_actions import log

from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.references import replace_in_revisions, replace_rows
from portal.taxonomies.models import Term, Theme
from portal.taxonomies.usage import count_uses

if TYPE_CHECKING:
    from portal.users.models import User

MERGED = "portal_taxonomies.merged"
#: Sent inside the transaction with ``old`` (about to be deleted) and ``new``.
merged = Signal()
Item = Term | Theme


@dataclass(frozen=True)
class MergeReport:
    """``rows``: number of changed rows, by plural name; ``revisions``: number of rewritten versions."""

    rows: dict[str, int]
    revisions: int


def merge_refusals(old: Item, new: Item) -> list[str]:
    """Why ``old`` may not be merged into ``new``; empty when it may."""
    if type(old) is not type(new) or old.pk == new.pk:
        return ["Choisissez un autre élément de la même liste."]
    if isinstance(old, Term) and isinstance(new, Term):
        if old.vocabulary != new.vocabulary:
            return ["Les deux termes ne sont pas du même vocabulaire."]
        if new.parent_id == old.pk:
            return [f"« {new} » est rangé sous « {old} » : sortez-le de ce groupe d’abord."]
    return []


def preview(old: Item) -> dict[str, int]:
    """What would change, for the summary shown before the merge."""
    return dict(count_uses(old))


@transaction.atomic
def merge(old: Item, new: Item, *, by: User) -> MergeReport:
    """Replace ``old`` by ``new`` everywhere, keep the words of ``old`` as synonyms of ``new``, and delete ``old``."""
    first, second = sorted((old, new), key=lambda each: each.pk)
    kept = {term.pk: locked(term) for term in (first, second)}
    old, new = kept[old.pk], kept[new.pk]
    if refusals := merge_refusals(old, new):
        raise RefusedError(*refusals)
    report = MergeReport(replace_rows(old, new), replace_in_revisions(old, new))
    if isinstance(old, Theme) and isinstance(new, Theme):
        new.shows_help = new.shows_help or old.shows_help
    new.synonyms = "\n".join(_words(old, new))
    new.save()
    merged.send(sender=type(old), old=old, new=new)
    log(instance=new, action=MERGED, user=by, data={"old": str(old), "slug": old.slug, "revisions": report.revisions})
    old.delete()
    return report


def _words(old: Item, new: Item) -> list[str]:
    """The synonyms of both and the label of ``old``, without duplicates and without the label of ``new``."""
    words: dict[str, str] = {}
    for word in (*new.synonym_list(), str(old), *old.synonym_list()):
        words.setdefault(slugify(word), word)
    words.pop(slugify(str(new)), None)
    return list(words.values())
