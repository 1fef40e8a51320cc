"""The views of the guides: one guide, one picture. Both are limited to the readers of the guide."""

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control

from portal.home.guides.html import draw
from portal.home.guides.library import IMAGES, guides_for, pictures_of
from portal.users.models import User


def first_guide(request: HttpRequest) -> HttpResponse:
    """The guide of the user's own role."""
    guides = guides_for(cast(User, request.user))
    if not guides:
        raise Http404
    return redirect("guide", guides[0].slug)


@cache_control(private=True, no_store=True)
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    guides = guides_for(cast(User, request.user))
    shown = next((guide for guide in guides if guide.slug == slug), None)
    if shown is None:
        raise Http404
    drawn = draw(shown.source)
    context = {
        "guide": shown,
        "guides": guides,
        "drawn": drawn,
        "page_title": drawn.title,
        "header_title": drawn.title,
        "header_icon": "help",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": "Accueil"},
            {"url": reverse("guides"), "label": "Guides"},
            {"url": "", "label": drawn.title},
        ],
    }
    return render(request, "wagtailadmin/home/guide.html", context)


@cache_control(private=True, max_age=3600)
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A picture of a guide that the user may read. The name must be in a list; it is never used as a path."""
    if name not in pictures_of(guides_for(cast(User, request.user))):
        raise Http404
    return HttpResponse((IMAGES / name).read_bytes(), content_type="image/png")
