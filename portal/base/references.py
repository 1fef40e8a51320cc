"""Replacing one object by another everywhere it is referenced: in tables, drafts and revisions.

Wagtail keeps each version of a page as JSON. If a term were replaced in the tables only, the next draft opened would
restore the old one or show an empty field. The content of every revision is therefore rewritten too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import ForeignKey, ManyToManyField, ManyToOneRel, Model
from django.dispatch import Signal
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from wagtail.models import ReferenceIndex, Revision, get_page_models

Content = dict[str, Any]
#: Sent with ``revision``, ``before`` and ``after`` (contents): the same text, with another identifier.
revision_rewritten = Signal()
#: Fields in which two otherwise equal rows may differ.
ROW_IDENTITY = {"pk", "id", "sort_order"}


def relations(target: type[Model]) -> Iterator[ManyToOneRel]:
    """Every foreign key to ``target`` itself, not to its parents, including those of many-to-many tables and tags."""
    for relation in target._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.model is target:
            yield relation


def replace_rows(
    old: Model, new: Model, keep: Callable[[ManyToOneRel], bool] = lambda relation: False
) -> dict[str, int]:
    """Make every stored row that references ``old`` reference ``new``; delete rows that would become duplicates.

    ``keep`` names the relations to skip. Returns the number of changed rows, by plural name of the row.
    """
    changed: dict[str, int] = {}
    holders: dict[tuple[type[Model], Any], Model] = {}
    for relation in relations(type(old)):
        if keep(relation):
            continue
        rows = list(relation.related_model._base_manager.filter(**{relation.field.name: old.pk}))
        for row in rows:
            _replace_row(row, relation.field, new)
            holder = _indexed(row)
            if holder is not None:
                holders[type(holder), holder.pk] = holder
        if rows:
            name = str(relation.related_model._meta.verbose_name_plural)
            changed[name] = changed.get(name, 0) + len(rows)
    for holder in holders.values():
        ReferenceIndex.create_or_update_for_object(holder)
    return changed


def replace_in_revisions(old: Model, new: Model, keep: Iterable[str] = ()) -> int:
    """Make every revision of every page reference ``new`` instead of ``old``. Returns the number of changed revisions.

    ``keep``: names of fields to skip.
    """
    kept, changed = set(keep), 0
    for page_type in get_page_models():
        if not _may_name(page_type, type(old)):
            continue
        for revision in Revision.objects.filter(content_type=ContentType.objects.get_for_model(page_type)).iterator():
            after = replaced(page_type, revision.content, old, new, kept)
            if after != revision.content:
                before, revision.content = revision.content, after
                Revision.objects.filter(pk=revision.pk).update(content=after)
                revision_rewritten.send(sender=page_type, revision=revision, before=before, after=after)
                changed += 1
    return changed


def replaced(
    model: type[Model], content: Mapping[str, Any], old: Model, new: Model, keep: Iterable[str] = ()
) -> Content:
    """The serialised ``content`` of an object of ``model``, with ``new`` in place of ``old``."""
    after = dict(content)
    for field in _fields_to(model, type(old)):
        if field.name in after and field.name not in keep:
            after[field.name] = _replaced_value(after[field.name], old.pk, new.pk)
    for relation in get_all_child_relations(model):
        name = relation.get_accessor_name()
        if name in after and _may_name(relation.related_model, type(old)):
            before = after[name]
            rows = [replaced(relation.related_model, row, old, new) for row in before]
            after[name] = _once(rows) if rows != before else before
    return after


def _fields_to(model: type[Model], target: type[Model]) -> Iterator[ForeignKey | ManyToManyField]:
    for field in model._meta.get_fields():
        if isinstance(field, ForeignKey | ManyToManyField) and field.related_model is target:
            yield field


def _may_name(model: type[Model], target: type[Model]) -> bool:
    if any(_fields_to(model, target)):
        return True
    children = get_all_child_relations(model) if hasattr(model, "_meta") else []
    return any(_may_name(relation.related_model, target) for relation in children)


def _replaced_value(value: Any, old: Any, new: Any) -> Any:
    """A key, or a list of keys in which the new one occurs once."""
    if not isinstance(value, list):
        return new if value == old else value
    return list(dict.fromkeys(new if item == old else item for item in value))


def _once(rows: list[Content]) -> list[Content]:
    """The rows without repeated ones."""
    kept: dict[str, Content] = {}
    for row in rows:
        said = repr(sorted((name, value) for name, value in row.items() if name not in ROW_IDENTITY))
        kept.setdefault(said, row)
    return list(kept.values())


def _replace_row(row: Model, field: ForeignKey, new: Model) -> None:
    setattr(row, field.attname, new.pk)
    same = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in ROW_IDENTITY and not field.primary_key
    }
    manager = type(row)._base_manager
    if not _is_record(row) and manager.filter(**same).exclude(pk=row.pk).exists():
        manager.filter(pk=row.pk).delete()
        return
    # A record that a unique constraint forbids to duplicate stays unchanged.
    with suppress(IntegrityError), transaction.atomic():
        manager.filter(pk=row.pk).update(**{field.attname: new.pk})


def _is_record(row: Model) -> bool:
    """An object of its own (a page, an answer), not a link between two objects."""
    return not (
        row._meta.auto_created or any(field.name in {"sort_order", "content_object"} for field in row._meta.fields)
    )


def _indexed(row: Model) -> Model | None:
    """The object whose references Wagtail indexes when ``row`` changes: the page, for a child row of a page."""
    for field in row._meta.concrete_fields:
        is_owner = isinstance(field, ForeignKey) and field.related_model is row._meta.auto_created
        if is_owner or isinstance(field, ParentalKey):
            row = getattr(row, field.name)
            break
    return row if ReferenceIndex.model_is_indexable(type(row)) else None
