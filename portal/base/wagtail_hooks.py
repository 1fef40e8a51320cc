"""How Wagtail serves pages and writes links to them."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from wagtail import hooks
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.rich_text.pages import PageLinkHandler

from portal.base.querysets import visible


@hooks.register("before_serve_page")
def refuse_past_its_end(page: Page, request: HttpRequest, args: Any, kwargs: Any) -> None:
    """The scheduled command that unpublishes a page may run late: the expiry applies at once, as in every list."""
    if page.expire_at is not None and page.expire_at <= timezone.now():
        raise Http404


class PublicPageLinkHandler(PageLinkHandler):
    """A link in a text points to a page only while it is public, because its URL reveals its title."""

    @classmethod
    def get_many(cls, attrs_list: list[dict]) -> list[Page | None]:
        ids = [str(attrs.get("id")) for attrs in attrs_list]
        asked = visible(Page.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()]))
        pages = {str(page.pk): page for page in asked.defer_streamfields().specific()}
        return [pages.get(pk) for pk in ids]


@hooks.register("register_rich_text_features", order=1)  # after Wagtail's own, which it replaces
def link_to_public_pages(features: FeatureRegistry) -> None:
    features.register_link_type(PublicPageLinkHandler)
