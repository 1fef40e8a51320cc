"""What the blocks of a text lack, in French, each with the place of the block in the editor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.blocks.stream_block import StreamBlockValidationError

Path = tuple[str, ...]


class LocatedMessage(str):
    """Reads as its text. ``path`` is where the block stands below its field: Wagtail’s content path."""

    path: Path

    def __new__(cls, text: str, path: Path = ()) -> LocatedMessage:
        message = super().__new__(cls, text)
        message.path = path
        return message


class Leaf(NamedTuple):
    """One error of one input of a block; ``label`` is empty where the error is about the block itself."""

    path: Path
    label: str
    error: ValidationError


def stream_messages(
    value: blocks.StreamValue, error: StreamBlockValidationError, path: Path = (), heading: str = ""
) -> list[LocatedMessage]:
    """One message per incomplete block, streams within the stream included."""
    found = [_own_message(one, path, heading) for one in error.non_block_errors]
    for index, child_error in sorted(error.block_errors.items()):
        child = value[index]
        place = (*path, str(child.id))
        if isinstance(child.block, blocks.StreamBlock):
            found += stream_messages(child.value, child_error, place, f"{child.block.label} : ")
        else:
            found.append(_block_message(f"{heading}{_block_name(value, index)}", child, child_error, place))
    return found


def _own_message(text: str, path: Path, heading: str) -> LocatedMessage:
    """An error of the stream itself; a rule that knows its block keeps it."""
    return LocatedMessage(f"{heading}{text}", (*path, *(text.path if isinstance(text, LocatedMessage) else ())))


def _block_name(value: blocks.StreamValue, index: int) -> str:
    """« étape », or « étape » 2 where there are several."""
    types = [child.block_type for child in value]
    name = f"« {value[index].block.label.lower()} »"
    return f"{name} {types[: index + 1].count(types[index])}" if types.count(types[index]) > 1 else name


def _block_message(name: str, child: Any, error: ValidationError, place: Path) -> LocatedMessage:
    leaves = list(_leaves(child.block, child.value, error))
    empty = [leaf.label.lower() for leaf in leaves if leaf.error.code == "required" and leaf.label]
    texts = [f"à remplir ({', '.join(empty)})"] if empty else []
    for leaf in leaves:
        if leaf.error.code == "required":
            texts = texts or ["à remplir"]
        else:
            texts.append(f"{leaf.label} : {leaf.error.messages[0]}" if leaf.label else leaf.error.messages[0])
    return LocatedMessage(f"{name} : {' ; '.join(text.removesuffix('.') for text in texts)}.", place + leaves[0].path)


def _leaves(
    block: blocks.Block, value: Any, error: ValidationError, path: Path = (), label: str = ""
) -> Iterator[Leaf]:
    """The errors of ``block``, down to its inputs."""
    inner = getattr(error, "block_errors", None)
    if inner is None:
        yield from (Leaf(path, label, one) for one in error.error_list)
        return
    for one in getattr(error, "non_block_errors", []):
        yield Leaf(path, label, one)
    for key, child_error in _by_rank(block, inner):
        if isinstance(block, blocks.StructBlock):
            child = block.child_blocks[key]
            yield from _leaves(child, _get(value, key), child_error, (*path, key), child.label)
        else:
            bound = value.bound_blocks[key] if isinstance(value, blocks.list_block.ListValue) else value[key]
            yield from _leaves(bound.block, bound.value, child_error, (*path, str(bound.id)), label)


def _by_rank(block: blocks.Block, errors: Any) -> list[tuple[Any, ValidationError]]:
    """The inner errors in the order of the form."""
    found = {key: error for key, error in (errors.items() if isinstance(errors, dict) else enumerate(errors)) if error}
    keys = block.child_blocks if isinstance(block, blocks.StructBlock) else sorted(found)
    return [(key, found[key]) for key in keys if key in found]


def _get(value: Any, key: str) -> Any:
    return value.get(key) if isinstance(value, blocks.StructValue) else None
