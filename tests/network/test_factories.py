import pytest

from network.models import ClsmPage
from tests.factories.network import make_clsm, make_coordinator


@pytest.mark.django_db
def test_a_profile_is_saved_with_its_parts():
    made = make_clsm()
    page = ClsmPage.objects.get(pk=made.pk)
    assert page.live and page.commune_items.count() == 1 and page.themes.count() == 1
    assert page.url.startswith("/clsm/clsm-exemple-")
    assert make_coordinator(page).assignments.get().clsm == page
