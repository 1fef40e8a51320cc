"""Style sheets and scripts joined into one file each: fewer requests per page, and no build step."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage, Storage

Checks = list[CheckMessage]


class BundleFinder(finders.BaseFinder):
    """Finds the files of ``settings.STATIC_BUNDLES``: each path is the concatenation of the files it lists, in order.

    It serves both the development server and ``collectstatic``; a file is written again only when a part changed.
    """

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(settings.STATIC_BUNDLES_ROOT)

    def check(self, **kwargs: Any) -> Checks:
        missing = {part for parts in settings.STATIC_BUNDLES.values() for part in parts if not finders.find(part)}
        return [Error(f"STATIC_BUNDLES nomme un fichier absent : {part}", id="portal.E005") for part in sorted(missing)]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in settings.STATIC_BUNDLES:
            return []
        location = str(self.written(path))
        return [location] if find_all else location

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path in settings.STATIC_BUNDLES:
            self.written(path)
            yield path, self.storage

    def written(self, path: str) -> Path:
        """The joined file, up to date. Two processes may write it at the same time."""
        target = Path(self.storage.path(path))
        content = "\n".join(text_of(part) for part in settings.STATIC_BUNDLES[path])
        if not target.exists() or target.read_text("utf-8") != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as draft:
                draft.write(content)
            os.replace(draft.name, target)
        return target


def text_of(part: str) -> str:
    """The text of a static file. A script is wrapped in a block, so that its names stay local."""
    text = Path(str(finders.find(part))).read_text("utf-8")
    return f"{{\n{text}}}" if part.endswith(".js") else text
