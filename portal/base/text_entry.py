"""Cleaning of text: requests are cleaned before any form reads them, model fields before they are saved.

The first keeps a broken character out of validation, redisplay and look-ups. The second covers commands, imports and
files, whose text comes with no request.
"""

import json
from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from wagtail.blocks import StreamValue

from portal.base.characters import clean, cleaned

ESCAPES = ("\\u", "\\b", "\\f")  # how JSON escapes what ``clean`` removes


class CleanTextMiddleware:
    """``request.GET`` and ``request.POST`` hold clean text. A URL with a forbidden character answers 404."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if clean(request.path_info) != request.path_info:
            raise Http404("Cette adresse contient un caractère interdit.")
        request.GET = _clean_query(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *args: Any) -> None:
        """After the CSRF check, which has already parsed the POST data."""
        if request.method == "POST":
            request.POST = _clean_query(request.POST)  # type: ignore[assignment]


def clean_before_saving(
    sender: type[Model], instance: Model, raw: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    """Receiver of ``pre_save`` for every model. ``raw`` is a fixture, left unchanged."""
    if raw:
        return
    for field in sender._meta.concrete_fields:
        value = instance.__dict__.get(field.attname)
        if update_fields is not None and field.name not in update_fields:
            continue
        if isinstance(value, StreamValue):
            value = field.get_prep_value(value)
        if isinstance(value, str | list | dict):
            stored = _clean_stored(value)
            if stored != value:
                setattr(instance, field.attname, stored)


def _clean_query(query: QueryDict) -> QueryDict:
    cleaned_values = {key: [_clean_sent(value) for value in values] for key, values in query.lists()}
    if cleaned_values == dict(query.lists()) and cleaned(list(cleaned_values)) == list(cleaned_values):
        return query
    clean_query = QueryDict(mutable=True, encoding=query.encoding)
    for key, values in cleaned_values.items():
        clean_query.setlist(clean(key), values)
    clean_query._mutable = False
    return clean_query


def _clean_sent(value: str) -> str:
    """A rich text is posted as JSON, which escapes these characters."""
    value = clean(value)
    return _clean_json(value) if value.startswith(("{", "[")) else value


def _clean_stored(value: Any) -> Any:
    """A revision holds the stream fields of a page as JSON inside its own JSON."""
    if isinstance(value, dict):
        return {clean(key): _clean_stored(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean_stored(item) for item in value]
    return _clean_sent(value) if isinstance(value, str) else value


def _clean_json(text: str) -> str:
    if not any(escape in text for escape in ESCAPES):
        return text
    try:
        value = json.loads(text)
        cleaned_value = cleaned(value)
    except (ValueError, RecursionError):
        return text
    return json.dumps(cleaned_value) if cleaned_value != value else text
