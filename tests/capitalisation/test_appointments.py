"""The appointment of an interview: proposed, told to its participants, and written for their calendars."""

import json
import os
import shutil
import subprocess
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from caps_sheets.capitalisation.interviews.appointments import calendar_file, when
from caps_sheets.capitalisation.interviews.slots import proposed_slots
from caps_sheets.capitalisation.models import CaseFile, CensusAnswer, Interview, Stage
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, MODERATION
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import make_grid, make_interview
from tests.factories.network import make_clsm, make_coordinator
from tests.refusals import NOT_FOUND, SIGN_IN, assert_refused, summary

pytestmark = pytest.mark.django_db

BROWSER = Path(__file__).parents[1] / "e2e"
SOON = timezone.localdate() + timedelta(days=10)
PLAN = {
    "met_on": f"{SOON:%Y-%m-%d}",
    "met_at": "09:30",
    "minutes": "90",
    "channel": "visio",
    "place": "Mairie, salle 2 ; 1er étage",
    "video_url": "https://visio.example/salle?a=1,2",
    "interviewee_role": "Coordinatrice du CLSM",
    "preparation": "Le bilan 2025\nL’affiche",
    "notes": "secret-des-notes",
}


@pytest.fixture
def case_file(client) -> CaseFile:
    make_grid()
    owner = make_member(COACHING, first_name="Maxime", last_name="Exemple")
    client.force_login(owner)
    answer = make_answer(title="Balades, rive", clsm=make_clsm(title="CLSM de la Rive"))
    return make_case_file(stage=Stage.COLLECTION, owner=owner, answer=answer)


def plan(client, case_file: CaseFile, commit, **changes: str) -> Interview:
    with commit(execute=True):
        response = client.post(reverse("interview_plan", args=[case_file.pk]), PLAN | changes)
    assert response.status_code == 302, response.content.decode()
    return Interview.objects.latest("pk")


def attached(message) -> str:
    [part] = message.attachments
    assert (part.get_content_type(), part.get_filename()) == ("text/calendar", "rendez-vous.ics")
    return part.get_payload(decode=True).decode()


def by_calendar_program(text: str, folder: Path) -> dict:
    """What ical.js, which calendar programs use, keeps of the file."""
    node = shutil.which("node")
    if not node or not (BROWSER / "node_modules" / "ical.js").exists():
        message = "node ou ical.js est absent (make test)."
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    file = folder / "rendez-vous.ics"
    file.write_bytes(text.encode())
    run = subprocess.run([node, BROWSER / "read_calendar.mjs", file], capture_output=True, check=True, timeout=60)
    return json.loads(run.stdout)


def test_each_participant_is_told_once_with_all_they_need(client, case_file, django_capture_on_commit_callbacks):
    coordinators = [make_coordinator(case_file.answer.clsm) for _ in range(2)]
    leader = make_member(MODERATION, first_name="Dominique", last_name="Exemple")
    interview = plan(client, case_file, django_capture_on_commit_callbacks, interviewer=str(leader.pk))
    people = {*coordinators, leader}
    notices = Notice.objects.filter(event="interview_planned")
    assert {notice.recipient for notice in notices} == people and len(notices) == len(people) == len(mail.outbox)
    said = mail.outbox[0].body
    for words in (when(interview), "1 heure 30", "salle 2", PLAN["video_url"], "Le bilan 2025", "deux autres moments"):
        assert words in said, words
    for words in ("secret-des-notes", "dossiers/", "Étape"):
        assert words not in said + attached(mail.outbox[0])
    assert {notice.url for notice in notices if notice.recipient in coordinators} == {
        reverse("space_home", args=[case_file.answer.clsm_id])
    }


def test_the_address_of_the_clsm_is_told_while_the_post_is_vacant(
    client, case_file, django_capture_on_commit_callbacks
):
    clsm = case_file.answer.clsm
    clsm.generic_email = "clsm.rive@ville.example"
    clsm.save()
    plan(client, case_file, django_capture_on_commit_callbacks)
    assert [message.to for message in mail.outbox] == [["clsm.rive@ville.example"]]
    assert attached(mail.outbox[0]).startswith("BEGIN:VCALENDAR")
    letter = Notice.objects.get(event="interview_planned")
    assert (letter.message, letter.calendar) == ("", ""), "forgotten once sent"


def test_moved_then_cancelled_it_is_the_same_appointment(
    client, case_file, django_capture_on_commit_callbacks, tmp_path
):
    make_coordinator(case_file.answer.clsm)
    interview = plan(client, case_file, django_capture_on_commit_callbacks)
    edit, delete = (reverse(f"interview_{name}", args=[interview.pk]) for name in ("edit", "delete"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, PLAN | {"notes": "Autre note", "interviewee_role": "Élue"})
    assert len(mail.outbox) == 1, "nothing of the appointment changed"
    with django_capture_on_commit_callbacks(execute=True):
        client.post(edit, PLAN | {"met_at": "14:00", "minutes": "60"})
        client.post(delete)
    texts = [attached(message) for message in mail.outbox]
    facts = [by_calendar_program(text, tmp_path) for text in texts]
    assert [fact["method"] for fact in facts] == ["PUBLISH", "PUBLISH", "CANCEL"]
    assert [fact["status"] for fact in facts] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert len({fact["uid"] for fact in facts}) == 1
    assert [fact["sequence"] for fact in facts] == [0, 1, 2]
    moved = timezone.make_aware(datetime.combine(SOON, time(14))).astimezone(UTC)
    assert facts[1]["starts"] == f"{moved:%Y-%m-%dT%H:%M:%S}.000Z" and facts[1]["minutes"] == 60
    assert {fact["zone"] for fact in facts} == {"Europe/Paris"}
    assert facts[0]["summary"] == "Entretien\xa0: Balades, rive"
    assert facts[0]["location"] == PLAN["place"]
    assert "Le bilan 2025\nL’affiche" in facts[0]["description"]
    assert [message.subject.partition("] ")[2].partition("\xa0")[0] for message in mail.outbox] == [
        "Entretien prévu", "Entretien déplacé", "Entretien annulé",
    ]  # fmt: skip
    assert not Interview.objects.exists()


def test_a_part_of_the_mail_names_the_method(client, case_file, django_capture_on_commit_callbacks):
    make_coordinator(case_file.answer.clsm)
    interview = plan(client, case_file, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("interview_delete", args=[interview.pk]))
    methods = [message.attachments[0].get_param("method") for message in mail.outbox]
    assert methods == ["PUBLISH", "CANCEL"]
    assert b'method="CANCEL"' in mail.outbox[1].message().as_bytes()


def test_an_interview_already_held_is_told_to_nobody(client, case_file, django_capture_on_commit_callbacks):
    make_coordinator(case_file.answer.clsm)
    interview = plan(client, case_file, django_capture_on_commit_callbacks, met_on="2026-03-03", met_at="")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("interview_edit", args=[interview.pk]), PLAN | {"met_on": "2026-03-02", "met_at": ""})
    assert not mail.outbox and not Notice.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("met_at", "", "Indiquez l’heure"),
        ("minutes", "5", "supérieure ou égale à 15"),
        ("video_url", "http://visio.example/", "https://"),
        ("video_url", "javascript:alert(1)", "https://"),
        ("met_on", "31/02/2027", "date valide"),
        ("met_on", "9999-12-31", "Vérifiez l’année"),
        ("met_on", "0001-01-01", "Vérifiez l’année"),
    ],
)
def test_what_is_refused_is_said_beside_its_field(client, case_file, field, value, why):
    response = client.post(reverse("interview_plan", args=[case_file.pk]), PLAN | {field: value})
    assert why in response.context["form"].errors[field][0] and summary(response)
    assert "secret-des-notes" in response.content.decode()
    assert not Interview.objects.exists()


def test_the_time_is_that_of_paris_at_the_end_of_a_month(month_end, case_file):
    interview = make_interview(case_file, met_on=date(2027, 2, 1), met_at=time(0, 15), consent=False)
    assert not interview.is_to_come or interview.starts_at < timezone.now() < interview.ends_at
    [event] = Calendar.from_ical(calendar_file(interview)).walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2027, 1, 31, 23, 15, tzinfo=UTC)
    assert when(interview) == "lundi 1er février 2027, de 0 h 15 à 1 h 45 (heure de Paris)"


def test_without_an_hour_it_is_a_whole_day(case_file):
    interview = make_interview(case_file, met_on=date(2027, 2, 3), consent=False)
    text = calendar_file(interview)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("dtstart") == date(2027, 2, 3) and "VTIMEZONE" not in text
    assert when(interview).endswith("heure à fixer")


LONG = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)


@given(place=LONG, preparation=st.lists(LONG, max_size=3).map("\n".join))
def test_any_words_come_back_and_no_line_is_too_long(place, preparation):
    interview = Interview(pk=7, met_on=date(2027, 3, 28), met_at=time(1, 30), place=place, preparation=preparation)
    interview.case_file = CaseFile(answer=CensusAnswer(title="Action"))
    text = calendar_file(interview)
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert not any("\n" in line for line in lines)
    [event] = Calendar.from_ical(text).walk("VEVENT")
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=90)


class TestDownload:
    def test_by_those_concerned_only(self, client, case_file):
        elsewhere = make_clsm()
        coordinator, stranger = make_coordinator(case_file.answer.clsm), make_coordinator(elsewhere)
        interview = make_interview(case_file, met_on=SOON, met_at=time(9), consent=False)
        office = reverse("interview_calendar", args=[interview.pk])
        space = reverse("space_appointment", args=[case_file.answer.clsm_id, interview.pk])
        answer = client.get(office)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8" and "no-store" in answer["Cache-Control"]
        assert "UID:entretien-" in answer.content.decode()
        client.force_login(coordinator)
        assert "BEGIN:VEVENT" in client.get(space).content.decode()
        home = client.get(reverse("space_home", args=[case_file.answer.clsm_id])).content.decode()
        assert space in home and "Entretiens prévus" in home and when(interview) in home
        client.force_login(stranger)
        assert_refused(client.get(space), NOT_FOUND)
        other = reverse("space_appointment", args=[elsewhere.pk, interview.pk])
        assert_refused(client.get(other), NOT_FOUND)
        client.force_login(make_member(COACHING))
        assert_refused(client.get(office), NOT_FOUND)
        client.logout()
        assert_refused(client.get(space), SIGN_IN)

    def test_no_longer_once_it_is_over(self, client, case_file):
        interview = make_interview(case_file, consent=False)
        client.force_login(make_coordinator(case_file.answer.clsm))
        assert_refused(client.get(reverse("space_appointment", args=[case_file.answer.clsm_id, interview.pk])), 404)


class TestSlots:
    MONDAY = date(2026, 11, 30)

    @pytest.mark.parametrize(
        ("availability", "days", "hours"),
        [
            ("Le mardi matin.", {1}, {9}),
            ("mardis et JEUDIS après-midi", {1, 3}, {14}),
            ("le matin, sauf le mercredi", {0, 1, 3, 4}, {9}),
            ("Pas le lundi. Plutôt le soir", {1, 2, 3, 4}, {17}),
            ("à voir ensemble", {0, 1, 2, 3, 4}, {9, 14}),
            ("", {0, 1, 2, 3, 4}, {9, 14}),
        ],
    )
    def test_words_of_the_census_are_understood(self, availability, days, hours):
        slots = [timezone.localtime(slot) for slot in proposed_slots(availability, [], self.MONDAY)]
        assert slots and {slot.weekday() for slot in slots} <= days and {slot.hour for slot in slots} == hours
        assert slots == sorted(slots) and all(slot.date() >= date(2026, 12, 3) for slot in slots)

    def test_a_moment_already_taken_is_not_proposed(self):
        [first, *others] = proposed_slots("le mardi matin", [], self.MONDAY)
        taken = [(first - timedelta(minutes=30), first + timedelta(minutes=10))]
        assert proposed_slots("le mardi matin", taken, self.MONDAY) == others

    def test_a_chosen_moment_fills_the_form_in(self, client, case_file):
        CensusAnswer.objects.update(availability="Le mardi matin <b>")
        page = client.get(reverse("interview_plan", args=[case_file.pk]) + "?le=2027-02-02T09:30").content.decode()
        assert "Le mardi matin &lt;b&gt;" in page
        assert 'value="09:30"' in page and "02/02/2027" in page
        assert client.get(reverse("interview_plan", args=[case_file.pk]) + "?le=hier").status_code == 200
