"""Files from outside, one folder for each kind, and what each must give."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

FOLDER = Path(__file__).parent


def names(kind: str) -> set[str]:
    """The files of a folder."""
    return {path.name for path in (FOLDER / kind).iterdir()}


def read_file(kind: str, path: Path) -> dict[str, Any]:
    """What ``manage.py read_file`` prints."""
    out = StringIO()
    call_command("read_file", kind, str(path), stdout=out)
    return json.loads(out.getvalue())


def places(remarks: list[dict[str, Any]]) -> list[tuple[int | None, str, str]]:
    """(line, cell, original text) of each remark, in its order."""
    return [(remark["line"], remark["cell"], remark["text"]) for remark in remarks]
