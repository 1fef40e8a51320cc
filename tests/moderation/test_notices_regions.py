"""The notices of a profile go to the moderators of its region; the others are left in peace."""

import pytest
from django.contrib.auth.models import Group

from network.models import ClsmPage, RegionalModerator
from network.models.queries import moderators_for
from network.territories.models import Region
from portal.moderation.models import Notice
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.network import make_clsm, make_commune, make_department, make_directory

pytestmark = pytest.mark.django_db


@pytest.fixture
def group():
    return Group.objects.get(name="Modération")


@pytest.fixture
def clsm() -> ClsmPage:
    return make_clsm()


def moderator(group: Group, name: str, *regions: str, **kw) -> User:
    user = User.objects.create_user(f"{name}@portail.example", **kw)
    user.groups.add(group)
    if regions:
        RegionalModerator.objects.create(user=user).regions.set(Region.objects.filter(code__in=regions))
    return user


def test_the_region_comes_first_then_those_without_region_then_everybody(group, clsm):
    make_department("59", "Nord", ("32", "Hauts-de-France"))
    north = moderator(group, "nord", "32")
    assert set(moderators_for(clsm)) == {north}, "nothing waits for nobody"
    general = moderator(group, "generale")
    assert set(moderators_for(clsm)) == {general}
    south = moderator(group, "sud", "76", "32")
    moderator(group, "partie", "76", is_active=False)
    User.objects.create_user("autre@portail.example")
    assert set(moderators_for(clsm)) == {south}


def test_a_draft_is_told_to_the_region_of_its_communes(group):
    lille = make_commune("59350", "Lille", department=make_department("59", "Nord", ("32", "Hauts-de-France")))
    make_department()
    north, south = moderator(group, "nord", "32"), moderator(group, "sud", "76")
    draft = make_clsm(live=False, communes=[lille])
    assert set(moderators_for(draft)) == {north}
    assert set(moderators_for(make_clsm())) == {south}


def test_a_submitted_profile_is_told_to_its_region_and_a_decision_stays_open_to_all(group, clsm):
    make_directory()
    setup_workflows()
    make_department("59", "Nord", ("32", "Hauts-de-France"))
    north, south = moderator(group, "nord", "32"), moderator(group, "sud", "76")
    author = User.objects.create_user("autrice@portail.example")
    clsm.save_revision(user=author)
    clsm.get_workflow().start(clsm, author)
    assert set(Notice.objects.filter(event="review_requested").values_list("recipient", flat=True)) == {south.pk}
    task = clsm.current_workflow_task_state.task.specific
    assert task.get_actions(clsm, north), "told is not the same as allowed"
