"""A draft may be almost empty: every page type shows itself with a title alone."""

import pytest
from django.apps import apps
from wagtail.models import Page, get_page_models

from portal.base.checks import is_ours
from tests.factories.site import make_site

LABELS = {config.label for config in apps.get_app_configs() if is_ours(config)}
PAGE_TYPES = [page_type for page_type in get_page_models() if page_type._meta.app_label in LABELS]


@pytest.mark.django_db
@pytest.mark.parametrize("page_type", PAGE_TYPES, ids=lambda page_type: page_type.__name__)
def test_empty_draft_is_shown(page_type):
    make_site()
    parent = Page.objects.type(*page_type.allowed_parent_page_models()).order_by("path").first().specific
    page = page_type(title="Page vide", slug="page-vide", live=False)
    parent.add_child(instance=page)
    draft = page.save_revision().as_object()
    response = draft.make_preview_request()
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1
