"""A domain makes its pages found with one hook."""

from collections.abc import Callable, Iterator

import pytest
from wagtail import hooks
from wagtail.query import PageQuerySet

from caps_sheets.podcasts.models import ShowPage
from search.documents import Family, SearchDocument, families
from search.engines.base import SearchEngine
from search.families import SheetFamily
from search.queries import SearchQuery
from search.results import find
from tests.factories.podcasts import make_show


class ShowFamily(Family):
    key, slug, label, kind = "show", "emissions", "Émissions", "emission"
    singular = "Émission"
    model = ShowPage

    def prepared(self, pages: PageQuerySet) -> PageQuerySet:
        return pages

    def document(self, page: ShowPage) -> SearchDocument | None:
        return self.base(page)


@pytest.fixture
def registered() -> Iterator[None]:
    with hooks.register_temporarily("search_families", lambda: [ShowFamily()]):
        yield


def test_a_registered_kind_is_found_counted_and_followed(
    built: SearchEngine, registered: None, committed: Callable
) -> None:
    with committed():
        show = make_show(title="Voix basses")
    found = find(SearchQuery("voix"))
    assert [card["kind"] for card in found.cards] == ["emission"]
    assert any(choice.label == "Émissions" for facet in found.facets for choice in facet.choices)
    with committed():
        show.unpublish()
    assert find(SearchQuery("voix")).total == 0


def test_two_kinds_can_not_have_the_same_key(registered: None) -> None:
    class Other(ShowFamily):
        key = SheetFamily.key

    with (
        hooks.register_temporarily("search_families", lambda: [Other()]),
        pytest.raises(ValueError, match="'sheet'"),
    ):
        families()
