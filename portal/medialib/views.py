"""Back-office views of the media library."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_denied
from wagtailmedia.permissions import MediaPermissionPolicyChecker
from wagtailmedia.views.media import delete as stock_delete

from portal.medialib.models import PortalMedia
from portal.medialib.serving import serve_sound

permission_checker = MediaPermissionPolicyChecker()


@require_safe
def listen(request: HttpRequest, media_id: int) -> HttpResponseBase:
    """The sound itself, for people whose rights reach its collection (drafts are heard before publication)."""
    media = get_object_or_404(PortalMedia, pk=media_id)
    collections = permission_checker.policy.collections_user_has_any_permission_for(
        request.user, ["add", "change", "delete"]
    )
    if not collections.filter(pk=media.collection_id).exists():
        return permission_denied(request)
    return serve_sound(request, media, cache_control="private, no-cache")


def delete(request: HttpRequest, media_id: int) -> HttpResponse:
    """Refuse to delete a sound that an episode uses; otherwise the stock view decides."""
    media = get_object_or_404(PortalMedia, pk=media_id)
    if media.episodes.exists():
        messages.error(request, "Ce son est utilisé par un épisode : retirez-le d’abord de l’épisode.")
        return redirect("wagtailmedia:media_usage", media_id)
    return stock_delete(request, media_id)
