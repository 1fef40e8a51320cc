"""The editor of every page type: what a first save needs is there as soon as the title is typed."""

import pytest
from django.apps import apps
from django.test import RequestFactory
from wagtail.models import Page

from portal.users.models import User

pytestmark = pytest.mark.django_db
#: Their address is given once, by the command that builds the tree.
MADE_BY_THE_TREE = {"wagtailcore.Page", "portal_base.AccessibilityPage"}
TYPES = [
    model
    for model in apps.get_models()
    if issubclass(model, Page)
    and model is not Page
    and model.is_creatable
    and model._meta.label not in MADE_BY_THE_TREE
]


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model._meta.model_name)
def test_the_title_of_every_page_type_gives_its_address(model):
    """Without it the first save and every autosave are refused, for a field of another tab."""
    handler = model.get_edit_handler()
    request = RequestFactory().get("/admin/")
    request.user = User.objects.create_superuser("a@exemple.example", "x")
    form = handler.get_form_class()(instance=model(), for_user=request.user)
    handler.get_bound_panel(instance=model(), request=request, form=form).render_html()
    attrs = form.fields["title"].widget.attrs
    assert "w-sync" in attrs.get("data-controller", "")
    assert attrs["data-w-sync-target-value"] == "#id_slug"
