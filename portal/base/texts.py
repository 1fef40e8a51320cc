"""Whether two versions of a page hold the same text. Authorship and agreements depend on it."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import COMMENTS_RELATION_NAME

#: What a revision holds beside the text: saving without a change, publishing, moving or commenting is not writing.
BOOKKEEPING = {
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "last_published_at",
    "first_published_at",
    "has_unpublished_changes",
    "live",
    "expired",
    "go_live_at",
    "expire_at",
    "path",
    "depth",
    "numchild",
    "url_path",
    "draft_title",
    "locked",
    "locked_at",
    "locked_by",
    "owner",
    COMMENTS_RELATION_NAME,
}
#: Start of the names of what each save calculates from other tables.
CALCULATED = "computed_"
#: Beside the text, yet typed by somebody and kept in the revision.
SCHEDULE = ("go_live_at", "expire_at")
#: Of the parts of a page: given by the database at their first save.
PART_BOOKKEEPING = {"pk", "sort_order"}
#: Marks that the rich text editor puts on paragraphs when it opens a text for the first time.
EDITOR_MARKS = re.compile(r' data-block-key=\\*"[^"\\]*\\*"')
#: What the editor writes again in its own way.
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
    """The value as text, without the editor's marks: equal for two values that read the same."""
    return EDITOR_MARKS.sub("", json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True))


def revision_text(content: Mapping[str, Any]) -> str:
    """What a revision says, from its serialised content."""
    return comparable(_said(content))


def says_the_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two contents read the same and are planned for the same days, however each of them was written."""
    return all(one.get(name) == other.get(name) for name in SCHEDULE) and revision_says(one) == revision_says(other)


def revision_says(content: Mapping[str, Any]) -> str:
    """``revision_text``, equal too for what code wrote and what a form or the editor wrote again."""
    return says(_said(content))


def says(value: Any) -> str:
    """What a serialised value says, as text; '' for nothing, however it is written.

    A browser ends its lines otherwise than code does, a form takes the blanks away at both ends of a text, and the
    rich text editor has its own way with tags, blanks and entities.
    """
    said = _read(_as_typed(_read(value)))
    return "" if said is None or said is False or said in ("", [], {}) else comparable(said)


def text_key(content: Mapping[str, Any]) -> str:
    """Sixty-four characters that two revisions share when, and only when, they say the same."""
    return hashlib.sha256(revision_text(content).encode()).hexdigest()


def _said(content: Mapping[str, Any]) -> dict[str, Any]:
    texts = (name for name in content if name not in BOOKKEEPING and not name.startswith(CALCULATED))
    return {name: _read(content[name]) for name in texts}


def _as_typed(value: Any) -> Any:
    """The same value as a form and the editor would write it."""
    if isinstance(value, dict):
        return {name: _as_typed(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_typed(each) for each in value]
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").strip()
    for pattern, written in EDITOR_WRITES if text.startswith("<") else ():
        text = pattern.sub(written, text)
    return text


def _read(value: Any) -> Any:
    """A serialised value as it reads: a block never opened and the same block once saved by the editor are equal."""
    if isinstance(value, str):
        return _read(json.loads(value)) if value.startswith("[{") and value.endswith("}]") else value
    if isinstance(value, list):
        return [_read(each) for each in sorted(value, key=_rank)]
    if not isinstance(value, dict):
        return value
    if value.get("type") == "item" and "value" in value:  # how the editor wraps each element of a list
        return _read(value["value"])
    dropped = {"id"} if {"type", "value"} <= value.keys() else PART_BOOKKEEPING
    read = {name: _read(each) for name, each in value.items() if name not in dropped}
    return {name: each for name, each in read.items() if each not in (None, "", [], False)}


def _rank(value: Any) -> tuple[int, str]:
    """The order that people gave to the parts of a page; chosen terms have none, and any other list keeps its own."""
    if isinstance(value, dict) and "pk" in value:
        return (value["sort_order"] or 0, "") if "sort_order" in value else (0, comparable(_read(value)))
    return value if isinstance(value, int) else 0, ""
