from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from network.models import ClsmCommune, ClsmEpci, ClsmPage
from network.models.clsm import Representation
from portal.taxonomies.models import Vocabulary
from tests.factories.network import (
    build_clsm,
    make_clsm,
    make_commune,
    make_coordinator,
    make_directory,
    make_term,
)
from tests.network.places import make_epci

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return make_term(Vocabulary.CLSM_STATUS, "en-projet", "En projet")


def test_a_complete_profile_has_no_error():
    assert build_clsm().publication_errors() == {}


@pytest.mark.parametrize(
    "field",
    [
        "status",
        "status_date",
        "short_description",
        "scale",
        "presidency_role",
        "presidency_authority",
        "user_representation",
        "carer_representation",
        "carrier",
        "created_on",
    ],
)
def test_each_required_field_is_named(field):
    empty = "" if isinstance(ClsmPage._meta.get_field(field).get_default(), str) else None
    errors = build_clsm(**{field: empty}).publication_errors()
    assert list(errors) == [field] and len(errors[field]) == 1


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ({"communes": []}, "commune_items"),
        ({"themes": []}, "themes"),
        ({"body_kinds": ["bureau"]}, "body_items"),
        ({"cofacilitators": []}, "cofacilitation_items"),
        ({"is_vacant": False}, "is_vacant"),
        ({"declared_population": 5000}, "population_year"),
    ],
)
def test_each_required_part_is_named(missing, name):
    assert list(build_clsm(**missing).publication_errors()) == [name]


def test_only_an_active_clsm_needs_bodies_and_a_date(project):
    page = build_clsm(status=project, body_kinds=[], created_on=None)
    assert page.publication_errors() == {}


@pytest.mark.parametrize("kind", ["comite-de-pilotage", "assemblee-pleniere"])
def test_one_steering_body_is_enough(kind):
    assert build_clsm(body_kinds=["bureau", kind]).publication_errors() == {}


def test_a_covered_area_that_ended_covers_nothing():
    page = build_clsm(communes=[])
    page.commune_items = [ClsmCommune(commune=make_commune(), until=timezone.localdate() - timedelta(days=1))]
    assert list(page.publication_errors()) == ["commune_items"]


def test_an_epci_stands_for_its_communes():
    page = build_clsm(communes=[])
    page.epci_items = [ClsmEpci(epci=make_epci(make_commune()))]
    assert page.publication_errors() == {}


def test_an_unknown_population_must_be_declared():
    commune = make_commune("34999", "Sans Chiffre", population=None)
    assert list(build_clsm(communes=[commune]).publication_errors()) == ["declared_population"]
    page = build_clsm(communes=[commune], declared_population=10, population_year=2024)
    assert page.publication_errors() == {}


def test_someone_in_post_replaces_the_vacancy():
    page = make_clsm(live=False, is_vacant=False)
    assert "is_vacant" in page.publication_errors()
    make_coordinator(page)
    assert page.publication_errors() == {}
    page.assignments.update(end=timezone.localdate() - timedelta(days=1))
    assert "is_vacant" in page.publication_errors()


def test_no_representation_warns_without_refusing(project):
    page = build_clsm(user_representation=Representation.NO, carer_representation=Representation.NO)
    assert page.publication_errors() == {}
    assert set(page.publication_warnings()) == {"user_representation", "carer_representation"}
    page.status = project
    assert page.publication_warnings() == {}


def test_an_incomplete_profile_is_never_published():
    with pytest.raises(ValidationError):
        make_directory().add_child(instance=build_clsm(communes=[]))
    page = make_clsm(live=False, status_date=None)
    with pytest.raises(ValidationError):
        page.save_revision().publish()
    page.refresh_from_db()
    assert not page.live


def test_a_draft_may_be_empty():
    page = ClsmPage(title="À peine commencé", slug="a-peine-commence", live=False)
    make_directory().add_child(instance=page)
    page.save_revision()
    assert len(page.publication_errors()) >= 10
    assert page.population is None


def test_every_message_has_a_label():
    page = ClsmPage(title="Vide", declared_population=1)
    page.status = make_term(Vocabulary.CLSM_STATUS, "operationnel")
    assert all(page.field_label(name) for name in page.publication_errors())
