import pytest

from tests.factories.territories import load_small_territories


@pytest.fixture(scope="module")
def loaded(module_db: None) -> None:
    load_small_territories()


@pytest.fixture
def places(loaded: None, db: None) -> None:
    """A few real départements, as they were loaded."""
