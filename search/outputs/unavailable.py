"""The response of feeds and files when the engine is unavailable: an empty result would be false."""

import logging
from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from search.engines.base import EngineError

RETRY_AFTER = 120  # seconds
MESSAGE = (
    "La recherche est momentanément indisponible : rien n’est perdu, réessayez dans quelques minutes.\n"
    "Les pages du portail restent accessibles.\n"
)

View = Callable[..., HttpResponseBase]
logger = logging.getLogger("portal.search")


def answer_unavailable(view: View) -> View:
    """503 with Retry-After: a feed reader keeps its items and retries, and no empty file is saved."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except EngineError:
            logger.exception("Search engine unavailable: %s", request.path)
            response = HttpResponse(MESSAGE, status=503, content_type="text/plain; charset=utf-8")
            response["Retry-After"] = str(RETRY_AFTER)
            return response

    return guarded
