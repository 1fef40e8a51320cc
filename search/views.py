"""The results page and its suggestions."""

from dataclasses import asdict

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from portal.base.context_processors import site_feeds
from search.outputs.links import sharing
from search.queries import SearchQuery
from search.results import find
from search.search_terms import MeasureRefusedError, make_token, record
from search.suggestions import suggest, suggest_places


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``/recherche/?q=&type=&theme=&public=&milieu=&region=&departement=&page=``: the URL holds the whole state."""
    results = find(SearchQuery.from_params(request.GET))
    query = results.query
    page = Paginator(range(results.total), query.size).get_page(query.page)
    action = reverse("search")
    alone = SearchQuery(query.text).url_params()
    unfiltered = f"{action}?{alone}" if alone else action
    share = sharing(query, results.total)
    context = {"found": results, "query": query, "page_obj": page, "action": action, "unfiltered": unfiltered}
    context |= {"share": share, "feeds": [*share.feeds, *site_feeds()]}
    context["measure_token"] = make_token(query, results.total, results.is_degraded)
    response = render(request, "search/results.html", context)
    if request.GET:
        response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
@require_safe
def suggestions(request: HttpRequest) -> JsonResponse:
    """``?q=``: completions of the typed words; with ``genre=commune``, only places."""
    text = request.GET.get("q", "")
    proposals = suggest_places(text) if request.GET.get("genre") == "commune" else suggest(text)
    return JsonResponse({"suggestions": [asdict(proposal) for proposal in proposals]})


MOST_BYTES = 2048


@csrf_exempt  # the signed token proves that we served the page, and CSRF protection would need a cookie
@never_cache
@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """``jeton``, ``evenement`` and ``rang``: 204 once read, counted or not; 400 for a report that we did not serve."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    if request.content_type != "application/x-www-form-urlencoded":
        return HttpResponse(status=415)
    posted = request.POST
    try:
        record(posted.get("jeton", ""), posted.get("evenement", ""), posted.get("rang", ""))
    except MeasureRefusedError:
        return HttpResponse(status=400)
    return HttpResponse(status=204)
