"""Factory of the whole tree, and of the pages that belong to no subject."""

import io
from itertools import count

from django.core.management import call_command
from wagtail.models import Page, PageViewRestriction

from portal.base.models import NewsIndexPage, NewsPage, StandardPage
from portal.home.models import HomePage
from tests.factories.replay import replayed

numbers = count(1)


def make_site() -> HomePage:
    """The tree of ``setup_site``, legal pages and help page included."""
    _setup_site()
    return HomePage.objects.get()


@replayed
def _setup_site() -> None:
    call_command("setup_site", stdout=io.StringIO())


def make_news(**kw: object) -> NewsPage:
    number = next(numbers)
    page = NewsPage(**({"title": f"Actualité {number}", "slug": f"actualite-{number}"} | kw))
    NewsIndexPage.objects.get().add_child(instance=page)
    page.save_revision().publish()
    return NewsPage.objects.get(pk=page.pk)


def make_standard_page(parent: Page, **kw: object) -> StandardPage:
    number = next(numbers)
    page = StandardPage(**({"title": f"Page {number}", "slug": f"page-{number}"} | kw))
    parent.add_child(instance=page)
    return page


def make_private(page: Page) -> None:
    """Put a page and what it holds behind a password."""
    PageViewRestriction.objects.create(
        page=page, restriction_type=PageViewRestriction.PASSWORD, password="mot-de-passe"
    )
