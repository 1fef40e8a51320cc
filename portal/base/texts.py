"""Whether two versions of a page hold the same text. Authorship and agreements depend on it."""

import hashlib
import json
import re
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import COMMENTS_RELATION_NAME

#: What Wagtail writes while the public page stays the same: a draft, a lock, a publication to come.
BEHIND_THE_PUBLIC_PAGE = frozenset(
    {
        "latest_revision",
        "latest_revision_created_at",
        "has_unpublished_changes",
        "draft_title",
        "locked",
        "locked_at",
        "locked_by",
        "go_live_at",
    }
)
#: Keys of a revision that are not text: saving without a change, publishing, moving or commenting is not writing.
BOOKKEEPING = BEHIND_THE_PUBLIC_PAGE | {
    "live_revision",
    "last_published_at",
    "first_published_at",
    "live",
    "expired",
    "expire_at",
    "path",
    "depth",
    "numchild",
    "url_path",
    "owner",
    COMMENTS_RELATION_NAME,
}
#: Prefixes of the fields that each save computes from other tables.
CALCULATED = "computed_"
#: Not text, but typed by a person and kept in the revision.
SCHEDULE = ("go_live_at", "expire_at")
#: Keys of child rows: the database gives them at the first save.
PART_BOOKKEEPING = {"pk", "sort_order"}
#: Attributes that the rich text editor adds to paragraphs when it first opens a text.
EDITOR_MARKS = re.compile(r' data-block-key=\\*"[^"\\]*\\*"')
#: Tags that the editor rewrites in its own form.
EDITOR_WRITES = tuple(
    (re.compile(pattern), written)
    for pattern, written in (
        (r' data-block-key="[^"]*"', ""),
        (r"<(/?)strong>", r"<\1b>"),
        (r"<(/?)em>", r"<\1i>"),
        (r"<br\s*/?>", "<br/>"),
        (r"(?<=>)\s+(?=<(?:/?(?:p|ul|ol|li|h[1-6]|hr|blockquote)\b))", ""),
        (r"\s+(?=</(?:p|li|h[1-6])>)", ""),
        ("&nbsp;", "\u00a0"),
        ("&#(?:x27|39);|&apos;", "'"),
        ("&quot;", '"'),
        (r"\A(?:<p></p>)+\Z", ""),
    )
)


def comparable(value: Any) -> str:
    """The value as text, without the attributes of the editor: equal for two values that read the same."""
    return EDITOR_MARKS.sub("", json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True))


def revision_text(content: Mapping[str, Any]) -> str:
    """The text of a revision, from its serialised content."""
    return comparable(_said(content))


def says_the_same(content: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two contents hold the same text and the same scheduled dates, whatever wrote them."""
    return all(content.get(name) == other.get(name) for name in SCHEDULE) and revision_says(content) == revision_says(
        other
    )


def revision_says(content: Mapping[str, Any]) -> str:
    """``revision_text``, also equal for content written by code and the same content saved by a form or the editor."""
    return says(_said(content))


def says(value: Any) -> str:
    """The text of a serialised value; '' for nothing, however it is written.

    A browser ends lines differently from code, a form strips both ends of a text, and the rich text editor normalises
    tags, blanks and entities.
    """
    said = _read(_as_typed(_read(value)))
    return "" if said is None or said is False or said in ("", [], {}) else comparable(said)


def text_key(content: Mapping[str, Any]) -> str:
    """A digest of sixty-four characters, equal for two revisions if and only if their text is equal."""
    return hashlib.sha256(revision_text(content).encode()).hexdigest()


def part_keys(
    content: Mapping[str, Any], part_of: Callable[[str], str], streams: Collection[str] = ()
) -> dict[str, str]:
    """A digest for each part of the text, equal for two revisions if and only if the part reads the same.

    ``part_of`` names the part of a field. In the fields of ``streams``, each block is a part, named by its type.
    """
    parts: dict[str, dict[str, Any]] = {}
    for name in _texts(content):
        if name not in streams:
            parts.setdefault(part_of(name), {})[name] = content[name]
            continue
        for block in json.loads(content[name] or "[]"):
            parts.setdefault(block["type"], {}).setdefault(name, []).append(block["value"])
    said = {part: says(value) for part, value in parts.items()}
    return {part: hashlib.sha256(text.encode()).hexdigest() for part, text in said.items() if text}


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _read(content[name]) for name in _texts(content)}


def _texts(content: Mapping[str, Any]) -> list[str]:
    return [name for name in content if name not in BOOKKEEPING and not name.startswith(CALCULATED)]


def _as_typed(value: Any) -> Any:
    """The same value as a form and the editor would write it."""
    if isinstance(value, dict):
        return {name: _as_typed(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_typed(item) for item in value]
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    for pattern, written in EDITOR_WRITES if text.startswith("<") else ():
        text = pattern.sub(written, text)
    return text


def _read(value: Any) -> Any:
    """The text of a serialised value. A block never opened and the same block saved by the editor are equal."""
    if isinstance(value, str):
        return _read(json.loads(value)) if value.startswith("[{") and value.endswith("}]") else value
    if isinstance(value, list):
        return [_read(item) for item in sorted(value, key=_rank)]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "item" and "value" in value:  # how the editor wraps each element of a list
        return _read(value["value"])
    dropped = {"id"} if {"type", "value"} <= value.keys() else PART_BOOKKEEPING
    read = {name: _read(item) for name, item in value.items() if name not in dropped}
    return {name: item for name, item in read.items() if item not in (None, "", [], False)}


def _rank(value: Any) -> tuple[int, str]:
    """The order of ordered parts of a page. Chosen terms have no order; any other list keeps its own."""
    if isinstance(value, dict) and "pk" in value:
        return (value["sort_order"] or 0, "") if "sort_order" in value else (0, comparable(_read(value)))
    return value if isinstance(value, int) else 0, ""


def changes_public_page(update_fields: Collection[str] | None) -> bool:
    """Whether a save of these fields (all of them if None) may change what the public reads."""
    return not update_fields or not BEHIND_THE_PUBLIC_PAGE.issuperset(update_fields)
