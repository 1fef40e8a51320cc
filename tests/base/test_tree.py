"""The children of a page are read without their descendants."""

import pytest
from wagtail.models import Page

from portal.base.querysets import children_of
from tests.factories.site import make_site

pytestmark = pytest.mark.django_db


def add(parent: Page, *titles: str) -> list[Page]:
    return [parent.add_child(instance=Page(title=title, slug=title)) for title in titles]


def test_children_in_menu_order_whatever_was_removed_or_hangs_below():
    home = make_site()
    for page in list(home.get_children()):
        page.delete()
    home.refresh_from_db()
    first, second, third, _, last = add(home, "un", "deux", "trois", "quatre", "cinq")
    add(third, "sous-trois")
    add(last, "sous-cinq", "sous-cinq-bis")
    Page.objects.get(pk=second.pk).delete()
    Page.objects.get(slug="quatre").delete()
    assert [page.pk for page in children_of(Page.objects.get(pk=home.pk))] == [first.pk, third.pk, last.pk]
    assert [page.slug for page in children_of(Page.objects.get(pk=last.pk))] == ["sous-cinq", "sous-cinq-bis"]


def test_a_leaf_has_no_child_even_before_a_page_whose_path_goes_on():
    home = make_site()
    (leaf,) = add(Page.objects.get(pk=home.pk), "feuille")
    assert not children_of(Page.objects.get(pk=leaf.pk)).exists()


def test_the_answer_is_that_of_the_tree():
    home = make_site()
    for page in Page.objects.all():
        assert list(children_of(page)) == list(Page.objects.child_of(page).order_by("path"))
    assert home.get_children().exists()
