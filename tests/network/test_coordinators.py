from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, PageViewRestriction

from network.coordination.assignments import assign, delete_assignment, end, rights_of_day, save_assignment, sync_groups
from network.models import ClsmPage, CoordinatorAssignment
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.site import make_standard_page

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def person():
    return make_coordinator()


def may_open(client, user, clsm) -> bool:
    """True when ``user`` really gets the edit form of the page, through every middleware."""
    client.force_login(user)
    return client.get(reverse("wagtailadmin_pages:edit", args=[clsm.pk])).status_code == 200


def test_a_post_that_starts_today_opens_its_page_only(client, person, today):
    mine, other = make_clsm(), make_clsm()
    assign(mine, person, start=today)
    assert may_open(client, person, mine)
    assert not may_open(client, person, other)
    permissions = mine.permissions_for_user(person)
    assert not permissions.can_publish() and not permissions.can_delete() and not permissions.can_unpublish()


def test_the_last_day_is_included_and_the_next_is_not(client, person, today):
    clsm = make_clsm()
    assignment = assign(clsm, person, start=today - 30 * DAY, end=today)
    assert may_open(client, person, clsm)
    # Nobody runs anything: only the calendar moves.
    CoordinatorAssignment.objects.filter(pk=assignment.pk).update(end=today - DAY)
    assert not may_open(client, person, clsm)
    assert not person.groups.exists()


def test_an_open_session_loses_its_right_at_the_next_request(client, person, today):
    clsm = make_clsm()
    assignment = assign(clsm, person, start=today - 30 * DAY)
    assert may_open(client, person, clsm)
    end(assignment, on=today - DAY)
    url = reverse("wagtailadmin_pages:edit", args=[clsm.pk])
    assert client.get(url).status_code != 200
    assert client.post(url, {"title": "Pris"}).status_code != 200
    assert ClsmPage.objects.get(pk=clsm.pk).get_latest_revision() is None


def test_a_future_post_gives_nothing_before_its_day(client, person, today):
    clsm = make_clsm()
    assignment = assign(clsm, person, start=today + DAY)
    assert not person.groups.exists()
    assert not may_open(client, person, clsm)
    CoordinatorAssignment.objects.filter(pk=assignment.pk).update(start=today)
    assert may_open(client, person, clsm)


def test_two_clsms_and_two_coordinators(client, person, today):
    first, second = make_clsm(), make_clsm()
    colleague = make_coordinator()
    post = assign(first, person, start=today)
    assign(second, person, start=today)
    assign(first, colleague, start=today)
    end(post, on=today)
    post.start = today - 2 * DAY
    post.save()
    end(post, on=today - DAY)
    assert not may_open(client, person, first)
    assert may_open(client, person, second)
    assert may_open(client, colleague, first)


def test_two_posts_in_the_same_clsm_keep_the_right_until_the_last(person, today):
    clsm = make_clsm()
    past = assign(clsm, person, start=today - 10 * DAY, end=today - 5 * DAY)
    assign(clsm, person, start=today - 2 * DAY)
    delete_assignment(past)
    assert person.groups.filter(name=f"CLSM – {clsm.slug}").exists()


def test_a_deactivated_account_is_refused(client, person, today):
    clsm = make_clsm()
    assign(clsm, person, start=today)
    client.force_login(person)
    person.is_active = False
    person.save()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[clsm.pk])).status_code == 302


def test_a_deleted_post_and_a_handmade_membership_give_nothing(client, person, today):
    clsm = make_clsm()
    delete_assignment(assign(clsm, person, start=today))
    assert not person.groups.exists()
    person.groups.add(Group.objects.get(name=f"CLSM – {clsm.slug}"))
    assert not may_open(client, person, clsm)


def test_moving_a_post_to_someone_else_moves_the_right(person, today):
    clsm, other = make_clsm(), make_coordinator()
    assignment = assign(clsm, person, start=today)
    assignment.user = other
    save_assignment(assignment)
    assert not person.groups.exists()
    assert other.groups.count() == 2


def test_other_groups_are_left_alone(person, today):
    clsm = make_clsm()
    editors = Group.objects.create(name="Groupe voisin")
    person.groups.add(editors)
    end(assign(clsm, person, start=today - 2 * DAY), on=today - DAY)
    assert list(person.groups.all()) == [editors]


def test_the_group_follows_the_page(person, today):
    clsm = make_clsm()
    assign(clsm, person, start=today)
    clsm.slug = "nouvelle-adresse"
    clsm.save()
    assert person.groups.filter(name="CLSM – nouvelle-adresse").exists()
    clsm.delete()
    assert not Group.objects.filter(name__startswith="CLSM –").exists()
    assert CoordinatorAssignment.objects.count() == 0


def test_dates_are_checked(person, today):
    with pytest.raises(ValidationError, match="précède son début"):
        assign(make_clsm(), person, start=today, end=today - DAY)


def test_every_decision_is_written_with_its_author(client, person, today, admin_user):
    clsm = make_clsm()
    assignment = assign(clsm, person, start=today - 2 * DAY, by=admin_user)
    end(assignment, on=today - DAY, by=admin_user)
    entries = PageLogEntry.objects.filter(page=clsm.pk, action__startswith="network.").order_by("timestamp", "pk")
    assert [(entry.action, entry.user) for entry in entries] == [
        ("network.coordinator_assigned", admin_user),
        ("network.coordinator_ended", admin_user),
    ]
    client.force_login(admin_user)
    history = client.get(reverse("wagtailadmin_pages:history", args=[clsm.pk])).content.decode()
    assert "Affectation de coordination : Camille Exemple" in history


def test_the_check_costs_two_queries(person, today, django_assert_num_queries):
    for _ in range(3):
        assign(make_clsm(), person, start=today)
    with django_assert_num_queries(1):
        assert rights_of_day(person).in_agreement
    assert not sync_groups(person)


def test_a_page_kept_for_the_group_of_a_clsm_closes_the_day_after_the_post(client, person, today, home):
    """No page of the back office is opened in between: the calendar alone moves."""
    clsm = make_clsm()
    assignment = assign(clsm, person, start=today - 30 * DAY, end=today)
    kept = make_standard_page(home, title="Réservée aux coordinations")
    restriction = PageViewRestriction.objects.create(page=kept, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(person.groups.filter(clsm_record=clsm.pk))
    client.force_login(person)
    assert "Réservée aux coordinations" in client.get(kept.url).content.decode()
    CoordinatorAssignment.objects.filter(pk=assignment.pk).update(end=today - DAY)
    for method in ("get", "head", "post"):
        response = getattr(client, method)(kept.url, follow=True)
        assert (response.status_code, response.redirect_chain) == (403, [])
    assert "réservée à d’autres personnes" in client.get(kept.url).content.decode()
    assert not person.groups.exists()
