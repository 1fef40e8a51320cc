"""Factory of the whole tree, and of the pages that belong to no subject."""

import io
from itertools import count

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail.models import Page, PageViewRestriction, Site

from portal.base.models import NewsIndexPage, NewsPage, StandardPage
from portal.home.models import HomePage
from portal.site_setup.roles import setup_roles
from search.models import IndexChange, ReferenceStamp
from tests.factories.pages import put_online
from tests.factories.replay import Rows, rows, write

numbers = count(1)


#: What migrations leave in the tables where the first day writes.
_before: Rows = {}


def first_day() -> None:
    """The tree of ``setup_site`` and the roles; nothing waits to be indexed."""
    tables = connection.introspection.django_table_names(only_existing=True) if connection.vendor == "sqlite" else []
    before = rows(tables)
    make_site()
    setup_roles()
    IndexChange.objects.all().delete()
    ReferenceStamp.objects.all().delete()
    after = rows(tables)
    _before.update({table: before[table] for table in tables if before[table] != after[table]})


def undo_first_day() -> None:
    """Leave what migrations do. SQLite only: the rows of another base are not put back as they were read."""
    if connection.vendor != "sqlite":
        pytest.skip("puts back the rows of SQLite")
    write(_before)
    Site.clear_site_root_paths_cache()


def make_site() -> HomePage:
    """The tree of ``setup_site``, legal pages and help page included."""
    if not HomePage.objects.exists():
        call_command("setup_site", stdout=io.StringIO())
    return HomePage.objects.get()


def make_news(**kw: object) -> NewsPage:
    number = next(numbers)
    page = NewsPage(**({"title": f"Actualité {number}", "slug": f"actualite-{number}"} | kw))
    NewsIndexPage.objects.get().add_child(instance=page)
    page.save_revision()
    put_online(page)
    return page


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
