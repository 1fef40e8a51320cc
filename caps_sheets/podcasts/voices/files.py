"""The signed agreement as a file: checked from its bytes, stored privately, every reading noted."""

from pathlib import PurePath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db.models.signals import post_delete

from caps_sheets.podcasts.models import VoiceAuthorisation
from portal.base.storage import check_room, delete_with_row
from portal.medialib.audio import HEAD_LENGTH

#: extension → the only type that its bytes may show, and that is served.
ACCEPTED = {"pdf": "application/pdf", "jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png"}


def signed_file_type(file: File) -> str:
    """MIME type of an uploaded agreement, or ``ValidationError`` saying in French why it is refused."""
    limit = settings.WAGTAILDOCS_MAX_UPLOAD_SIZE
    if not file.size:
        raise ValidationError("Ce fichier est vide.", code="empty")
    if file.size > limit:
        raise ValidationError(f"Ce fichier dépasse la taille maximale de {limit // 1024**2} Mo.", code="size")
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in ACCEPTED:
        raise ValidationError(f"Formats acceptés : {', '.join(ACCEPTED)}.", code="extension")
    file.seek(0)
    guess = filetype.guess(file.read(HEAD_LENGTH))
    file.seek(0)
    if guess is None or guess.mime != ACCEPTED[extension]:
        raise ValidationError(f"Le contenu de ce fichier n’est pas du {extension.upper()}.", code="type")
    check_room(file.size)
    return ACCEPTED[extension]


post_delete.connect(delete_with_row, sender=VoiceAuthorisation)
