"""The editors of every type of page end with the same two tabs."""

import pytest
from wagtail.models import get_page_models

from portal.base.models.pages import BasePage

TYPES = [model for model in get_page_models() if issubclass(model, BasePage)]


@pytest.mark.parametrize("page_type", TYPES, ids=lambda page_type: page_type.__name__)
def test_the_last_tabs_have_one_name_everywhere(page_type):
    tabs = [str(tab.heading) for tab in page_type.get_edit_handler().children]
    assert tabs[-2:] == ["Référencement", "Publication"]
    assert len(tabs) > 2 and len(set(tabs)) == len(tabs)
