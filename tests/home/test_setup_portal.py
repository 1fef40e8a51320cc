"""One command prepares the portal, twice without harm."""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from wagtail.models import Page, Workflow

from network.territories.models import Commune
from portal.taxonomies.models import Theme


@pytest.mark.slow
@pytest.mark.usefixtures("before_first_day")
def test_prepares_everything_and_again():
    def state() -> list[int]:
        models = (Commune, Theme, Page, Group, Workflow)
        return [model.objects.count() for model in models]

    call_command("setup_portal", stdout=io.StringIO())
    before = state()
    assert all(before)
    call_command("setup_portal", stdout=io.StringIO())
    assert state() == before
