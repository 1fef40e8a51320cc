"""Repair of the stored files: location, permissions, metadata, files that no row references."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.users.models import UserProfile

from portal.base.checks import is_ours
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.base.storage import FILE_MODE, FOLDER_MODE, make_folder
from portal.medialib.models import PortalImage, PortalRendition

INHERITED_GROUP = 0o2000  # new files in the folder inherit its group

#: More files without a row than this may mean that the database is another one.
FEW = 10


def move_library(old: Path) -> int:
    """Move the files of the former ``MEDIA_ROOT`` to the private folder; returns their number. None is overwritten."""
    moved = 0
    for source in [path for path in old.rglob("*") if path.is_file()]:
        target = Path(settings.MEDIA_ROOT) / source.relative_to(old)
        if not target.exists():
            make_folder(target.parent)
            shutil.move(source, target)
            moved += 1
    return moved


def close_files(root: Path) -> int:
    """Give each file and folder the group and mode of ``root``; returns the number of changed ones."""
    group = root.stat().st_gid
    changed = 0
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        status = path.stat()
        mode = FOLDER_MODE | INHERITED_GROUP if path.is_dir() else FILE_MODE
        if (status.st_mode & 0o7777, status.st_gid) != (mode, group):
            os.chown(path, -1, group)
            path.chmod(mode)
            changed += 1
    return changed


def forget_avatars() -> int:
    """Delete photos of accounts, which the back office no longer uses; returns their number."""
    profiles = list(UserProfile.objects.exclude(avatar=""))
    for profile in profiles:
        profile.avatar.delete()
    return len(profiles)


def clean_images(*, dry_run: bool) -> Iterator[tuple[PortalImage, str]]:
    """Each image that may hold metadata, with the reason why it could not be cleaned (empty if it was)."""
    for image in PortalImage.objects.order_by("pk").iterator():
        if not image.is_clean:
            yield image, "" if dry_run else _clean(image)


def _clean(image: PortalImage) -> str:
    """Its renditions came from the former file: they are deleted, and made again on demand."""
    try:
        with transaction.atomic():
            fresh = locked(image)
            old = fresh.file.name
            fresh.keep_pixels_only()
            fresh.save()
            PortalRendition.objects.filter(image=fresh).delete()
            transaction.on_commit(lambda: fresh.file.storage.delete(old))
    except (OSError, ValidationError) as error:
        return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return ""


def left_behind(before: datetime) -> list[Path]:
    """Files that no row references, left by a rolled-back transaction or a killed process.

    A file newer than ``before`` may belong to an open transaction. Raises ``RefusedError`` if they outnumber the
    referenced files: the database is then probably another one.
    """
    named, stored = set[Path](), set[Path]()
    for field in file_fields():
        names = field.model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
        named.update(Path(field.storage.path(name)) for name in names)
        stored.update(path for path in _folder(field).rglob("*") if path.is_file())
    paths = [path for path in stored - named if path.stat().st_mtime < before.timestamp()]
    if len(paths) > max(FEW, len(stored & named)):
        raise RefusedError(
            f"La base ne connaît pas {len(paths)} fichiers : rien n’est supprimé. Est-ce la bonne base ?"
        )
    return sorted(paths)


def file_fields() -> list[models.FileField]:
    """Every file field of the portal."""
    ours = [model for model in apps.get_models() if is_ours(apps.get_app_config(model._meta.app_label))]
    fields = [field for model in ours for field in model._meta.local_fields]
    return [field for field in fields if isinstance(field, models.FileField)]


def _folder(field: models.FileField) -> Path:
    """The folder with the files of ``field`` only."""
    name = field.generate_filename(field.model(), "fichier.bin")
    return Path(field.storage.path(Path(name).parts[0]))
