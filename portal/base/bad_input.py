"""Middleware that answers 404 or 400 to a request that cannot be read, so that bad input never gives a 500.

A form reports what is wrong beside its field. This middleware handles what no form receives: numbers out of the range
of the database, missing fields that a page always sends, malformed rich text, rows without fields.
"""

import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import FrameType
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.core.handlers.exception import get_exception_response
from django.core.paginator import InvalidPage
from django.db import DataError
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, get_resolver
from django.utils.datastructures import MultiValueDictKeyError

logger = logging.getLogger(__name__)

#: The largest number that the databases hold.
LARGEST = 2**63 - 1
#: The fields with which formsets and StreamFields give the number of rows.
COUNT = re.compile(r"-(TOTAL_FORMS|INITIAL_FORMS|count)$")
TOO_MANY_ROWS = "Ce formulaire annonce plus de lignes qu’il n’en contient."
STILL_USED = "Rien n’est supprimé : d’autres contenus s’en servent encore. Retirez-le d’abord de ces contenus."
#: Exceptions that always concern a value of the request.
UNREADABLE = (OverflowError, DataError, InvalidPage, MultiValueDictKeyError, UnicodeError, RecursionError)
#: Exceptions that concern such a value when their message quotes one: an id of the query string, for instance.
UNREADABLE_QUOTED = (ValueError, NoReverseMatch)
#: Exceptions that concern such a value when raised inside a function of Django or Wagtail that reads one.
UNREADABLE_THERE = (ValueError, TypeError, KeyError, AttributeError, IndexError, ValidationError)
READERS = {
    "get_paginated_pages",
    "get_prep_value",
    "message_dict",
    "to_database_format",
    "to_python",
    "value_from_datadict",
}


class BadInputMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Iterable[Any], kwargs: Mapping[str, Any]
    ) -> None:
        if any(_is_no_key(value) for value in (*args, *kwargs.values())):
            raise Http404("Aucune page n’a un tel numéro.")
        if request.method == "POST" and any(_is_false_count(request, name) for name in request.POST):
            raise BadRequest(TOO_MANY_ROWS)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, ProtectedError):
            messages.error(request, STILL_USED)
            return redirect(request.path)
        if not (is_about_input(exception) or quotes_input(exception, request)):
            return None
        where = traceback.extract_tb(exception.__traceback__)[-1]
        logger.warning("Unreadable request: %s in %s", type(exception).__name__, where.name)
        return get_exception_response(request, get_resolver(), 400, exception)


def is_about_input(exception: BaseException) -> bool:
    if isinstance(exception, UNREADABLE):
        return True
    frames = traceback.walk_tb(exception.__traceback__)
    return isinstance(exception, UNREADABLE_THERE) and any(_is_reader(frame) for frame, _ in frames)


def quotes_input(exception: BaseException, request: HttpRequest) -> bool:
    if not isinstance(exception, UNREADABLE_QUOTED):
        return False
    said = str(exception)
    sent = (value for data in (request.GET, request.POST) for _, values in data.lists() for value in values)
    return any(value and repr(value) in said for value in sent)


def _is_reader(frame: FrameType) -> bool:
    """Or a form of Wagtail that relies on its hidden fields."""
    name, module = frame.f_code.co_name, frame.f_globals.get("__name__", "")
    return name in READERS or (name == "clean" and module.startswith("wagtail."))


def _is_no_key(value: Any) -> bool:
    """Keys are integers from 1 to the maximum of the databases, in our routes and in Wagtail’s."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return len(value) > len(str(LARGEST)) or int(value) > LARGEST
    return isinstance(value, int) and not 1 <= value <= LARGEST


def _is_false_count(request: HttpRequest, name: str) -> bool:
    """More rows than fields: building a form for each would be useless work."""
    count = request.POST[name]
    if not COUNT.search(name) or not count.isdecimal():
        return False
    return len(count) > 6 or int(count) > len(request.POST)
