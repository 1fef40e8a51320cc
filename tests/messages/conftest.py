"""A CLSM with two people in post, and a cache that counts nothing yet."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from network.models import ClsmPage
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clsm(home) -> ClsmPage:
    return make_clsm(title="CLSM du Val", generic_email="clsm@val.example", is_vacant=False)


@pytest.fixture
def person(clsm) -> User:
    return make_coordinator(clsm, email="camille@val.example")


@pytest.fixture
def colleague(clsm) -> User:
    return make_coordinator(clsm, email="sacha@val.example", first_name="Sacha")
