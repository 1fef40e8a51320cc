"""The home of the back office: tasks computed from the state, each number the length of the list that it opens."""

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.models import CensusState, Stage
from network.models import ClaimRequest
from portal.moderation.models import ErrorReport
from portal.moderation.notifications import tell
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING, MODERATION, setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import make_interview
from tests.factories.messages import make_message
from tests.factories.network import make_clsm
from tests.factories.sheets import make_sheet, make_sheets_index
from tests.refusals import NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db

ROLES = (ADMINISTRATION, MODERATION, EDITING, COACHING)
#: Eleven of them are Wagtail’s: session, rights, menu.
MOST_QUERIES = 20


@pytest.fixture(autouse=True)
def roles(home) -> None:
    make_sheets_index()
    setup_roles()
    setup_workflows()


def fill_every_list(user: User, times: int = 1) -> None:
    """``times`` tasks of each kind for ``user``; those of one role are not shown to another."""
    today = timezone.localdate()
    author = make_member(EDITING)
    clsm = make_clsm()
    for number in range(times):
        make_message(name=f"Personne {number}")
        make_message(clsm, name="Au CLSM")
        ErrorReport.objects.create(page=clsm, message="Le numéro est faux.")
        ErrorReport.objects.create(page=clsm, message="Déjà vu.", state=ErrorReport.State.HANDLED)
        who = {"first_name": "Exemple", "last_name": "Fictif", "job_title": "Coordination"}
        ClaimRequest.objects.create(clsm=clsm, email=f"{number}-{user.pk}@clsm.example", start=today, **who)
        make_answer(state=CensusState.SUBMITTED)
        late = make_case_file(Stage.COLLECTION, owner=user, due_on=today - timedelta(days=3))
        make_case_file(Stage.FRAMING, due_on=today + timedelta(days=7))
        make_interview(late, met_on=today + timedelta(days=2), interviewer=user)
        profile = make_clsm(title=f"CLSM à relire {number}")
        profile.save_revision(user=author)
        profile.get_workflow().start(profile, author)
        draft = make_sheet(live=False, title=f"Mon brouillon {number}", owner=user)
        draft.save_revision(user=user)


def home_of(client: Client, user: User) -> BeautifulSoup:
    client.force_login(user)
    return BeautifulSoup(client.get(reverse("wagtailadmin_home")).content, "html.parser")


def shown(screen: BeautifulSoup) -> dict[str, tuple[int, str]]:
    """Heading of each list with tasks → its number and its URL."""
    found = {}
    for section in screen.select(".work-list"):
        link, number = section.select_one("h3 a"), section.select_one(".work-list__count")
        assert isinstance(link, Tag) and isinstance(number, Tag)
        count = int(number.extract().text)
        found[link.get_text(strip=True)] = (count, str(link["href"]))
    return found


def length_of(client: Client, url: str) -> int:
    response = client.get(url)
    assert response.status_code == 200, url
    context = response.context
    if "page_obj" in context and context["page_obj"] is not None:
        return context["page_obj"].paginator.count
    if "rounds" in context:
        return len(context["rounds"])
    return context["paginator"].count if "paginator" in context else context["result_count"]


@pytest.mark.parametrize("role", ROLES)
def test_each_number_is_the_length_of_the_list_it_opens(client, role):
    user = make_member(role)
    fill_every_list(user, times=2)
    lists = shown(home_of(client, user))
    assert {"Mes dossiers", "Entretiens à venir", "Mes brouillons"} <= set(lists)
    for heading, (count, url) in lists.items():
        assert count == length_of(client, url), heading


def test_each_role_has_its_tasks(client):
    centre = {
        "À relire",
        "Messages à répondre",
        "Erreurs signalées",
        "Demandes de rattachement",
        "Réponses au recensement à examiner",
        "Dossiers sans accompagnateur·rice",
        "Dossiers en retard",
    }
    expected = {
        MODERATION: centre,
        EDITING: {"Messages à répondre", "Réponses au recensement à examiner"},
        COACHING: set(),
    }
    for role, lists in expected.items():
        user = make_member(role)
        fill_every_list(user)
        assert set(shown(home_of(client, user))) & centre == lists, role


def test_notices_marked_as_read_remove_no_task(client):
    user = make_member(MODERATION)
    fill_every_list(user)
    report = ErrorReport.objects.filter(state=ErrorReport.State.NEW).latest("pk")
    tell("error_reported", [user], link=reverse("error_reports:index"), page=report.page, report=report)
    before = home_of(client, user)
    assert "Mes avis" in before.get_text()
    client.post(reverse("mark_notices_read"))
    after = home_of(client, user)
    assert "Mes avis" not in after.get_text()
    assert shown(after) == shown(before) != {}


def test_a_task_that_is_done_leaves_the_home(client):
    user = make_member(MODERATION)
    report = ErrorReport.objects.create(page=make_clsm(), message="Le numéro est faux.")
    assert "Erreurs signalées" in shown(home_of(client, user))
    report.state = ErrorReport.State.HANDLED
    report.save()
    assert "Erreurs signalées" not in shown(home_of(client, user))


@pytest.mark.parametrize("role", ROLES)
def test_the_home_costs_the_same_with_more_tasks(client, role):
    user = make_member(role)
    fill_every_list(user)
    home_of(client, user)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("wagtailadmin_home"))
    fill_every_list(user, times=7)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("wagtailadmin_home"))
    assert len(many) == len(few) <= MOST_QUERIES


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "en retard de 1 jour"), (-3, "en retard de 3 jours"), (0, "aujourd’hui"), (1, "demain"), (7, "dans 7 jours")],
)
def test_a_case_file_says_when_it_is_due(client, month_end, days, said):
    user = make_member(COACHING)
    make_case_file(Stage.COLLECTION, owner=user, due_on=timezone.localdate() + timedelta(days=days))
    [row] = home_of(client, user).select(".work-row")
    assert [part.text for part in row.select("span")] == ["Recueil", said]


def test_the_menu_says_how_many(client):
    user = make_member(MODERATION)
    fill_every_list(user, times=2)
    client.force_login(user)
    page = client.get(reverse("wagtailimages:index")).content.decode()
    for entry in ("Messages (2)", "Erreurs signal\\u00e9es (2)", "Capitalisation (2)"):
        assert entry in page
    client.force_login(make_member(COACHING))
    assert "Capitalisation (" not in client.get(reverse("wagtailimages:index")).content.decode()


def test_a_sheet_begins_from_the_home(client):
    for role, offered in ((ADMINISTRATION, True), (EDITING, True), (COACHING, True), (MODERATION, False)):
        screen = home_of(client, make_member(role))
        links = [str(link["href"]) for link in screen.select(".work-lists__write a")]
        assert bool(links) == offered, role
        assert [client.get(link).status_code for link in links] == [200] * len(links)


def test_nothing_to_do_is_said(client):
    assert "Rien ne vous attend aujourd’hui." in home_of(client, make_member(COACHING)).get_text()


def test_the_list_of_another_role_is_not_found(client):
    client.force_login(make_member(COACHING))
    assert_refused(client.get(reverse("work_list", args=["demandes"])), NOT_FOUND)
    assert_refused(client.get(reverse("work_list", args=["inconnue"])), NOT_FOUND)


def test_past_and_closed_interviews_do_not_wait(client):
    user = make_member(COACHING)
    case_file = make_case_file(Stage.COLLECTION, owner=user)
    make_interview(case_file, met_on=date(2020, 1, 1), interviewer=user)
    make_interview(case_file, met_on=timezone.localdate(), interviewer=user, closed_at=timezone.now())
    assert "Entretiens à venir" not in shown(home_of(client, user))
