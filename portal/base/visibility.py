"""Which pages a visitor may see."""

from typing import TypeVar

from django.db.models import Exists, OuterRef
from django.db.models.functions import Length, Substr
from wagtail.models import PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)


def visible(pages: Pages) -> Pages:
    """Keep what a visitor may see: published, and not below a page with a view restriction.

    Wagtail's ``public()`` reads the restrictions first, once per list; here the database compares the paths
    by itself, so that a page made of many lists stays within its number of queries.
    """
    restricted_path = Substr(OuterRef("path"), 1, Length("page__path"))
    return pages.live().filter(~Exists(PageViewRestriction.objects.filter(page__path=restricted_path)))
