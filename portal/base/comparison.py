"""Comparison of two versions: values that render the same text are not a change; differences in words."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any, TypeAlias
from uuid import uuid4

from django.db import models
from modelcluster.fields import ParentalManyToManyField
from taggit.managers import TaggableManager
from wagtail.admin.compare import (
    M2MFieldComparison,
    RichTextFieldComparison,
    StreamFieldComparison,
    TagsFieldComparison,
    TextFieldComparison,
    register_comparison_class,
)
from wagtail.blocks import StreamValue
from wagtail.fields import RichTextField, StreamField

from portal.base.texts import says

Child: TypeAlias = Any  # StreamValue.StreamChild, which wagtail does not type
#: A line that differs: (« equal », « deletion » or « addition », words) in the order of reading.
ChangedLine: TypeAlias = list[tuple[str, str]]
#: Words, blanks, and signs one by one.
WORDS = re.compile(r"\w+|\s+|\W")


class SaysMixin:
    """For fields whose value is a text."""

    val_a: Any
    val_b: Any

    def has_changed(self) -> bool:
        return says(self.val_a) != says(self.val_b)


class TextComparison(SaysMixin, TextFieldComparison):
    pass


class RichTextComparison(SaysMixin, RichTextFieldComparison):
    pass


class StreamComparison(StreamFieldComparison):
    """Wagtail pairs blocks by their identifier. Blocks with the same text but different identifiers are given the same
    one.
    """

    def __init__(self, field: StreamField, obj_a: models.Model, obj_b: models.Model) -> None:
        super().__init__(field, obj_a, obj_b)
        pair(self.val_a, self.val_b)

    def has_changed(self) -> bool:
        return says(self.val_a.get_prep_value()) != says(self.val_b.get_prep_value())


class UnorderedMixin:
    """For terms and themes, whose order has no meaning."""

    def get_items(self) -> tuple[list[Any], list[Any]]:
        before, after = super().get_items()  # type: ignore[misc]
        return by_name(before), by_name(after)


class ManyComparison(UnorderedMixin, M2MFieldComparison):
    pass


class TagsComparison(UnorderedMixin, TagsFieldComparison):
    pass


def by_name(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=str)


def pair(before: StreamValue, after: StreamValue) -> None:
    """Give paired blocks the same identifier, and an identifier to blocks without one."""
    pairs, gone, added = paired(list(before), list(after))
    for old, new in pairs:
        new.id = old.id = new.id or old.id or str(uuid4())
        if isinstance(new.value, StreamValue):
            pair(old.value, new.value)
    for block in (*gone, *added):
        block.id = block.id or str(uuid4())


def paired(before: list[Child], after: list[Child]) -> tuple[list[tuple[Child, Child]], list[Child], list[Child]]:
    """Pairs of blocks, by identifier, else text, else type; then removed blocks; then added blocks."""
    pairs, gone, added = [], list(before), list(after)
    for same in (same_block, same_words, same_kind):
        for new in list(added):
            old = next((block for block in gone if same(block, new)), None)
            if old is not None:
                gone.remove(old)
                added.remove(new)
                pairs.append((old, new))
    return pairs, gone, added


def same_block(old: Child, new: Child) -> bool:
    return same_kind(old, new) and old.id is not None and old.id == new.id


def same_words(old: Child, new: Child) -> bool:
    return same_kind(old, new) and words(old) == words(new)


def words(child: Child) -> str:
    return says(child.block.get_prep_value(child.value))


def same_kind(old: Child, new: Child) -> bool:
    return old.block_type == new.block_type


def changed_lines(before: Sequence[str], after: Sequence[str]) -> list[ChangedLine]:
    """The lines that differ, in their order, each with its words removed, added and kept."""
    changed: list[ChangedLine] = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            pairs = zip_longest(before[start:end], after[new_start:new_end], fillvalue="")
            changed += [_changed_words(old, new) for old, new in pairs]
    return changed


def _changed_words(before: str, after: str) -> ChangedLine:
    """Word by word. Wagtail's own keeps no word of four letters or less, which leaves little of a short line."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    line: ChangedLine = []
    for kind, start, end, new_start, new_end in SequenceMatcher(str.isspace, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            line.append(("equal", "".join(old[start:end])))
            continue
        line += [("deletion", "".join(old[start:end]))] if end > start else []
        line += [("addition", "".join(new[new_start:new_end]))] if new_end > new_start else []
    return line


def register() -> None:
    register_comparison_class(models.CharField, comparison_class=TextComparison)
    register_comparison_class(models.TextField, comparison_class=TextComparison)
    register_comparison_class(RichTextField, comparison_class=RichTextComparison)
    register_comparison_class(StreamField, comparison_class=StreamComparison)
    register_comparison_class(ParentalManyToManyField, comparison_class=ManyComparison)
    register_comparison_class(TaggableManager, comparison_class=TagsComparison)
