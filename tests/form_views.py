"""The forms of the product, read from the URLconf: every view of ours that takes a POST."""

import inspect
import uuid
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

OURS = ("portal.", "network.", "caps_sheets.", "search.")
#: What scripts send: nobody types in it.
NOT_FORMS = {
    "search_measure": "counts a search, without cookie nor token",
    "session_state": "asked before a form leaves",
    "profile_autosave": "the steps save each answer and keep a copy until it is saved",
    "census_autosave": "the questionnaire saves each answer and keeps a copy until it is saved",
}
#: Forms without an account: no session can expire under them.
PUBLIC = {"report_error", "claim", "invitation", "proofreading_by_link", "write_to_clsm", "contact", "message_copy"}
VALUES = {"int": "1", "slug": "x", "str": "x", "path": "x", "uuid": str(uuid.UUID(int=0))}


class FormView(NamedTuple):
    name: str
    url: str
    module: str
    takes_post: bool

    @property
    def is_ours(self) -> bool:
        return self.module.startswith(OURS)


def views() -> Iterator[FormView]:
    """Every view with an address."""
    for route, name, view in _patterns(get_resolver()):
        owner = getattr(view, "view_class", None) or inspect.unwrap(view)
        yield FormView(name or owner.__name__, _address(route), owner.__module__, _takes_post(owner))


def forms() -> list[FormView]:
    return [view for view in views() if view.is_ours and view.takes_post and view.name not in NOT_FORMS]


def _takes_post(owner: Callable) -> bool:
    if inspect.isclass(owner):
        return hasattr(owner, "post") and "post" in owner.http_method_names
    return inspect.isfunction(owner) and "POST" in inspect.getsource(owner)


def _patterns(resolver: URLResolver, route: str = "", spaces: tuple[str, ...] = ()) -> Iterator[tuple]:
    for each in resolver.url_patterns:
        here = route + str(each.pattern)
        if isinstance(each, URLPattern):
            yield here, ":".join([*spaces, each.name]) if each.name else "", each.callback
        else:
            yield from _patterns(each, here, (*spaces, each.namespace) if each.namespace else spaces)


def _address(route: str) -> str:
    """The address of a route whose values name nothing."""
    parts = []
    for part in route.split("<"):
        before, closed, after = part.partition(">")
        parts.append(VALUES.get(before.split(":")[0], "x") + after if closed else before)
    return "/" + "".join(parts)
