"""Signal receivers that write a row to the outbox, in the same transaction, for each change of public content.

Publishing and unpublishing both save the page, with its child rows, in one transaction: ``post_save`` covers them.
Only a changed slug is signalled by Wagtail just after its commit. ``register`` adds a new kind of page to the search.
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
from search.documents import Family, add, families, family_of
from search.models import DistressPhraseGroup, IndexChange, SynonymGroup
from search.outbox import note
from search.references import references_changed

Reason = IndexChange.Reason


def connect() -> None:
    """Connects the signals that change pages of any family."""
    post_page_move.connect(on_move, dispatch_uid="search.move")
    page_slug_changed.connect(on_address, dispatch_uid="search.address")
    references = (Theme, Term, Region, Department, SynonymGroup, DistressPhraseGroup, Query, SearchPromotion)
    for model in references:
        for signal in (post_save, post_delete):
            signal.connect(on_reference, sender=model, dispatch_uid=f"search.reference.{model._meta.label}")
    for signal in (post_save, post_delete):
        signal.connect(on_restriction, sender=PageViewRestriction, dispatch_uid="search.restriction")


def connect_family(family: Family) -> None:
    uid = f"search.{family.key}"
    post_save.connect(on_save, sender=family.model, dispatch_uid=uid)
    post_delete.connect(on_delete, sender=family.model, dispatch_uid=uid)
    for model in family.dependencies:
        name = f"search.related.{model._meta.label}"
        post_save.connect(on_related_save, sender=model, dispatch_uid=name)
        pre_delete.connect(on_related_delete, sender=model, dispatch_uid=name)
    for field in family.model._meta.many_to_many:
        through = getattr(family.model, field.name).through
        m2m_changed.connect(on_many, sender=through, dispatch_uid=f"{uid}.{field.name}")


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


def on_related_save(
    instance: Model, update_fields: Collection[str] | None = None, raw: bool = False, **kwargs: Any
) -> None:
    if raw or not changes_public_page(update_fields):
        return
    note_dependants(instance)


def on_related_delete(instance: Model, **kwargs: Any) -> None:
    """The links are read before their deletion; the pages are read again after the commit, without them."""
    note_dependants(instance)


def on_reference(raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        references_changed()


def register(family: Family) -> None:
    """Adds ``family`` to the search and connects its signals: called from the ``ready`` of the app that owns it.

    Its pages are found once ``search_rebuild`` has run. Raises ValueError if another family has the same key.
    """
    add(family)
    connect_family(family)
