"""The list of people: every line counted again by hand, filters, rights, export."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from random import Random

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from network.coordination.assignments import dormant_posts, last_seen
from network.models import ClsmPage, CoordinatorAssignment, RegionalModerator
from network.models.records import ClsmRecord
from network.territories.models import Region
from portal.base.dates import months_before
from portal.indicators.people import DORMANT, NEVER, NO_ROLE, VACANT, PeopleScope, people, read
from portal.users.models import User
from portal.users.queries import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.indicators.world import REGIONS, TODAY, make_random_world
from tests.refusals import NO_RIGHT, assert_refused

pytestmark = pytest.mark.django_db


def lines(**asked):
    return [(line.name, line.place) for line in read(people(PeopleScope(timezone.localdate(), **asked)))]


def test_each_post_each_role_and_each_vacancy_has_its_line(on_the_day):
    members = make_random_world(Random(4), 5)
    for user in User.objects.filter(assignments__isnull=False)[:3]:
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    held = [post for post in CoordinatorAssignment.objects.all() if post.user.is_active and not _is_over(post)]
    vacant = [clsm.title for clsm in ClsmPage.objects.live() if clsm.pk not in {post.clsm_id for post in held}]
    posts = [(str(post.user), post.clsm.title) for post in held]
    team = [(str(user), role) for role, user in members.items()]
    busy = {post.user_id for post in held} | {user.pk for user in members.values()}
    idle = [(str(user), NO_ROLE) for user in _idle(busy)]
    assert sorted(lines()) == sorted([*posts, *team, *idle, *(("", title) for title in vacant)])
    assert sorted(lines(state=VACANT)) == sorted(("", title) for title in vacant)
    never = [(str(post.user), post.clsm.title) for post in held if post.user.last_login is None]
    unseen = [one for user, one in zip(_idle(busy), idle, strict=True) if user.last_login is None]
    assert sorted(lines(state=NEVER)) == sorted([*never, *team, *unseen])
    for region in REGIONS:
        inside = {clsm.title for clsm in ClsmPage.objects.filter(departments__region__slug=region)}
        wanted = [each for each in [*posts, *(("", title) for title in vacant)] if each[1] in inside]
        assert sorted(lines(region=region)) == sorted(wanted)
    assert sorted(lines(role=COORDINATION)) == sorted([*posts, *(("", title) for title in vacant)])
    assert lines(role=MODERATION) == [(str(members[MODERATION]), MODERATION)]
    assert lines(role=MODERATION, state=VACANT) == []


def _idle(busy):
    return User.objects.filter(is_active=True).exclude(pk__in=busy).order_by("pk")


def _is_over(post):
    return post.end is not None and post.end < TODAY


@pytest.fixture
def on_the_day():
    with time_machine.travel(datetime(2026, 3, 20, 11, tzinfo=UTC)):
        yield


def test_a_moderator_is_listed_in_the_regions_in_their_charge():
    make_clsm()
    one = make_member(MODERATION, last_name="Une")
    make_member(MODERATION, last_name="Autre")
    RegionalModerator.objects.create(user=one).regions.add(Region.objects.get(slug=REGIONS[0]))
    assert lines(region=REGIONS[0], role=MODERATION) == [(str(one), MODERATION)]


def test_dormant_posts_are_those_that_the_nightly_command_warns(month_end):
    """It is 1 February 2027 in Paris: eleven months before is 1 March 2026, from its first minute."""
    today = timezone.localdate()
    limit = months_before(today, 11)
    midnight = timezone.make_aware(datetime(limit.year, limit.month, limit.day))
    for login in (None, midnight, midnight - timedelta(minutes=1), midnight - timedelta(days=40)):
        make_coordinator(make_clsm(), last_login=login)
    CoordinatorAssignment.objects.update(entered_on=date(2021, 1, 1))
    make_coordinator(make_clsm())  # entered today: nothing to say yet
    posts = CoordinatorAssignment.objects.all()
    by_hand = {post.pk for post in posts if last_seen(post) < limit}
    assert len(by_hand) == 3
    assert set(dormant_posts(today).values_list("pk", flat=True)) == by_hand
    assert len(lines(state=DORMANT)) == 3


class TestScreen:
    @pytest.fixture
    def world(self):
        clsm = make_clsm(title="CLSM d’Exemple-Ville")
        ClsmRecord.objects.filter(pk=clsm.pk).update(verified_on=date(2020, 5, 1))
        make_clsm(title="CLSM sans personne")
        return make_coordinator(clsm, first_name="=Camille", last_name="Exemple", last_login=timezone.now())

    def test_it_says_who_when_and_how_fresh(self, client, world):
        client.force_login(make_member(MODERATION))
        page = client.get(reverse("people_list"))
        text = page.content.decode()
        assert "CLSM d’Exemple-Ville" in text and "Non confirmé (confirmé le 1er mai 2020)" in text
        assert "Poste vacant" in text and reverse("wagtailusers_users:edit", args=[world.pk]) not in text
        for _, number, url in page.context["states"]:
            assert client.get(url).context["page_obj"].paginator.count == number
        client.force_login(make_member(ADMINISTRATION))
        assert (
            reverse("wagtailusers_users:edit", args=[world.pk]) in client.get(reverse("people_list")).content.decode()
        )

    def test_the_export_holds_the_same_lines_and_no_formula(self, client, world):
        client.force_login(make_member(MODERATION))
        asked = {"role": COORDINATION, "export": "csv"}
        rows = client.get(reverse("people_list"), asked).getvalue().decode("utf-8-sig").splitlines()
        assert rows[0] == "Nom;CLSM ou rôle;Dernière connexion;Profil confirmé le;Fraîcheur du profil;Depuis le"
        assert rows[1].startswith("'=Camille Exemple;CLSM d’Exemple-Ville;") and ";2020-05-01;non confirmé;" in rows[1]
        assert rows[2].startswith("Poste vacant;CLSM sans personne;") and len(rows) == 3
        response = client.get(reverse("people_list"), asked | {"export": "xlsx"})
        assert response["Cache-Control"] == "private, no-store" or "no-cache" in response["Cache-Control"]
        path = b"".join(response.streaming_content)
        assert load_workbook(BytesIO(path))["Résultats"].max_row == 3

    def test_only_the_centre_opens_it(self, client, world):
        for role in (EDITING, COACHING, COORDINATION):
            client.force_login(make_member(role))
            for asked in ({}, {"export": "csv"}):
                assert_refused(client.get(reverse("people_list"), asked), NO_RIGHT)
            assert reverse("people_list") not in client.get(reverse("indicators"), follow=True).content.decode()

    def test_a_forged_filter_lists_nobody(self, client, world):
        client.force_login(make_member(MODERATION))
        page = client.get(reverse("people_list"), {"etat": "tous'--", "export": "csv"})
        assert page.status_code == 200 and "people" not in page.context
        assert "tous&#x27;--" in page.content.decode()

    def test_it_costs_the_same_with_more_people(self, client, world, django_assert_max_num_queries):
        client.force_login(make_member(ADMINISTRATION))
        client.get(reverse("people_list"))
        spent = []
        for _ in range(2):
            with django_assert_max_num_queries(20) as counted:
                client.get(reverse("people_list"))
            spent.append(len(counted))
            for _ in range(30):
                make_coordinator()
        assert spent[0] == spent[1]
