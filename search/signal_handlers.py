"""Signal receivers that write a row to the outbox, in the same transaction, for each change of public content.

Publishing and unpublishing both save the page, with its child rows, in one transaction: ``post_save`` covers them.
Only a changed slug is signalled by Wagtail just after its commit. The receivers listen to every model and look for the
families that index it or depend on it, so that a family declared by the hook ``search_families`` needs nothing else.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_slug_changed, post_page_move

from network.territories.models import Department, Region
from portal.base.texts import changes_public_page
from portal.taxonomies.models import Term, Theme
from search.documents import families, family_of
from search.models import DistressPhraseGroup, IndexChange, SynonymGroup
from search.outbox import note
from search.references import references_changed

Reason = IndexChange.Reason


def connect() -> None:
    post_save.connect(on_save, dispatch_uid="search.save")
    pre_delete.connect(on_related_delete, dispatch_uid="search.related_delete")
    post_delete.connect(on_delete, dispatch_uid="search.delete")
    m2m_changed.connect(on_many, dispatch_uid="search.many")
    post_page_move.connect(on_move, dispatch_uid="search.move")
    page_slug_changed.connect(on_address, dispatch_uid="search.address")
    references = (Theme, Term, Region, Department, SynonymGroup, DistressPhraseGroup, Query, SearchPromotion)
    for model in references:
        for signal in (post_save, post_delete):
            signal.connect(on_reference, sender=model, dispatch_uid=f"search.reference.{model._meta.label}")
    for signal in (post_save, post_delete):
        signal.connect(on_restriction, sender=PageViewRestriction, dispatch_uid="search.restriction")


def note_page(page: Model, reason: Reason) -> None:
    family = family_of(type(page))
    if family is not None and page.pk and family.concerns(page):
        note([family.key_of(page.pk)], reason)


def note_tree(page: Page, reason: Reason) -> None:
    """Notes every indexed page under ``page``, itself included, of any family, and the pages that name them."""
    keys: list[str] = []
    for family in families():
        below = family.below(page)
        keys += [family.key_of(pk) for pk in below.values_list("pk", flat=True)]
        keys += [other.key_of(pk) for other in families() for pk in other.affected_by_all(family.model, below)]
    note(keys, reason)


def note_dependants(row: Model, reason: Reason = Reason.RELATED) -> None:
    note([family.key_of(pk) for family in families() for pk in family.affected_by(row)], reason)


def on_save(instance: Model, update_fields: Collection[str] | None = None, raw: bool = False, **kwargs: Any) -> None:
    if raw or not changes_public_page(update_fields):
        return
    note_page(instance, Reason.SAVED)
    note_dependants(instance)


def on_delete(instance: Model, **kwargs: Any) -> None:
    note_page(instance, Reason.DELETED)


def on_many(instance: Model, action: str, **kwargs: Any) -> None:
    if action.startswith("post_"):
        note_page(instance, Reason.SAVED)


def on_move(instance: Page, **kwargs: Any) -> None:
    note_tree(instance, Reason.MOVED)


def on_address(instance: Page, **kwargs: Any) -> None:
    note_tree(instance, Reason.MOVED)


def on_restriction(instance: PageViewRestriction, **kwargs: Any) -> None:
    note_tree(instance.page, Reason.RESTRICTED)


def on_related_delete(instance: Model, **kwargs: Any) -> None:
    """The links are read before their deletion; the pages are read again after the commit, without them."""
    note_dependants(instance)


def on_reference(raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        references_changed()
