"""The sound of the episodes, for everybody."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from caps_sheets.podcasts.listening import counter
from caps_sheets.podcasts.models import EpisodePage
from portal.medialib.models import PortalMedia
from portal.medialib.responses import serve_sound, sound_file


@require_safe
def episode_audio(request: HttpRequest, uuid: UUID, version: str, slug: str, extension: str) -> HttpResponseBase:
    """Serve a sound while a public episode uses it; an old version, a draft or a private episode is a 404.

    A sound shared by several episodes is counted for the first of them.
    """
    media = get_object_or_404(PortalMedia, uuid=uuid, version=version)
    episodes = EpisodePage.objects.visible().filter(audio=media).order_by("pk")
    episode_id = episodes.values_list("pk", flat=True).first()
    if request.path != media.public_url or episode_id is None:
        raise Http404
    stored = sound_file(media)
    counter.note(request, episode_id, media, stored)
    # Kept by the player, but asked for again: an episode may be taken down.
    return serve_sound(request, media, cache_control="public, no-cache", stored=stored)
