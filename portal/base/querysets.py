"""Querysets of the page tree: the pages that a visitor may see, children and ancestors.

The cost of each read depends on what it returns, not on the size of the tree below. The page of a URL is found in two
queries at any depth; Wagtail's own resolution makes two queries at each level.
"""

from typing import TypeVar

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction
from wagtail.query import PageQuerySet

Pages = TypeVar("Pages", bound=PageQuerySet)


def visible(pages: Pages) -> Pages:
    """Keep what a visitor may see: published, not expired, and not below a page with a view restriction.

    The expiry is checked here because the scheduled command that unpublishes pages may run late.

    Wagtail's ``public()`` reads the restrictions first, once per list. Here the database compares the paths itself, so
    that a page with many lists makes a bounded number of queries.
    """
    return pages.filter(is_visible())


def is_visible(at: str = "") -> Q:
    """The same as a condition on the page at lookup path ``at`` (« clsm_items__clsm »), or on the page itself.

    In one ``filter`` call with other conditions on that path, it applies to the same linked row.
    """
    link = f"{at}__" if at else ""
    restricted_path = Substr(OuterRef(f"{link}path"), 1, Length("page__path"))
    restricted = Exists(PageViewRestriction.objects.filter(page__path=restricted_path))
    return Q(is_online(at), ~restricted)


def is_online(at: str = "") -> Q:
    """Published and not expired, for any reader. View restrictions are checked at the request."""
    link = f"{at}__" if at else ""
    lasting = Q(**{f"{link}expire_at__isnull": True}) | Q(**{f"{link}expire_at__gt": timezone.now()})
    return Q(lasting, **{f"{link}live": True})


#: Sorts after the path of any descendant, once appended to the path of a page: paths are digits and capitals.
LAST = "Z" * 240

#: The first child has the first path below the parent; the next child has the first path after all its descendants.
CHILD_PATHS = """
    WITH RECURSIVE child(path) AS (
        SELECT MIN(path) FROM wagtailcore_page WHERE path > %s AND path <= %s
        UNION ALL
        SELECT (SELECT MIN(path) FROM wagtailcore_page WHERE path > child.path || %s AND path <= %s)
        FROM child WHERE child.path IS NOT NULL
    )
    SELECT path FROM child WHERE path IS NOT NULL
"""


def children_of(page: Page) -> PageQuerySet[Page]:
    """The children of ``page``, in menu order, drafts included. One index look-up for each child.

    The depth of a page has no index: ``child_of`` reads every descendant, which is fifty thousand rows for the home
    page of a full portal.
    """
    end = page.path + LAST
    return Page.objects.filter(path__in=RawSQL(CHILD_PATHS, (page.path, end, LAST, end))).order_by("path")  # noqa: S611


MAX_LEVELS = 10  # a URL may have any number of slashes; the tree has four levels


def pages_along(start: Page, components: list[str]) -> list[Page]:
    """The pages below ``start`` on the path of the URL, in order, from one query.

    The last one is the deepest that exists; it interprets the remaining components itself.
    """
    paths, path = [], start.url_path
    for component in components[:MAX_LEVELS]:
        path = f"{path}{component}/"
        paths.append(path)
    # The URL path has no index, the slug has one.
    below = Page.objects.descendant_of(start).filter(slug__in=components[:MAX_LEVELS], url_path__in=paths)
    return list(below.order_by("depth"))
