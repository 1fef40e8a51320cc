"""The URLs that robots and browsers request by themselves."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal.base.style_guide import CARDS, LISTENING, OBJECTIVES, STATUSES, SampleForm, icon_names

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


@require_safe
def style_guide(request: HttpRequest) -> HttpResponse:
    """Shown in development, and to the team; 404 for everybody else."""
    if not (settings.DEBUG or request.user.is_staff):
        raise Http404("Le guide de style est réservé à l’équipe.")
    context = {
        "objectives": OBJECTIVES,
        "statuses": STATUSES,
        "cards": CARDS,
        "listening": LISTENING,
        "icons": icon_names(),
        "verbatim": {"quote": "On a enfin mis un visage sur un numéro de téléphone.", "role": "Assistante sociale"},
        "difficulty": {
            "difficulty": "Des agendas incompatibles entre l’hôpital et les communes.",
            "response": "Des immersions d’une seule journée, fixées six semaines à l’avance.",
            "effect": "Tous les binômes ont pu partir.",
        },
        "transferability": {"category": "population", "keep": "Des volontaires.", "adapt": "Les métiers réunis."},
        "figures": [
            {"value": "298", "label": "CLSM opérationnels"},
            {"value": "20,3 M", "label": "de personnes couvertes"},
            {"value": "42", "label": "actions racontées"},
        ],
        "form": SampleForm({"place": "communale"}),
    }
    return render(request, "pages/base/style_guide.html", context)
