"""The views that serve the files of the library: public where a public page uses them, else for the team."""

from datetime import timedelta
from mimetypes import guess_type
from pathlib import PurePath

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_denied
from wagtail.documents.views.serve import serve as stock_serve
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry
from wagtailmedia.permissions import MediaPermissionPolicyChecker
from wagtailmedia.views.media import delete as stock_delete

from portal.base.querysets import visible
from portal.medialib.models import PortalDocument, PortalImage, PortalMedia, PortalRendition
from portal.medialib.permissions import PRIVATE, asks_for_password, cache_control, may_change
from portal.medialib.private_files import TYPES, serve_private
from portal.medialib.ranges import StoredFile, bytes_due
from portal.medialib.responses import send, serve_sound, sound_file, stored

LISTENED, CONSENT_READ = "medialib.listened", "medialib.consent_read"
#: A player requests a sound in parts: requests within this time belong to the same listening.
SAME_LISTENING = timedelta(minutes=30)
permission_checker = MediaPermissionPolicyChecker()


@require_safe
def stored_address(request: HttpRequest, name: str) -> HttpResponseBase:
    """A rendition of an image. Originals and documents in the same folder have no public URL: 404."""
    rendition = get_object_or_404(PortalRendition.objects.select_related("image__collection"), file=name)
    return send(
        request,
        stored(rendition.file, f"{rendition.image.file_hash[:12]}-{rendition.pk}"),
        content_type=guess_type(name)[0] or "application/octet-stream",
        cache_control=cache_control(request, rendition.image),
    )


@require_safe
def serve_document(request: HttpRequest, document_id: str, filename: str) -> HttpResponseBase:
    """If a public page links to a collection with a password, Wagtail’s own view asks for it; else 404."""
    document: PortalDocument = get_object_or_404(PortalDocument.objects.select_related("collection"), pk=document_id)
    if document.filename != filename:
        raise Http404
    try:
        kept = cache_control(request, document)
    except Http404:
        if not document.is_taken_down and asks_for_password(request, document):
            return stock_serve(request, document_id, filename)
        raise
    return send(
        request,
        stored(document.file, document.file_hash[:12] or str(document.pk)),
        content_type=document.content_type,
        cache_control=kept,
        disposition=document.content_disposition,
    )


@require_safe
def consent_file(request: HttpRequest, image_id: int) -> HttpResponseBase:
    """The agreement that the people shown signed, for who may change the picture. Each reading is logged first."""
    image = get_object_or_404(PortalImage, pk=image_id)
    if not may_change(request.user, image):
        return permission_denied(request)
    if not image.consent_file:
        raise Http404
    extension = PurePath(image.consent_file.name or "").suffix
    return serve_private(
        request,
        image.consent_file,
        content_type=TYPES[extension.lstrip(".")],
        name=f"autorisation-image-{image.pk}{extension}",
        note=lambda start: log(instance=image, action=CONSENT_READ, user=request.user),
    )


@require_safe
def listen(request: HttpRequest, media_id: int) -> HttpResponseBase:
    """The sound itself, for users with a right on its collection (drafts are heard before publication)."""
    media = get_object_or_404(PortalMedia, pk=media_id)
    collections = permission_checker.policy.collections_user_has_any_permission_for(
        request.user, ["add", "change", "delete"]
    )
    if not collections.filter(pk=media.collection_id).exists():
        return permission_denied(request)
    file = sound_file(media)
    _note_listening(request, media, file)
    return serve_sound(request, media, cache_control=PRIVATE, stored=file)


def _note_listening(request: HttpRequest, media: PortalMedia, file: StoredFile) -> None:
    """Log who heard an unpublished sound, and when: once for all the parts that a player requests."""
    due = bytes_due(request, file)
    if due is None or visible(media.episodes.all()).exists():
        return
    recent = ModelLogEntry.objects.for_instance(media).filter(
        action=LISTENED, user=request.user, timestamp__gte=timezone.now() - SAME_LISTENING
    )
    if due[0] == 0 or not recent.exists():
        log(instance=media, action=LISTENED, user=request.user)


def delete(request: HttpRequest, media_id: int) -> HttpResponse:
    """Refuse to delete a sound that an episode uses; otherwise Wagtail's view decides."""
    media = get_object_or_404(PortalMedia, pk=media_id)
    if media.episodes.exists():
        messages.error(request, "Ce son est utilisé par un épisode : retirez-le d’abord de l’épisode.")
        return redirect("wagtailmedia:media_usage", media_id)
    return stock_delete(request, media_id)
