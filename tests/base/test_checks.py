"""Each rule of the house is found broken on a model made to break it."""

import pytest
from django.apps import AppConfig
from wagtail.models import Page

from portal.base import checks
from portal.base.models import StandardPage


def page_type(**attributes: object) -> type[Page]:
    """A page class as the checks read it, without entering Django's registry."""
    meta = type("Meta", (), {"verbose_name": attributes.pop("verbose_name", "page d’essai")})
    defaults = {"template": StandardPage.template, "parent_page_types": [], "subpage_types": [], "_meta": meta}
    return type("BadPage", (), defaults | attributes)


def ids(found) -> list[str]:
    return [error.id for error in found]


def test_a_good_page_type_has_no_error():
    assert ids(checks.page_type_errors(page_type())) == []


def test_missing_template():
    assert ids(checks.page_type_errors(page_type(template="pages/nulle-part.html"))) == ["portal.E001"]


@pytest.mark.parametrize("attribute", ["parent_page_types", "subpage_types"])
def test_inherited_tree_rules(attribute):
    bad = page_type()
    delattr(bad, attribute)
    assert ids(checks.page_type_errors(bad)) == ["portal.E002"]


def test_english_name():
    assert ids(checks.page_type_errors(page_type(verbose_name="bad page"))) == ["portal.E003"]


@pytest.mark.parametrize(("label", "expected"), [("jobs", ["portal.E004"]), ("network_jobs", []), ("portal_space", [])])
def test_app_label(label, expected):
    config = type("Config", (AppConfig,), {"label": label, "path": "/"})(label, checks)
    assert ids(checks.app_label_errors(config)) == expected


def test_the_project_follows_its_own_rules():
    assert checks.check_conventions(None) == []
