"""Who may open each screen and send each form of the space and of the Centre's coordination screens.

Every cell is tried by GET and by a forged POST; « changed » compares every row that such a request could touch.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.serializers import serialize
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from network.coordination.assignments import sync_groups
from network.coordination.claims import Claimant, receive
from network.coordination.invitations import Invitee, declare, invite
from network.models import ClaimRequest, ClsmRecord, CoordinatorAssignment, Handover, Invitation
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION, setup_roles
from portal.users.models import User
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.site import make_site

DAY = timedelta(days=1)
MINE, EX, FUTURE, ELSEWHERE, DISABLED, NOBODY = "mine", "ex", "future", "elsewhere", "disabled", "anonymous"
CENTRE = {ADMINISTRATION, MODERATION}
PEOPLE = [MINE, EX, FUTURE, ELSEWHERE, DISABLED, NOBODY, ADMINISTRATION, MODERATION, EDITING, COACHING]
TODAY = timezone.localdate()

#: name of the URL, what it is about, what a forged form sends.
SPACE_FORMS = {
    "space_confirm": {},
    "space_mark_read": {},
    "space_handover": {"last_day": (TODAY + 9 * DAY).isoformat()},
    "space_handover_cancel": {},
}
SPACE_PAGES = ("space_home", "space_handover")
CENTRE_PAGES = {
    "index": "",
    "index_results": "",
    "detail": "clsm",
    "invite": "clsm",
    "end": "post",
    "accept_claim": "claim",
    "refuse_claim": "claim",
}
CENTRE_FORMS = {
    "invite": ("clsm", {"account_email": "forge@ville.example", "start": TODAY.isoformat()}),
    "end": ("post", {"last_day": TODAY.isoformat()}),
    "resend": ("invitation", {}),
    "revoke": ("invitation", {}),
    "accept_claim": ("claim", {"send_to": "demande"}),
    "refuse_claim": ("claim", {"reason": "Forgé."}),
}


class World:
    def __init__(self) -> None:
        make_site()
        setup_roles()
        self.clsm, other = make_clsm(), make_clsm()
        today = timezone.localdate()
        claimant = Claimant("Dominique", "Exemple", "dominique@ville.example", "Coordination", today)
        self.claim = receive(self.clsm, claimant, sender="203.0.113.1")
        self.people: dict[str, User] = {
            MINE: make_coordinator(self.clsm),
            EX: make_coordinator(),
            FUTURE: make_coordinator(),
            ELSEWHERE: make_coordinator(other),
            DISABLED: make_coordinator(self.clsm, is_active=False),
        }
        posts = CoordinatorAssignment.objects
        posts.create(clsm=self.clsm, user=self.people[EX], start=today - 90 * DAY, end=today - DAY)
        posts.create(clsm=self.clsm, user=self.people[FUTURE], start=today + DAY)
        for name in (MINE, ELSEWHERE):
            sync_groups(self.people[name])
        for role in (ADMINISTRATION, MODERATION, EDITING, COACHING):
            self.people[role] = User.objects.create_user(f"{role.lower()}@centre.example")
            self.people[role].groups.add(Group.objects.get(name=role))
        self.post = posts.get(user=self.people[MINE])
        self.invitation = invite(self.clsm, Invitee("lien@ville.example", today), by=None)
        Notice.objects.create(recipient=self.people[MINE], subject="Avis", message="…")

    def enter(self, client, who: str) -> None:
        if who != NOBODY:
            client.force_login(self.people[who])

    def centre_url(self, name: str, about: str) -> str:
        return reverse(f"network_coordination:{name}", args=[getattr(self, about).pk] if about else [])


def rows() -> list[str]:
    models = (CoordinatorAssignment, Invitation, ClaimRequest, Handover, Notice, ClsmRecord)
    return [serialize("json", model.objects.order_by("pk")) for model in models]


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world, db) -> World:
    return shared_world


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", SPACE_PAGES)
def test_pages_of_the_space(client, world, name, who):
    world.enter(client, who)
    address = reverse(name, args=[world.clsm.pk])
    response = client.get(address)
    if who in (NOBODY, DISABLED):
        assert response.headers["Location"].startswith("/comptes/login/")
    else:
        assert response.status_code == (200 if who == MINE else 404)
    assert who != MINE or "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", SPACE_FORMS)
def test_forged_forms_of_the_space(client, world, name, who):
    if name == "space_handover_cancel":
        declare(world.post, last_day=timezone.localdate() + DAY, successor=None, by=world.people[MINE])
    before = rows()
    world.enter(client, who)
    response = client.post(reverse(name, args=[world.clsm.pk]), SPACE_FORMS[name])
    assert (rows() != before) is (who == MINE)
    assert response.status_code == (302 if who in (MINE, NOBODY, DISABLED) else 404)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", CENTRE_PAGES)
def test_screens_of_the_centre(client, world, name, who):
    world.enter(client, who)
    response = client.get(world.centre_url(name, CENTRE_PAGES[name]))
    assert (response.status_code == 200) is (who in CENTRE)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", CENTRE_FORMS)
def test_forged_forms_of_the_centre(client, world, name, who):
    about, form = CENTRE_FORMS[name]
    before = rows()
    world.enter(client, who)
    client.post(world.centre_url(name, about), form)
    assert (rows() != before) is (who in CENTRE)


@pytest.mark.parametrize("name", ["resend", "revoke"])
def test_a_get_decides_nothing(client, world, name):
    client.force_login(world.people[ADMINISTRATION])
    before = rows()
    assert client.get(world.centre_url(name, "invitation")).status_code == 405
    for screen, about in CENTRE_PAGES.items():
        client.get(world.centre_url(screen, about))
    assert rows() == before


@pytest.mark.parametrize("who", [MINE, EX, ELSEWHERE, NOBODY])
def test_messages_of_somebody_else_are_not_marked(client, world, who):
    foreign = Notice.objects.create(recipient=world.people[ADMINISTRATION], subject="Autre", message="…")
    world.enter(client, who)
    client.post(reverse("space_mark_read", args=[world.clsm.pk]), {"notice": foreign.pk})
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_what_the_centre_sees_does_not_cost_more_with_rows(client, world, django_assert_max_num_queries):
    client.force_login(world.people[MODERATION])
    today = timezone.localdate()
    for n in range(25):
        clsm = make_clsm(generic_email=f"clsm{n}@ville.example")
        claimant = Claimant("Dominique", "Exemple", f"d{n}@ville.example", "Coordination", today)
        receive(clsm, claimant, sender=f"203.0.113.{n}")
        CoordinatorAssignment.objects.create(clsm=world.clsm, user=make_coordinator(), start=today)
        invite(world.clsm, Invitee(f"lien{n}@ville.example", today), by=world.people[MODERATION])
    for name, about in (("index", ""), ("detail", "clsm")):
        address = world.centre_url(name, about)
        client.get(address)
        with django_assert_max_num_queries(19):
            assert client.get(address).status_code == 200


@pytest.mark.parametrize(("state", "shown"), [("demande", "kept"), ("invitation", "kept"), ("sans", "alone")])
def test_the_list_is_filtered_by_what_waits(client, world, state, shown):
    titles = {"alone": make_clsm(title="CLSM isolé").title, "kept": world.clsm.title}
    client.force_login(world.people[ADMINISTRATION])
    text = client.get(world.centre_url("index_results", ""), {"state": state}).content.decode()
    assert {name for name, title in titles.items() if f"{title}\n" in text or f"{title}<" in text} == {shown}
