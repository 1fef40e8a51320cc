"""Who enters the space of a CLSM, and where « Mon CLSM » leads."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusState
from network.models import CoordinatorAssignment
from network.permissions import coordinates, my_clsms
from network.space_sections import filled_sections, waiting_tasks
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION, setup_roles
from tests.factories.capitalisation import make_answer
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


def landed(client, user, **query: str) -> str:
    """Where a login by password ends."""
    client.logout()
    user.set_password("phrase-de-passe-longue")
    user.save()
    form = {"login": user.email, "password": "phrase-de-passe-longue", **query}
    return client.post(reverse("account_login"), form, follow=True).redirect_chain[-1][0]


def test_login_leads_each_role_to_its_place_of_work(client, clsm):
    setup_roles()
    assert landed(client, make_coordinator(clsm)) == url(clsm)
    for role in (ADMINISTRATION, MODERATION, EDITING, COACHING):
        member = make_coordinator()
        member.groups.add(Group.objects.get(name=role))
        assert landed(client, member) == "/admin/", role
    both = make_coordinator()
    for each in (clsm, make_clsm()):
        CoordinatorAssignment.objects.create(clsm=each, user=both, start=timezone.localdate())
    assert landed(client, both) == "/mon-clsm/"
    assert landed(client, make_coordinator()) == "/compte/"


def test_login_leads_to_the_second_factor_that_a_role_asks_for(client, clsm, settings):
    settings.MFA_REQUIRED_GROUPS = [MODERATION]
    setup_roles()
    member = make_coordinator()
    member.groups.add(Group.objects.get(name=MODERATION))
    assert landed(client, member) == reverse("mfa_index")


@pytest.mark.parametrize("unsafe", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)", "/\\x"])
def test_login_never_leads_out_of_the_portal(client, clsm, unsafe):
    for query in ({"next": unsafe},):
        assert landed(client, make_coordinator(clsm), **query) == url(clsm)
    assert landed(client, make_coordinator(clsm), next="/compte/avis/") == "/compte/avis/"


def test_several_clsms_are_offered(client, clsm):
    user, second, foreign = make_coordinator(clsm), make_clsm(), make_clsm()
    CoordinatorAssignment.objects.create(clsm=second, user=user, start=timezone.localdate())
    client.force_login(user)
    for address in ("/mon-clsm/", url(clsm)):
        text = client.get(address).content.decode()
        assert url(clsm) in text and url(second) in text and url(foreign) not in text


def test_no_clsm_is_a_clear_page(client, clsm):
    client.force_login(make_coordinator())
    response = client.get("/mon-clsm/", follow=True)
    assert response.redirect_chain == [("/compte/", 302)]
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


@pytest.fixture
def busy(client, home):
    """A person with three CLSMs: in the first, two actions to complete; the second is fresh and waits for nothing."""
    first, second, third = (make_clsm(title=f"CLSM de {name}") for name in ("Aville", "Bville", "Cville"))
    user = make_coordinator(first, first_name="Alix", last_name="Exemple")
    for clsm in (second, third):
        CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=timezone.localdate())
    for clsm in (first, second, third):
        clsm.record.verified_on, clsm.is_vacant = timezone.localdate(), False
        clsm.record.save()
        clsm.save()
    for state in (CensusState.INCOMPLETE, CensusState.DRAFT):
        make_answer(clsm=first, state=state)
    Notice.objects.create(recipient=user, subject="Un avis", message="…")
    client.force_login(user)
    return user, first, second, third


def bar_of(client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).content, "html.parser").select_one("nav.person-bar")


def test_several_clsms_show_what_waits_in_each(client, busy):
    _, first, second, _ = busy
    soup = BeautifulSoup(client.get("/mon-clsm/").content, "html.parser")
    items = {
        item.h2.get_text(strip=True): item.get_text(" ", strip=True) for item in soup.select(".space-choices > li")
    }
    assert "Mes actions\xa0: 2 à faire" in items[first.title] and "Rien n’attend ici" in items[second.title]


def test_the_counts_are_those_of_the_lists_they_open(client, busy):
    user, *clsms = busy
    clsms[2].is_vacant = True
    clsms[2].save()
    clsms[1].record.verified_on = None
    clsms[1].record.save()
    mine = my_clsms(client.get("/mon-clsm/").wsgi_request)
    counted = waiting_tasks(mine, user)
    for clsm in mine:
        todos = [len(one.todos) for one in filled_sections(clsm, user) if one.section.key != "messages"]
        assert sum(counted.get(clsm.pk, {}).values()) == sum(todos), clsm
    assert sum(counted[0].values()) == 1


def test_the_bar_says_who_is_there_and_what_waits(client, busy):
    _, first, second, _ = busy
    for address in ("/compte/", "/compte/avis/", url(first), "/comptes/2fa/"):
        bar = bar_of(client, address)
        text = bar.get_text(" ", strip=True)
        assert "Alix Exemple" in text and "(3 en attente)" in text and "Mon compte" in text, address
        assert {url(first), url(second)} < {link["href"] for link in bar.select("a")}
        assert bar.form["action"] == reverse("account_logout") and bar.form["method"] == "post"
    client.logout()
    assert bar_of(client, "/comptes/login/") is None and bar_of(client, "/") is None


def test_what_waits_costs_the_same_for_many_clsms(client, busy, django_assert_num_queries):
    user = busy[0]
    client.get("/mon-clsm/")  # the groups follow the posts
    with CaptureQueriesContext(connection) as few:
        client.get("/mon-clsm/")
    once = len(few)
    for _ in range(20):
        clsm = make_clsm()
        CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=timezone.localdate())
        make_answer(clsm=clsm, state=CensusState.DRAFT)
    client.get("/mon-clsm/")
    with django_assert_num_queries(once):
        client.get("/mon-clsm/")
    assert once <= 20
