"""The results of a search on one page, for printing or saving."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from search.outputs.records import matching
from search.queries import SearchQuery

PRINT_LIMIT = 200


@require_safe
@cache_control(no_cache=True)
def printable(request: HttpRequest) -> HttpResponse:
    """``/recherche/imprimer/`` with the parameters of the page: at most PRINT_LIMIT results, without pagination.

    If the engine does not answer, titles are compared as on the results page, and the list says so.
    """
    matches = matching(SearchQuery.from_params(request.GET), PRINT_LIMIT, or_plain=True)
    params = matches.query.url_params()
    back = reverse("search") + (f"?{params}" if params else "")
    context = {
        "matches": matches,
        "records": list(matches.records()),
        "back": back,
        "full_back": request.build_absolute_uri(back),
        "today": localdate(),
    }
    response = render(request, "search/print.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
