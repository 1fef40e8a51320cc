"""The long form of the answers: nothing typed is lost, nothing is overwritten in silence."""

import json

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from caps_sheets.capitalisation.models import Consent, Interview, InterviewNote
from portal.base.time_marks import parse_time_mark, show_time_mark
from portal.site_setup.roles import COACHING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import answer, make_interview
from tests.refusals import summary

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def held(module_db) -> Interview:
    return make_interview()


@pytest.fixture
def interview(held) -> Interview:
    return Interview.objects.get(pk=held.pk)


@pytest.fixture
def member(client):
    member = make_member(MODERATION)
    client.force_login(member)
    return member


def opened(client, interview: Interview) -> dict[str, str]:
    """The form as the page gives it."""
    html = client.get(reverse("interview_answers", args=[interview.pk])).content.decode()
    return dict(querydict_from_html(html, form_index=form_place(html)).items())


def form_place(html: str) -> int:
    """Where the long form stands among those of the page (the back office has its own)."""
    return html[: html.index("data-interview")].count("<form") - 1


def key(interview: Interview, number: int, rank: int = 0) -> str:
    return f"q{list(interview.grid.questions.all())[number].pk}-{rank}"


def save(client, interview: Interview, form: dict[str, str]):
    return client.post(reverse("interview_answers", args=[interview.pk]), form)


def autosave(client, interview: Interview, form: dict[str, str]):
    url = reverse("interview_answers", args=[interview.pk])
    return client.post(url, form, headers={"accept": "application/json"})


def test_answers_follow_ups_marks_and_verbatims_are_kept(client, member, interview):
    form = opened(client, interview)
    row, follow_up = key(interview, 0), key(interview, 0, 1)
    form |= {
        f"{row}-notes": "Je coordonne.\r\nDepuis 2021.",
        f"{row}-time_mark": "75:05",
        f"{row}-verbatim": "On courait.",
        f"{row}-speaker_role": "Coordinatrice",
        f"{follow_up}-follow_up": "Et avant ?",
        f"{follow_up}-notes": "Rien.",
    }
    assert save(client, interview, form).status_code == 302
    first, second = InterviewNote.objects.order_by("rank")
    assert (first.notes, first.time_mark, first.verbatim) == ("Je coordonne.\nDepuis 2021.", 4505, "On courait.")
    assert (second.rank, second.follow_up, second.notes) == (1, "Et avant ?", "Rien.")
    again = opened(client, interview)
    assert again[f"{row}-time_mark"] == "1:15:05"
    assert f"{key(interview, 0, 2)}-notes" in again


def test_an_emptied_answer_goes(client, member, interview):
    answer(interview)
    form = opened(client, interview) | {f"{key(interview, 0)}-notes": ""}
    save(client, interview, form)
    assert not InterviewNote.objects.exists()


def test_a_wrong_mark_is_said_and_the_rest_is_saved(client, member, interview):
    row = key(interview, 0)
    form = opened(client, interview) | {f"{row}-notes": "Gardé.", f"{row}-time_mark": "douze"}
    response = save(client, interview, form)
    page = response.content.decode()
    assert "Tout est enregistré, sauf" in summary(response)
    assert "Écrivez le repère en minutes et secondes" in summary(response)
    assert f'href="#{row}-time_mark"' in page
    assert 'value="douze"' in page
    assert InterviewNote.objects.get().notes == "Gardé."
    corrected = dict(querydict_from_html(page, form_index=form_place(page)).items()) | {f"{row}-time_mark": "12:30"}
    assert save(client, interview, corrected).status_code == 302
    assert InterviewNote.objects.get().time_mark == 750


def test_too_long_a_function_is_refused_beside_its_field(client, member, interview):
    row = key(interview, 0)
    form = opened(client, interview) | {f"{row}-notes": "Gardé.", f"{row}-speaker_role": "x" * 121}
    assert "120 caractères au plus" in summary(save(client, interview, form))
    assert InterviewNote.objects.get().speaker_role == ""


def test_two_tabs_on_different_questions_both_count(client, member, interview):
    one, two = opened(client, interview), opened(client, interview)
    save(client, interview, one | {f"{key(interview, 0)}-notes": "Premier onglet."})
    save(client, interview, two | {f"{key(interview, 1)}-notes": "Second onglet."})
    assert set(InterviewNote.objects.values_list("notes", flat=True)) == {"Premier onglet.", "Second onglet."}


def test_two_tabs_on_the_same_question_meet_a_clear_message(client, member, interview):
    row = key(interview, 0)
    one, two = opened(client, interview), opened(client, interview)
    save(client, interview, one | {f"{row}-notes": "Texte de la collègue."})
    response = save(client, interview, two | {f"{row}-notes": "Mon texte."})
    page = response.content.decode()
    assert InterviewNote.objects.get().notes == "Texte de la collègue."
    assert "enregistrées entretemps" in summary(response)
    assert "Texte de la collègue." in page and "Mon texte." in page
    assert "data-closed" in page, "nothing is saved by itself until the person has chosen"
    merged = dict(querydict_from_html(page, form_index=form_place(page)).items())
    assert merged[f"{row}-notes"] == "Mon texte."
    assert save(client, interview, merged | {f"{row}-notes": "Les deux."}).status_code == 302
    assert InterviewNote.objects.get().notes == "Les deux."


def test_autosave_says_what_it_saved_and_lets_the_page_go_on(client, member, interview):
    row = key(interview, 0)
    form = opened(client, interview) | {f"{row}-notes": "Un début"}
    answered = autosave(client, interview, form)
    assert answered.status_code == 200
    form |= {f"{prefix}-base": base for prefix, base in answered.json()["bases"].items()}
    form[f"{row}-notes"] = "Un début et une fin"
    assert autosave(client, interview, form).json()["conflicts"] == []
    assert InterviewNote.objects.get().notes == "Un début et une fin"


def test_autosave_never_overwrites_another_tab(client, member, interview):
    row = key(interview, 0)
    one, two = opened(client, interview), opened(client, interview)
    autosave(client, interview, one | {f"{row}-notes": "Texte de la collègue."})
    for text in ("Mon texte.", "Mon texte, suite."):
        assert autosave(client, interview, two | {f"{row}-notes": text}).json()["conflicts"] == [row]
    assert InterviewNote.objects.get().notes == "Texte de la collègue."


def test_autosave_reports_mistakes(client, member, interview):
    row = key(interview, 0)
    answered = autosave(client, interview, opened(client, interview) | {f"{row}-time_mark": "1h"}).json()
    assert "minutes et secondes" in answered["errors"][row]["time_mark"]


def test_nothing_is_written_without_consent_nor_once_closed(client, member):
    row_text = {"notes": "Interdit."}
    without = make_interview(consent=False)
    withdrawn = make_interview()
    Consent.objects.filter(interview=withdrawn).update(withdrawn_on="2026-04-01")
    closed = make_interview(closed_at="2026-03-04T10:00:00Z")
    for interview in (without, withdrawn, closed):
        row = key(interview, 0)
        form = {f"{row}-base": "forgée", f"{row}-notes": row_text["notes"]}
        page = save(client, interview, form)
        assert "Interdit." in page.content.decode(), "what was typed stays on the page"
        refused = autosave(client, interview, form)
        assert refused.status_code == 409 and json.loads(refused.content)["refused"]
    assert not InterviewNote.objects.exists()


def test_a_post_that_misses_fields_empties_nothing(client, member, interview):
    answer(interview, notes="Gardé.", verbatim="Gardé aussi.")
    row = key(interview, 0)
    base = opened(client, interview)[f"{row}-base"]
    save(client, interview, {f"{row}-base": base, f"{row}-verbatim": "Changé."})
    note = InterviewNote.objects.get()
    assert (note.notes, note.verbatim) == ("Gardé.", "Changé.")


def test_questions_of_another_grid_are_ignored(client, member, interview):
    save(client, interview, {"q999999-0-base": "x", "q999999-0-notes": "Forgé.", "q1-99-base": "x"})
    assert not InterviewNote.objects.exists()


def test_an_accompagnatrice_writes_in_her_files_only(client):
    coach = make_member(COACHING)
    mine = make_interview(make_case_file(owner=coach))
    other = make_interview()
    client.force_login(coach)
    for interview in (mine, other):
        row = key(interview, 0)
        save(client, interview, {f"{row}-base": "", f"{row}-notes": "Sans base."})
    # An unknown base meets an empty answer: it is a conflict, said and not saved.
    assert not InterviewNote.objects.exists()
    save(client, mine, opened(client, mine) | {f"{key(mine, 0)}-notes": "Écrit."})
    assert InterviewNote.objects.get().interview == mine


def test_the_form_costs_the_same_with_more_answers(client, member, interview, django_assert_max_num_queries):
    url = reverse("interview_answers", args=[interview.pk])
    for number in range(3):
        answer(interview, number)
    with django_assert_max_num_queries(25):
        client.get(url)


@pytest.mark.parametrize(("text", "seconds"), [("", None), ("0:05", 5), ("12:30", 750), ("1:02:03", 3723)])
def test_time_marks(text, seconds):
    assert parse_time_mark(text) == seconds
    assert parse_time_mark(show_time_mark(seconds)) == seconds


@pytest.mark.parametrize("text", ["12", "12:60", "1:61:00", "-1:00", "a:b", "１２:３０", "12:30:40:50"])
def test_wrong_time_marks(text):
    with pytest.raises(ValueError, match="minutes et secondes"):
        parse_time_mark(text)
