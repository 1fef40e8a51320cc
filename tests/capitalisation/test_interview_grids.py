"""The versions of the interview grid."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.capitalisation.interviews.grids import copy_grid, make_current
from caps_sheets.capitalisation.models import Interview, InterviewGrid, InterviewPart, InterviewQuestion
from caps_sheets.sections import SECTIONS
from portal.base.errors import RefusedError
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import make_grid, make_interview

pytestmark = pytest.mark.django_db


def test_the_shipped_grid_covers_every_part_and_feeds_the_sections(capsys):
    call_command("load_interview_grid")
    questions = InterviewQuestion.objects.all()
    assert {question.part for question in questions} == set(InterviewPart.values)
    required = {section.key for section in SECTIONS if section.is_required}
    assert required <= {question.section for question in questions}
    assert all(question.prompt_list for question in questions)
    call_command("load_interview_grid")
    assert InterviewGrid.objects.count() == 1
    assert "déjà en place" in capsys.readouterr().out


def test_what_the_centre_wrote_is_never_reloaded():
    call_command("load_interview_grid")
    question = InterviewQuestion.objects.first()
    question.label = "Écrite par le Centre"
    question.save()
    call_command("load_interview_grid")
    question.refresh_from_db()
    assert question.label == "Écrite par le Centre"


def test_a_copy_holds_the_same_questions_and_waits():
    grid = make_grid()
    copy = copy_grid(grid, by=make_member(MODERATION))
    assert copy.version == 2 and not copy.is_current
    labels = [list(each.questions.values_list("part", "label", "prompts", "section")) for each in (grid, copy)]
    assert labels[0] == labels[1] != []


def test_the_next_interview_follows_the_version_in_use_and_the_earlier_one_keeps_its_own(client):
    member = make_member(MODERATION)
    first = make_grid()
    old = make_interview()
    second = copy_grid(first, by=member)
    make_current(second, by=member)
    assert list(InterviewGrid.objects.filter(is_current=True)) == [second]
    client.force_login(member)
    case_file = make_case_file()
    client.post(
        reverse("interview_plan", args=[case_file.pk]),
        {"met_on": "2026-05-04", "minutes": "90", "channel": "visio", "interviewee_role": "Infirmière de CMP"},
    )
    assert Interview.objects.get(case_file=case_file).grid == second
    old.refresh_from_db()
    assert old.grid == first


def test_an_empty_version_is_not_put_in_use():
    grid = InterviewGrid.objects.create(version=1)
    with pytest.raises(RefusedError, match="aucune question"):
        make_current(grid, by=make_member(MODERATION))


def test_without_a_grid_the_form_says_so_and_keeps_what_was_typed(client):
    client.force_login(make_member(MODERATION))
    url = reverse("interview_plan", args=[make_case_file().pk])
    page = client.post(
        url, {"met_on": "2026-05-04", "minutes": "90", "channel": "visio", "interviewee_role": "Infirmière de CMP"}
    )
    assert "Aucune grille d’entretien" in page.content.decode()
    assert "Infirmière de CMP" in page.content.decode()


def forged_label(client, grid: InterviewGrid, label: str) -> None:
    """Post the edit form of ``grid`` with another label, as its own page would."""
    question = grid.questions.first()
    data = {
        "comment": "",
        "questions-TOTAL_FORMS": 1,
        "questions-INITIAL_FORMS": 1,
        "questions-MIN_NUM_FORMS": 0,
        "questions-MAX_NUM_FORMS": 1000,
        "questions-0-id": question.pk,
        "questions-0-part": question.part,
        "questions-0-section": question.section,
        "questions-0-label": label,
        "questions-0-prompts": "",
        "questions-0-ORDER": 1,
        "questions-0-DELETE": "",
    }
    client.post(reverse("interview_grids:edit", args=[grid.pk]), data)


@pytest.mark.parametrize("role", [ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION])
def test_who_changes_the_grids(client, role):
    grid = make_grid(version=1, is_current=False)
    client.force_login(make_member(role))
    is_centre = role in (ADMINISTRATION, MODERATION)
    forged_label(client, grid, "Forgée")
    assert grid.questions.filter(label="Forgée").exists() is is_centre
    client.post(reverse("interview_grid_copy", args=[grid.pk]))
    assert InterviewGrid.objects.filter(version=2).exists() is is_centre
    client.post(reverse("interview_grid_use", args=[grid.pk]))
    assert InterviewGrid.objects.filter(pk=grid.pk, is_current=True).exists() is is_centre
    for name in ("index", "inspect"):
        args = [grid.pk] if name == "inspect" else []
        assert (client.get(reverse(f"interview_grids:{name}", args=args)).status_code == 200) is is_centre


def test_a_version_that_was_used_is_frozen(client):
    interview = make_interview()
    client.force_login(make_member(ADMINISTRATION))
    forged_label(client, interview.grid, "Forgée")
    assert not interview.grid.questions.filter(label="Forgée").exists()
    client.post(reverse("interview_grids:delete", args=[interview.grid_id]))
    assert InterviewGrid.objects.filter(pk=interview.grid_id).exists()
    page = client.get(reverse("interview_grids:edit", args=[interview.grid_id]), follow=True).content.decode()
    assert "elle ne change plus" in page


def test_the_edit_form_of_an_unused_version_shows_its_questions(client):
    grid = make_grid()
    client.force_login(make_member(MODERATION))
    html = client.get(reverse("interview_grids:edit", args=[grid.pk])).content.decode()
    form = querydict_from_html(html, form_id="w-editor-form")
    assert form["questions-0-label"].strip() == "Quelle est votre fonction ?"


def test_no_get_changes_a_grid(client):
    grid = make_grid()
    client.force_login(make_member(ADMINISTRATION))
    for name in ("interview_grid_copy", "interview_grid_use"):
        assert client.get(reverse(name, args=[grid.pk])).status_code == 405
