import pytest

from tests.factories.territories import load_small_territories


@pytest.fixture
def places(db: None) -> None:
    load_small_territories()
