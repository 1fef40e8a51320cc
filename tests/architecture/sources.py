"""The files of the repository as its authors wrote them."""

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
NOT_OURS = {"node_modules", "migrations", "var", "__pycache__"}
#: Its folders hold bytes as other programs wrote them.
CASES = ROOT / "tests" / "cases"


def files(*suffixes: str) -> Iterator[Path]:
    """Every file with one of ``suffixes`` (all of them by default); hidden folders, but for ``.ci``, are left out."""
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [
            name
            for name in subfolders
            if name == ".ci" or not (name.startswith(".") or name in NOT_OURS or Path(folder) == CASES)
        ]
        for name in names:
            path = Path(folder, name)
            if name != ".env" and (not suffixes or path.suffix in suffixes):
                yield path


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
