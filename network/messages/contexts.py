"""The page that a message is about: its title is kept with the message, as long as everybody may read the page.

The URL of the form names it: « ?page=12 » for a page of the site. An app adds a key of its own by the hook
``message_contexts``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import QueryDict
from wagtail import hooks
from wagtail.models import Page

from portal.base.numbers import posted_number
from portal.base.querysets import visible


@dataclass(frozen=True)
class MessageContext:
    title: str
    url: str = ""


@dataclass(frozen=True)
class ContextFinder:
    """``find`` returns None for what is not public."""

    key: str
    find: Callable[[int], MessageContext | None]


def public_page(pk: int) -> MessageContext | None:
    page = visible(Page.objects.filter(depth__gt=1)).filter(pk=pk).first()
    return MessageContext(page.title, page.url or "") if page else None


def read_context(asked: QueryDict) -> MessageContext | None:
    """What the URL of the form names, if it is public."""
    finders = [ContextFinder("page", public_page), *(declare() for declare in hooks.get_hooks("message_contexts"))]
    for finder in finders:
        number = posted_number(asked.get(finder.key, ""))
        if number and (found := finder.find(number)):
            return found
    return None
