"""What the ground floor adds to how Wagtail serves pages."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page


@hooks.register("before_serve_page")
def refuse_past_its_end(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """The scheduled command that takes a page down may run late: its end counts at once, as in every list."""
    if page.expire_at is not None and page.expire_at <= timezone.now():
        raise Http404
