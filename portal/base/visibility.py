"""Which pages a visitor may see."""

from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)


def visible(pages: Pages) -> Pages:
    """Keep what a visitor may see: published, not past its end, and not below a page with a view restriction.

    The end is checked here because the scheduled command that takes pages down may run late.

    Wagtail's ``public()`` reads the restrictions first, once per list; here the database compares the paths
    by itself, so that a page made of many lists stays within its number of queries.
    """
    return pages.filter(is_visible())


def is_visible(at: str = "") -> Q:
    """The same as a condition on the page that ``at`` leads to (« clsm_items__clsm »), or on the page itself.

    Given to the same ``filter`` as other conditions on that path, it is about the same linked row.
    """
    link = f"{at}__" if at else ""
    restricted_path = Substr(OuterRef(f"{link}path"), 1, Length("page__path"))
    restricted = Exists(PageViewRestriction.objects.filter(page__path=restricted_path))
    return Q(is_online(at), ~restricted)


def is_online(at: str = "") -> Q:
    """Published and not past its end, whoever may read it: with a restriction, the request decides."""
    link = f"{at}__" if at else ""
    lasting = Q(**{f"{link}expire_at__isnull": True}) | Q(**{f"{link}expire_at__gt": timezone.now()})
    return Q(lasting, **{f"{link}live": True})
