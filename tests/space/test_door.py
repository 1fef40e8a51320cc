"""Who enters the space of a CLSM, and where « Mon CLSM » leads."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from network.models import CoordinatorAssignment
from network.permissions import coordinates
from tests.factories.network import make_clsm, make_coordinator

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clsm(home):
    return make_clsm()


def url(clsm) -> str:
    return reverse("space_home", args=[clsm.pk])


def test_one_clsm_is_reached_at_once(client, clsm):
    client.force_login(make_coordinator(clsm))
    response = client.get("/mon-clsm/")
    assert response.headers["Location"] == url(clsm)
    assert "private" in response.headers["Cache-Control"] and "no-store" in response.headers["Cache-Control"]


def test_login_leads_coordinators_to_their_clsm_and_others_to_their_account(client, clsm):
    for user, path in ((make_coordinator(clsm), "/mon-clsm/"), (make_coordinator(), "/compte/")):
        client.logout()
        user.set_password("phrase-de-passe-longue")
        user.save()
        form = {"login": user.email, "password": "phrase-de-passe-longue"}
        response = client.post(reverse("account_login"), form, follow=True)
        assert path in [address for address, _ in response.redirect_chain]


def test_several_clsms_are_offered(client, clsm):
    user, second, foreign = make_coordinator(clsm), make_clsm(), make_clsm()
    CoordinatorAssignment.objects.create(clsm=second, user=user, start=timezone.localdate())
    client.force_login(user)
    for address in ("/mon-clsm/", url(clsm)):
        text = client.get(address).content.decode()
        assert url(clsm) in text and url(second) in text and url(foreign) not in text


def test_no_clsm_is_a_clear_page(client, clsm):
    client.force_login(make_coordinator())
    response = client.get("/mon-clsm/")
    assert response.status_code == 200
    assert "Aucun CLSM ne vous est rattaché aujourd’hui" in response.content.decode()


def test_anonymous_people_log_in_first(client, clsm):
    for address in ("/mon-clsm/", url(clsm)):
        assert client.get(address).headers["Location"] == f"/comptes/login/?next={address}"


def test_the_space_closes_the_day_after_the_post(client, clsm):
    user, today = make_coordinator(), timezone.localdate()
    post = CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=today - 9 * DAY, end=today)
    client.force_login(user)
    assert client.get(url(clsm)).status_code == 200
    CoordinatorAssignment.objects.filter(pk=post.pk).update(end=today - DAY)
    assert client.get(url(clsm)).status_code == 404
    assert coordinates(user, clsm, today - DAY) and not coordinates(user, clsm, today)


def test_it_opens_for_nobody_else(client, clsm, admin_user):
    for user in (make_coordinator(make_clsm()), make_coordinator(), admin_user):
        client.force_login(user)
        assert client.get(url(clsm)).status_code == 404
    assert client.get(reverse("space_home", args=[0])).status_code == 404


def test_a_deactivated_account_coordinates_nothing(clsm):
    user = make_coordinator(clsm, is_active=False)
    assert not coordinates(user, clsm)
