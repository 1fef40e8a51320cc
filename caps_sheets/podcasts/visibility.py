"""What of a set of pages the public may see."""

from typing import TypeVar

from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from wagtail.models import PageQuerySet, PageViewRestriction

Pages = TypeVar("Pages", bound=PageQuerySet)


def visible(pages: Pages) -> Pages:
    """Live pages without a privacy rule of their own or of a parent, and whose end has not come.

    The end is checked here because the scheduled command that takes pages down may run late. ``public()`` asks
    the database for the rules at each call; here they are part of the one query.
    """
    path = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    rules = PageViewRestriction.objects.alias(asked=path).filter(asked__startswith=F("page__path"))
    lasting = Q(expire_at__isnull=True) | Q(expire_at__gt=timezone.now())
    return pages.live().filter(lasting, ~Exists(rules))
