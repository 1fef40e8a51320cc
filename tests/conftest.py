"""Fixtures of every room."""

import pytest
from django.conf import settings

from portal.home.models import HomePage
from tests.factories.site import make_site
from tests.search_server.engines import ELASTICSEARCH, TANTIVY


@pytest.fixture
def home(db: None) -> HomePage:
    """The home page of a portal that has its whole tree."""
    return make_site()


@pytest.fixture(scope="session", params=[TANTIVY, ELASTICSEARCH])
def engine_name(request: pytest.FixtureRequest) -> str:
    """Each engine in turn: what depends on it is run on both."""
    if request.param == ELASTICSEARCH and not settings.ELASTICSEARCH_TEST_URL:
        pytest.skip("no search server: make test-elasticsearch starts one")
    return request.param
