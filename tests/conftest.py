"""Fixtures of every room."""

import pytest

from portal.home.models import HomePage
from tests.factories.site import make_site


@pytest.fixture
def home(db: None) -> HomePage:
    """The home page of a portal that has its whole tree."""
    return make_site()
