"""Storage of uploaded files: written whole or not at all, readable by the group of the web server only."""

import errno
import os
import tempfile
import uuid
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.db import models, transaction

FILE_MODE, FOLDER_MODE = 0o640, 0o750
#: Errors of the system when there is no space: full disk, quota, read-only file system.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
#: Free space kept beyond each new file, for the database and the renditions.
MARGIN = 1024**2  # bytes
NO_ROOM_MESSAGE = "Le disque du serveur est plein : ce fichier n’a pas pu être gardé. Prévenez l’Administration."


class WholeFileStorage(FileSystemStorage):
    """A file is written under a temporary name, flushed to disk, then renamed: no reader ever sees a partial file."""

    def _save(self, name: str, content: File) -> str:
        aside = self.path(f"{name}.{uuid.uuid4().hex}.part")
        make_folder(Path(aside).parent)
        try:
            super()._save(os.path.relpath(aside, self.location), content)  # type: ignore[misc]  # missing from the stubs
            _flush(aside)
            name = self._give_name(aside, name)
            _flush(os.path.dirname(self.path(name)))
        finally:
            with suppress(FileNotFoundError):
                os.remove(aside)
        return name

    def _give_name(self, aside: str, name: str) -> str:
        """The final name: a hard link, unlike a rename, never replaces another file."""
        while True:
            try:
                os.link(aside, self.path(name))
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name


def make_folder(folder: Path) -> None:
    """Create folders that inherit the group of their parent: changing their mode afterwards would undo it."""
    for parent in reversed([folder, *folder.parents]):
        with suppress(FileExistsError):
            parent.mkdir(mode=FOLDER_MODE)


def check_room(size: int | None) -> None:
    """``ValidationError`` if ``size`` more bytes do not fit, so that a form shows it beside its field."""
    root = Path(settings.PRIVATE_MEDIA_ROOT)
    make_folder(root)
    try:
        with tempfile.TemporaryFile(dir=root) as probe:
            os.posix_fallocate(probe.fileno(), 0, (size or 0) + MARGIN)
    except OSError as error:
        raise ValidationError(NO_ROOM_MESSAGE, code="no_room") from error


def delete_with_row(instance: models.Model, **kwargs: Any) -> None:
    """Receiver of ``post_delete``: the files of a deleted row are deleted once the transaction commits."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, models.FileField) and (file := getattr(instance, field.attname)):
            transaction.on_commit(partial(file.storage.delete, file.name))


def _flush(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
