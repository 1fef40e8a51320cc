from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from network.models import ClsmCommune, ClsmEpci, ClsmPage
from network.models.covered_area import runs_on
from network.models.queries import covered_area
from network.models.records import Freshness, freshness
from network.territories.models import POPULATION_YEAR
from portal.base.dates import months_before
from tests.factories.network import make_clsm, make_commune
from tests.network.places import make_epci, make_lille

pytestmark = pytest.mark.django_db


@pytest.fixture
def lille():
    return make_lille()


def test_departments_and_population_follow_the_communes(lille):
    page = make_clsm(communes=[make_commune(), lille])
    assert [d.code for d in page.departments.all()] == ["34", "59"]
    assert page.population.inhabitants == 237_710 and not page.population.is_declared


def test_a_commune_named_twice_counts_once(lille):
    page = make_clsm(communes=[lille])
    page.epci_items = [ClsmEpci(epci=make_epci(lille, make_commune()))]
    page.save()
    assert ClsmPage.objects.get(pk=page.pk).computed_population == 237_710


def test_a_declared_population_wins(lille):
    page = make_clsm(communes=[lille], declared_population=100, population_year=2023)
    assert (page.population.inhabitants, page.population.year, page.population.is_declared) == (100, 2023, True)


def test_a_computed_population_says_its_year(client, lille):
    page = make_clsm(communes=[lille])
    assert (page.population.year, page.population.is_declared) == (POPULATION_YEAR, False)
    assert f"({POPULATION_YEAR})" in client.get(page.url).content.decode()


def test_new_territories_reach_the_public_profiles(lille):
    public, draft = make_clsm(communes=[lille]), make_clsm(communes=[lille], live=False)
    revision = public.save_revision()
    lille.population = 5
    lille.save()
    call_command("refresh_territories", stdout=StringIO())
    public.refresh_from_db()
    draft.refresh_from_db()
    assert (public.computed_population, draft.computed_population) == (5, None)
    assert (public.latest_revision, public.live) == (revision, True)


def test_a_draft_leaves_the_live_data_alone(lille):
    page = make_clsm()
    page.commune_items = [ClsmCommune(commune=lille)]
    page.save_revision()
    live = ClsmPage.objects.get(pk=page.pk)
    assert [d.code for d in live.departments.all()] == ["34"]
    live.get_latest_revision().publish()
    live.refresh_from_db()
    assert [d.code for d in live.departments.all()] == ["59"]
    assert live.computed_population == lille.population


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [
        (None, None, True),
        (date(2025, 6, 1), None, True),
        (date(2025, 6, 2), None, False),
        (None, date(2025, 6, 1), True),
        (None, date(2025, 5, 31), False),
        (date(2025, 1, 1), date(2025, 12, 31), True),
    ],
)
def test_both_ends_of_a_membership_are_inclusive(since, until, covered):
    day = date(2025, 6, 1)
    page = make_clsm(live=False)
    page.commune_items = [ClsmCommune(commune=make_commune(), since=since, until=until)]
    page.save()
    assert covered_area(page, day).exists() is covered
    assert ClsmCommune.objects.filter(runs_on(day), page=page).exists() is covered


@pytest.mark.parametrize(
    ("verified", "level"),
    [
        (date(2026, 8, 31), Freshness.FRESH),
        (date(2026, 2, 28), Freshness.FRESH),
        (date(2026, 2, 27), Freshness.TO_CHECK),
        (date(2025, 8, 31), Freshness.TO_CHECK),
        (date(2025, 8, 30), Freshness.UNVERIFIED),
        (None, Freshness.UNVERIFIED),
    ],
)
def test_freshness_levels(verified, level):
    assert freshness(verified, date(2026, 8, 31)) == level


@given(day=st.dates(date(1900, 1, 1), date(2100, 12, 31)), months=st.integers(1, 240))
def test_months_before_is_earlier_by_that_many_months(day, months):
    earlier = months_before(day, months)
    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months
    assert earlier.day <= day.day


def test_today_is_the_default_day():
    assert freshness(timezone.localdate()) == Freshness.FRESH
