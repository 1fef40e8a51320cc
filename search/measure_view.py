"""Where the results page reports a search and its first click."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from search.measure import Refused, record

MOST_BYTES = 2048


@csrf_exempt  # the signed token says that we served the page, and a form's cookie would be one cookie too many
@never_cache
@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """``jeton``, ``evenement`` and ``rang``: 204 once read, counted or not; 400 for what we did not serve."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > MOST_BYTES:
        return HttpResponse(status=413)
    if request.content_type != "application/x-www-form-urlencoded":
        return HttpResponse(status=415)
    posted = request.POST
    try:
        record(posted.get("jeton", ""), posted.get("evenement", ""), posted.get("rang", ""))
    except Refused:
        return HttpResponse(status=400)
    return HttpResponse(status=204)
