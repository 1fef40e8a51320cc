"""The URLs that robots and browsers request by themselves."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

# Search results are endless combinations of the same pages: robots follow the sitemap instead.
LISTS = ("/recherche/?", "/recherche/flux.", "/recherche/export.", "/recherche/imprimer/")
DISALLOWED = (
    "/admin/",
    "/django-admin/",
    "/comptes/",
    "/compte/",
    "/mon-clsm/",
    "/invitation/",
    "/vous-coordonnez/",
    "/signaler-une-erreur/",
    *LISTS,
)


@require_safe
@cache_control(public=True, max_age=86_400)
def robots_txt(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in DISALLOWED),
        "",
        f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers request it at the root; the file itself is a static one, versioned in production."""
    return redirect(static("img/favicon.svg"))
