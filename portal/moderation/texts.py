"""When two versions of a page say the same thing: what decides who wrote it."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from wagtail.models import COMMENTS_RELATION_NAME

#: What a revision holds beside the text: saving without a change, or commenting, is not writing.
BOOKKEEPING = {
    "latest_revision",
    "latest_revision_created_at",
    "live_revision",
    "last_published_at",
    "first_published_at",
    "has_unpublished_changes",
    "locked",
    "locked_at",
    "locked_by",
    "owner",
    COMMENTS_RELATION_NAME,
}
#: Marks that the rich text editor puts on paragraphs when it opens a text for the first time.
EDITOR_MARKS = re.compile(r' data-block-key=\\*"[^"\\]*\\*"')


def comparable(value: Any) -> str:
    """The value as text, without the editor's marks: equal for two values that read the same."""
    return EDITOR_MARKS.sub("", json.dumps(value, cls=DjangoJSONEncoder, sort_keys=True))


def revision_text(content: Mapping[str, Any]) -> str:
    """What a revision says, from its serialised content."""
    return comparable({name: value for name, value in content.items() if name not in BOOKKEEPING})
