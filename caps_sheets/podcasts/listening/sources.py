"""Where a sound is asked from, as one of a dozen families: what is read here is kept nowhere."""

from urllib.parse import urlsplit

from django.http import HttpRequest

from caps_sheets.podcasts.listening.agents import application
from caps_sheets.podcasts.models.audience import Source

EMBED_PATH = "/integrer/"


def source_of(request: HttpRequest) -> Source:
    """A page of the portal first: there, the telephone’s own player may speak for the browser."""
    page = urlsplit(request.headers.get("Referer", ""))
    if page.netloc == request.get_host():
        return Source.EMBED if page.path.endswith(EMBED_PATH) else Source.SITE
    if request.headers.get("Sec-Fetch-Site") == "same-origin":
        return Source.SITE
    return application(request.headers.get("User-Agent", "")) or Source.OTHER
