"""Putting in order the files that an earlier version stored: where they lie, who reads them, what they hold."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from wagtail.users.models import UserProfile

from portal.base.locking import locked
from portal.base.storage import FILE_MODE, FOLDER_MODE, make_folder
from portal.medialib.models import PortalImage, PortalRendition

INHERITED_GROUP = 0o2000  # what is made in the folder takes its group


def move_library(old: Path) -> int:
    """Bring the files of the former ``MEDIA_ROOT`` under the private folder; returns how many. None is replaced."""
    moved = 0
    for source in [path for path in old.rglob("*") if path.is_file()]:
        target = Path(settings.MEDIA_ROOT) / source.relative_to(old)
        if not target.exists():
            make_folder(target.parent)
            shutil.move(source, target)
            moved += 1
    return moved


def close_files(root: Path) -> int:
    """Give each file and folder the group of ``root`` and its rights; returns how many had others."""
    group = root.stat().st_gid
    changed = 0
    for path in [root, *root.rglob("*")]:
        if path.is_symlink():
            continue
        found = path.stat()
        mode = FOLDER_MODE | INHERITED_GROUP if path.is_dir() else FILE_MODE
        if (found.st_mode & 0o7777, found.st_gid) != (mode, group):
            os.chown(path, -1, group)
            path.chmod(mode)
            changed += 1
    return changed


def forget_avatars() -> int:
    """Photos of colleagues, that the back office no longer asks for; returns how many."""
    profiles = list(UserProfile.objects.exclude(avatar=""))
    for profile in profiles:
        profile.avatar.delete()
    return len(profiles)


def clean_images(*, dry_run: bool) -> Iterator[tuple[PortalImage, str]]:
    """Each image that may hold more than its pixels, and why it could not be cleaned (empty when it was)."""
    for image in PortalImage.objects.order_by("pk").iterator():
        if not image.is_clean:
            yield image, "" if dry_run else _clean(image)


def _clean(image: PortalImage) -> str:
    """Its renditions were drawn from the former file: they go, and are drawn again when a page asks for them."""
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
