"""Admin views around one service: who may open them, and what becomes of a refusal."""

import pytest
from django.urls import reverse

from portal.site_setup.roles import ADMINISTRATION, COACHING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import make_interview
from tests.factories.network import make_clsm
from tests.refusals import NO_RIGHT, NOT_FOUND, assert_refused

pytestmark = pytest.mark.django_db
UNKNOWN = 999_999


def test_without_the_right_nobody_learns_which_objects_exist(client):
    client.force_login(make_member(COACHING))
    for pk in (make_clsm().pk, UNKNOWN):
        assert_refused(client.get(reverse("network_coordination:detail", args=[pk])), NO_RIGHT)


def test_with_the_right_an_unknown_object_is_a_404(client):
    client.force_login(make_member(MODERATION))
    assert_refused(client.get(reverse("network_coordination:detail", args=[UNKNOWN])), NOT_FOUND)


def test_who_may_not_see_the_object_gets_a_404(client):
    interview = make_interview()
    client.force_login(make_member(COACHING))
    assert_refused(client.get(reverse("interview", args=[interview.pk])), NOT_FOUND)
    assert_refused(client.post(reverse("interview_close", args=[interview.pk])), NOT_FOUND)


def test_an_action_is_a_post(client):
    client.force_login(make_member(ADMINISTRATION))
    assert_refused(client.get(reverse("interview_close", args=[make_interview().pk])), 405)


def test_a_refused_action_says_why(client):
    interview = make_interview()
    client.force_login(make_member(ADMINISTRATION))
    for said in ("L’entretien est clos.", "Décision déjà prise"):
        response = client.post(reverse("interview_close", args=[interview.pk]))
        assert_refused(response, said, to=reverse("interview", args=[interview.pk]))


def test_a_refused_form_comes_back_as_it_was_typed(client):
    """Without a grid in use, no interview is planned."""
    client.force_login(make_member(ADMINISTRATION))
    typed = {"met_on": "2026-05-04", "minutes": "90", "channel": "visio", "interviewee_role": "Infirmière de CMP"}
    page = client.post(reverse("interview_plan", args=[make_case_file().pk]), typed).content.decode()
    assert "Aucune grille d’entretien" in page
    assert "Infirmière de CMP" in page
