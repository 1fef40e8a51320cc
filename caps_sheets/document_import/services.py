"""A document received, the draft made from it, what is left of it beside the draft."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from wagtail.images.permissions import permission_policy as image_policy
from wagtail.log_actions import log
from wagtail.models import Collection

from caps_sheets.document_import import headings
from caps_sheets.document_import.content import Content
from caps_sheets.document_import.formats.archive import DocumentRefusedError
from caps_sheets.document_import.formats.document import Picture
from caps_sheets.document_import.identity import fill
from caps_sheets.document_import.readings import Understanding, understand
from caps_sheets.models import CapsSheetPage, DocumentImport, SheetsIndexPage
from portal.base.errors import RefusedError
from portal.base.locks import locked
from portal.medialib.models import PortalImage
from portal.medialib.pictures import clean_picture
from portal.medialib.private_files import shown_name
from portal.users.models import User

#: A document of which no draft was made is kept so long.
KEPT = timedelta(days=7)
MOST_PICTURES = 100
CREATED, DISMISSED, READ = (f"caps_sheets.document_{verb}" for verb in ("imported", "dismissed", "read"))
GONE = "Ce document n’est plus gardé (sept jours au plus, ou la fiche en est faite). Envoyez-le de nouveau."
NO_COLLECTION = "vous ne pouvez pas ajouter d’image"
CROPPED = "le document n’en montre qu’une partie : recadrez-la avant de l’ajouter à la fiche"
TOO_MANY = f"{MOST_PICTURES} images au plus sont reprises"


def index_for(user: User) -> SheetsIndexPage | None:
    """The list of sheets, if ``user`` may write a sheet in it."""
    index = SheetsIndexPage.objects.first()
    return index if index is not None and index.permissions_for_user(user).can_add_subpage() else None


def waiting(user: User, now: datetime | None = None) -> QuerySet[DocumentImport]:
    """The documents of ``user`` from which no draft is made yet."""
    since = (now or timezone.now()) - KEPT
    return DocumentImport.objects.filter(owner=user, sheet=None, created_at__gt=since)


def receive(file: UploadedFile, user: User) -> DocumentImport:
    """Keep a readable document, privately. Raises ``DocumentRefusedError``; nothing else is written."""
    raw = file.read()
    understand(raw)
    document = DocumentImport(owner=user, name=shown_name(file))
    document.file.save(document.name, ContentFile(raw), save=False)
    document.save()
    return document


def understood(document: DocumentImport) -> Understanding:
    """The stored document, read again. Raises ``RefusedError`` if its file is missing or no longer read."""
    try:
        with document.file.open() as file:
            return understand(file.read())
    except (OSError, DocumentRefusedError) as error:
        raise RefusedError(GONE) from error


def create_draft(document: DocumentImport, targets: Mapping[int, str], title: str, *, by: User) -> CapsSheetPage:
    """The draft, owned by its author, with ``targets`` for the place of each part. Raises ``RefusedError``."""
    stored: list[PortalImage] = []
    try:
        with transaction.atomic():
            return _create_draft(document, targets, title, by, stored)
    except Exception:
        for image in stored:  # the rows are gone with the transaction, not the files
            image.file.storage.delete(image.file.name)
        raise


def _create_draft(
    document: DocumentImport, targets: Mapping[int, str], title: str, by: User, stored: list[PortalImage]
) -> CapsSheetPage:
    fresh = locked(document)
    parent = index_for(by)
    if fresh.sheet_id or fresh.owner_id != by.pk:
        raise RefusedError(GONE)
    if parent is None:
        raise RefusedError("Vous ne pouvez pas écrire de fiche.")
    found = understood(fresh)
    found.choose(targets)
    images, refused = store_pictures(found, by, stored)
    content = found.content(images)
    sheet = CapsSheetPage(title=title[:255], live=False, owner=by)
    fill(sheet, found.identity)
    sheet.title = title
    write_content(sheet, content)
    parent.add_child(instance=sheet)
    revision = sheet.save_revision(user=by, log_action=True)
    fresh.sheet, fresh.beside = sheet, beside(found, content, refused)
    fresh.save(update_fields=["sheet", "beside"])
    log(instance=sheet, action=CREATED, user=by, revision=revision, data={"name": fresh.name})
    return sheet


def write_content(sheet: CapsSheetPage, content: Content) -> None:
    sheet.hook = content.hook
    sheet.summary, sheet.easy_read = content.summary, content.easy_read
    sheet.other_sources = "\n".join(filter(None, [sheet.other_sources, content.other_sources.strip()]))
    sheet.key_points = [("point", text) for text in content.key_points]
    body = CapsSheetPage._meta.get_field("body")
    raw = [{"type": name, "value": content.sections.get(name, [])} for name in body.stream_block.child_blocks]
    sheet.body = body.stream_block.to_python(raw)


def store_pictures(found: Understanding, by: User, stored: list[PortalImage]) -> tuple[dict[int, int], dict[int, str]]:
    """The images of the sections, and why one is not taken; both by ``id`` of the picture.

    What the sections do not show (a logo of a header, a deleted or cropped picture) never enters the library.
    """
    collection = _collection_for(by)
    known: dict[str, int] = {}
    images: dict[int, int] = {}
    refused: dict[int, str] = {}
    for picture in found.placed_pictures():
        key = hashlib.sha256(picture.content).hexdigest()
        if key not in known and not (reason := _refusal(picture, collection, len(known))):
            try:
                stored.append(_stored(picture, by, collection))
                known[key] = stored[-1].pk
            except ValidationError as error:
                reason = " ".join(error.messages)
        if key in known:
            images[id(picture)] = known[key]
        else:
            refused[id(picture)] = reason
    return images, refused


def _refusal(picture: Picture, collection: Collection | None, count: int) -> str:
    if not picture.content:
        return "le document ne la contient pas, il n’en donne que l’adresse"
    if count >= MOST_PICTURES:
        return TOO_MANY
    return "" if collection else NO_COLLECTION


def _collection_for(user: User) -> Collection | None:
    """Where the person may add images, the one of sheets first."""
    collections = image_policy.collections_user_has_permission_for(user, "add")
    return collections.filter(name="Fiches CAPS").first() or collections.order_by("path").first()


def picture_name(picture: Picture) -> str:
    """Its name in the document, with the extension of its bytes."""
    kind = filetype.image_match(picture.content[:8192])
    stem = PurePath(picture.name).stem[:80] or "image"
    return f"{stem}.{kind.extension}" if kind else f"{stem}{PurePath(picture.name).suffix}"


def _stored(picture: Picture, by: User, collection: Collection | None) -> PortalImage:
    """Without credit nor licence: publication asks for them. Raises ``ValidationError`` for what is no picture."""
    name = picture_name(picture)
    title = " ".join(picture.alt.split())[:120] or PurePath(name).stem
    image = PortalImage(title=title, collection=collection, uploaded_by_user=by)
    image.file = clean_picture(ContentFile(picture.content, name=name))
    image.save()
    return image


def beside(found: Understanding, content: Content, refused: Mapping[int, str]) -> dict[str, Any]:
    """What the author reads beside the draft."""
    ranks = {id(picture): rank for rank, picture in enumerate(found.document.pictures(), start=1)}
    pictures = {id(picture): picture for picture in content.pictures_beside}
    return {
        "headings": [[part.heading, headings.TARGETS[part.target]] for part in found.outline.parts],
        "identity": [
            {"label": item.line.label, "value": item.line.value, "shown": item.shown, "problem": item.problem}
            | {"remarks": item.remarks}
            for item in found.identity.lines
        ],
        "asides": [asdict(aside) for aside in content.asides],
        "pictures": [
            {
                "rank": ranks[key],
                "name": item.name,
                "alt": item.alt,
                "reason": CROPPED if item.is_cropped else refused.get(key, ""),
            }
            for key, item in pictures.items()
        ],
    }


@transaction.atomic
def dismiss(document: DocumentImport, *, by: User) -> None:
    """Delete what is left of the document."""
    fresh = locked(document)
    if fresh.sheet is not None:
        log(instance=fresh.sheet, action=DISMISSED, user=by, data={"name": fresh.name})
    fresh.delete()


def forget_published(sheet: CapsSheetPage) -> None:
    """A published sheet has no more use for the document that it was made from."""
    for document in DocumentImport.objects.filter(sheet_id=sheet.pk):
        document.delete()


def forget_old(now: datetime | None = None) -> int:
    """Delete the documents of which no draft was made in time; returns their number."""
    due = DocumentImport.objects.filter(sheet=None, created_at__lte=(now or timezone.now()) - KEPT)
    number = due.count()
    due.delete()
    return number


def title_of(found: Understanding, document: DocumentImport) -> str:
    """The identity card’s, else that of the document, else the name of its file."""
    title = found.identity.values.get("title") or found.outline.title or PurePath(document.name).stem.replace("_", " ")
    return str(title)[:255].strip() or "Fiche sans titre"
