"""Every page type through every step of its workflow, from its own form as a browser opens and sends it."""

import json
from collections.abc import Callable

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Page, get_page_models

from caps_sheets.capitalisation.models import ProofreadingTask
from caps_sheets.models import CapsSheetPage, GridReviewTask, OverrideKind
from caps_sheets.podcasts.models import EpisodePage, ShowPage
from caps_sheets.review.services import override
from network.models import ClsmPage
from portal.base.checks import is_ours
from portal.base.models import NewsIndexPage, NewsPage
from portal.moderation.models import Notice
from portal.site_setup.roles import setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.network import make_clsm
from tests.factories.podcasts import build_episode, make_show
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet
from tests.moderation.page_forms import editor, opened

pytestmark = pytest.mark.django_db

PAGE_TYPES = [one for one in get_page_models() if is_ours(apps.get_app_config(one._meta.app_label))]


def _news() -> Page:
    """As code writes one: no revision, and the date of the day by default."""
    return NewsIndexPage.objects.get().add_child(instance=NewsPage(title="Une actualité", slug="une-actu", live=False))


def _episode() -> Page:
    return make_show().add_child(instance=build_episode(live=False, themes=[]))


#: Those that the first day of a portal does not have.
MAKERS: dict[type[Page], Callable[[], Page]] = {
    CapsSheetPage: lambda: make_sheet(live=False),
    ClsmPage: lambda: make_clsm(live=False),
    EpisodePage: _episode,
    NewsPage: _news,
    ShowPage: make_show,
}


@pytest.fixture
def people(home) -> dict[str, User]:
    """An author who writes, a second person who writes too, a reviewer who only decides."""
    make_show()
    setup_roles()
    setup_workflows()
    people = {}
    for name, roles in {"autrice": (), "collegue": (), "relectrice": ("Modération",)}.items():
        people[name] = User.objects.create_user(f"{name}@portail.example", first_name=name, is_superuser=not roles)
        people[name].groups.set(Group.objects.filter(name__in=roles))
    return people


#: One of each workflow in every run, and the others in ``make test-slow``.
IN_EVERY_RUN = {CapsSheetPage, ClsmPage, EpisodePage, NewsPage}
EACH_TYPE = [
    pytest.param(one, id=one.__name__, marks=[] if one in IN_EVERY_RUN else [pytest.mark.slow]) for one in PAGE_TYPES
]


@pytest.fixture(params=EACH_TYPE)
def page(request, people) -> Page:
    make = MAKERS.get(request.param)
    return make() if make else request.param.objects.first()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def send(user: User, page: Page, *buttons: str, **typed: str) -> str:
    """Open the form, type in it, press a button; gives what the next page says."""
    client = signed_in(user)
    return sent(client, page, opened(client, page), *buttons, **typed)


def sent(client: Client, page: Page, form: dict, *buttons: str, **typed: str) -> str:
    response = client.post(editor(page), form | typed | dict.fromkeys(buttons, "true"), follow=True)
    assert response.status_code == 200
    errors = response.context["form"].errors if response.context and "form" in response.context else {}
    said = " ".join(str(message) for message in response.context["messages"])
    return f"{said} {dict(errors) if errors else ''}"


def decide(user: User, page: Page, action: str, reason: str = "") -> str:
    extra = {"workflow-action-name": action}
    if reason:
        extra["workflow-action-extra-data"] = json.dumps({"comment": reason})
    return send(user, page, "action-workflow-action", **extra)


def pass_steps(page: Page, reviewer: User) -> None:
    """Take every step of the workflow, each with one decision from the form."""
    while (task := fresh(page).current_workflow_task) is not None:
        before = fresh(page).current_workflow_task_state.pk
        if isinstance(task, ProofreadingTask):  # its people answer outside the admin, see its own tests
            override(fresh(page), OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
        else:
            if isinstance(task, GridReviewTask):
                fill_grid(page, by=reviewer)
            said = decide(reviewer, page, "approve")
        state = fresh(page).current_workflow_task_state
        assert state is None or state.pk != before, said
    assert "approuvée et publiée" in said


def fresh(page: Page) -> Page:
    return type(page).objects.get(pk=page.pk)


def notices(event: str, page: Page) -> list[str]:
    return list(Notice.objects.filter(event=event, page=page.pk).values_list("recipient__first_name", flat=True))


def test_every_type_has_its_page(home):
    make_show()
    missing = [one for one in PAGE_TYPES if one not in MAKERS and not one.objects.exists()]
    assert not missing, "give them a maker"


def test_submitted_then_approved_with_one_click_at_each_step(page, people):
    assert page.get_workflow() is not None
    send(people["autrice"], page, "action-submit", search_description="Une phrase proposée")
    revisions = list(page.revisions.values_list("pk", flat=True))
    steps = page.get_workflow().tasks.count()
    pass_steps(page, people["relectrice"])
    page = fresh(page)
    assert page.live and page.search_description == "Une phrase proposée"
    assert page.live_revision_id == page.latest_revision_id == max(revisions)
    assert list(page.revisions.values_list("pk", flat=True)) == revisions, "approving writes nothing"
    assert not page.has_unpublished_changes
    assert notices("review_approved", page) == ["autrice"]
    asked = steps - isinstance(page, CapsSheetPage)  # the CLSM is asked in its own words
    assert notices("review_requested", page).count("relectrice") == asked


def test_returned_corrected_and_approved(page, people):
    send(people["autrice"], page, "action-submit", search_description="Une phrase proposée")
    if isinstance(page, CapsSheetPage):
        override(fresh(page), OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
    said = decide(people["relectrice"], page, "reject", "Précisez la phrase.")
    assert "renvoyée à ses auteurs" in said
    assert notices("review_returned", page) == ["autrice"]
    send(people["autrice"], page, "action-submit", search_description="Une phrase précise")
    pass_steps(page, people["relectrice"])
    assert (fresh(page).live, fresh(page).search_description) == (True, "Une phrase précise")
    assert notices("review_returned", page) == ["autrice"]
    assert notices("review_approved", page) == ["autrice"]


def test_a_change_in_between_is_read_before_it_is_approved(page, people):
    """The reviewer's form is open when somebody else saves: nobody approves, nor undoes, what they did not see."""
    send(people["autrice"], page, "action-submit", search_description="Une phrase proposée")
    if isinstance(page, CapsSheetPage):
        override(fresh(page), OverrideKind.AGREEMENT, by=None, reason="Pour l’essai.")
        fill_grid(page, by=people["relectrice"])
    reviewer = signed_in(people["relectrice"])
    form = opened(reviewer, page) | {"workflow-action-name": "approve"}
    was_live = fresh(page).live
    assert "c’est lui qui est relu" in send(people["collegue"], page, search_description="Une autre phrase")
    said = sent(reviewer, page, form, "action-workflow-action")
    assert "collegue a changé ce texte depuis que vous l’avez ouvert" in said
    assert fresh(page).live == was_live
    if was_live:  # the row of a page that is not online is its draft
        assert fresh(page).search_description != "Une autre phrase"
    pass_steps(page, people["relectrice"])
    assert (fresh(page).live, fresh(page).search_description) == (True, "Une autre phrase")
    assert fresh(page).get_latest_revision().user == people["collegue"]


@pytest.mark.parametrize("page", [ClsmPage, pytest.param(CapsSheetPage, marks=pytest.mark.slow)], indirect=True)
def test_a_page_that_says_nothing_new_is_not_submitted(page, people):
    send(people["autrice"], page, "action-submit")
    assert fresh(page).workflow_in_progress, "never published: there is everything to read"
    pass_steps(page, people["relectrice"])
    before = notices("review_requested", page)
    said = send(people["autrice"], page, "action-submit")
    assert "Rien n’a changé depuis la version en ligne" in said
    assert not fresh(page).workflow_in_progress
    assert notices("review_requested", page) == before
    send(people["autrice"], page, "action-submit", search_description="Une phrase proposée")
    assert fresh(page).workflow_in_progress


def test_a_profile_put_online_without_a_version_is_compared_too(people):
    profile = make_clsm()
    assert profile.live and not profile.live_revision_id
    assert "Rien n’a changé" in send(people["autrice"], profile, "action-submit")
    send(people["autrice"], profile, "action-submit", search_description="Une phrase proposée")
    assert fresh(profile).workflow_in_progress


def test_opening_and_saving_a_page_says_nothing_new(page, people):
    send(people["autrice"], page, "action-submit", search_description="Une phrase proposée")
    page = fresh(page)
    page.current_workflow_state.cancel(user=people["autrice"])
    before = page.revisions.count()
    said = send(people["collegue"], page)
    assert page.revisions.count() == before
    assert ("Le public lit toujours la version publiée." if page.live else "Il n’est pas publié.") in said
