"""Planning, consent, closing: what each screen does, and to whom it opens."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.models import Consent, FileKind, Interview, Stage
from caps_sheets.capitalisation.models.interview import has_valid_consent, interviews_closed, transcripts_reviewed
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, COORDINATION, EDITING, MODERATION
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import ALL_SCOPES, answer, make_consent, make_file, make_grid, make_interview
from tests.refusals import NO_RIGHT, NOT_FOUND, SIGN_IN, assert_refused

pytestmark = pytest.mark.django_db

PLAN = {
    "met_on": "2026-05-04", "met_at": "09:30", "minutes": "90", "channel": "visio",
    "interviewee_role": "Infirmière de CMP", "notes": "",
}  # fmt: skip
CONSENT = {"text_version": "2026-1", "given_on": "2026-03-03"} | dict.fromkeys(ALL_SCOPES, "on")


@pytest.fixture
def member(client):
    member = make_member(MODERATION)
    client.force_login(member)
    return member


def test_an_interview_is_planned_with_functions_only(client, member):
    make_grid()
    case_file = make_case_file(stage=Stage.COLLECTION)
    url = reverse("interview_plan", args=[case_file.pk])
    for name in ("Mme Exemple", "infirmiere@cmp.example", "06 00 00 00 00"):
        page = client.post(url, PLAN | {"interviewee_role": name}).content.decode()
        assert "sans nom ni coordonnées" in page and name in page
    assert not Interview.objects.exists()
    client.post(url, PLAN)
    interview = Interview.objects.get()
    assert (interview.met_on, interview.interviewee_role) == (date(2026, 5, 4), "Infirmière de CMP")


def test_it_is_changed_while_open(client, member):
    interview = make_interview()
    url = reverse("interview_edit", args=[interview.pk])
    client.post(url, PLAN)
    interview.refresh_from_db()
    assert interview.met_on == date(2026, 5, 4)
    Interview.objects.update(closed_at=timezone.now())
    page = client.post(url, PLAN | {"interviewee_role": "Élue"}).content.decode()
    assert "Cet entretien est clos" in page
    assert Interview.objects.get().interviewee_role == "Infirmière de CMP"


def test_the_consent_says_what_was_accepted(client, member):
    interview = make_interview(consent=False)
    form = {name: value for name, value in CONSENT.items() if name != "allows_recording"}
    client.post(reverse("interview_consent", args=[interview.pk]), form)
    consent = Consent.objects.get(interview=interview)
    assert (consent.allows_verbatims, consent.allows_recording, consent.recorded_by) == (True, False, member)
    page = client.get(reverse("interview", args=[interview.pk])).content.decode()
    assert "2026-1" in page and "refusé" in page
    assert ModelLogEntry.objects.filter(action="capitalisation.consent_recorded", user=member).exists()


def test_a_consent_is_not_given_tomorrow(client, member):
    interview = make_interview(consent=False)
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.post(reverse("interview_consent", args=[interview.pk]), CONSENT | {"given_on": tomorrow})
    assert "à venir" in page.content.decode()
    assert not Consent.objects.exists()


def test_a_withdrawal_stops_everything_and_is_told(client, member):
    owner = make_member(COACHING)
    interview = make_interview(make_case_file(stage=Stage.COLLECTION, owner=owner))
    url = reverse("interview_withdraw", args=[interview.pk])
    assert "la fiche est en ligne" not in client.get(url).content.decode()
    client.post(url, {"withdrawn_on": "2026-04-01"})
    assert Consent.objects.get().withdrawn_on is None, "the box that says what follows is required"
    client.post(url, {"withdrawn_on": "2026-02-01", "is_sure": "on"})
    assert Consent.objects.get().withdrawn_on is None, "before it was given"
    client.post(url, {"withdrawn_on": "2026-04-01", "is_sure": "on"})
    assert Consent.objects.get().withdrawn_on == date(2026, 4, 1)
    assert not has_valid_consent(interview.case_file)
    assert Notice.objects.filter(recipient=owner, event="consent_withdrawn").count() == 1
    assert not Notice.objects.filter(recipient=member).exists()


def test_only_an_agreement_given_since_then_counts_again(client, member):
    interview = make_interview()
    Consent.objects.update(withdrawn_on=date(2026, 4, 1))
    url = reverse("interview_consent", args=[interview.pk])
    seen = {"seen": client.get(url).context["form"]["seen"].value()}
    page = client.post(url, CONSENT | seen).content.decode()
    assert "date antérieure" in page
    assert not has_valid_consent(interview.case_file)
    client.post(url, CONSENT | seen | {"given_on": "2026-04-10"})
    assert has_valid_consent(interview.case_file)
    assert Consent.objects.count() == 1


def test_closing_and_reopening(client, member):
    interview = make_interview(consent=False)
    close, reopen = (reverse(f"interview_{name}", args=[interview.pk]) for name in ("close", "reopen"))
    assert client.get(close).status_code == 405
    client.post(close)
    assert not interviews_closed(interview.case_file), "no consent yet"
    make_consent(interview)
    client.post(close)
    assert interviews_closed(interview.case_file)
    client.post(reopen)
    assert not interviews_closed(interview.case_file)


def test_an_interview_to_come_is_not_closed(client, member):
    interview = make_interview(met_on=timezone.localdate() + timedelta(days=3))
    client.post(reverse("interview_close", args=[interview.pk]))
    assert not interviews_closed(interview.case_file)


def test_it_is_not_reopened_once_the_writing_has_begun(client, member):
    interview = make_interview(make_case_file(stage=Stage.WRITING), closed_at=timezone.now())
    page = client.post(reverse("interview_reopen", args=[interview.pk]), follow=True).content.decode()
    assert "La rédaction a commencé" in page
    assert interviews_closed(interview.case_file)


def test_only_an_interview_that_left_nothing_is_erased(client, member):
    empty = make_interview(consent=False)
    kept = make_interview()
    for interview in (empty, kept):
        client.get(reverse("interview_delete", args=[interview.pk]))
        assert Interview.objects.filter(pk=interview.pk).exists(), "a GET erases nothing"
        client.post(reverse("interview_delete", args=[interview.pk]))
    assert list(Interview.objects.all()) == [kept]


def test_the_conditions_look_at_every_interview():
    case_file = make_case_file(stage=Stage.COLLECTION)
    assert not any(check(case_file) for check in (has_valid_consent, interviews_closed, transcripts_reviewed))
    done = make_interview(case_file, closed_at=timezone.now())
    assert all(check(case_file) for check in (has_valid_consent, interviews_closed, transcripts_reviewed))
    make_file(done, FileKind.AUDIO)
    assert not transcripts_reviewed(case_file), "a recording asks for a transcript"
    transcript = make_file(done, FileKind.TRANSCRIPT)
    assert not transcripts_reviewed(case_file)
    transcript.reviewed_at = timezone.now()
    transcript.save()
    assert transcripts_reviewed(case_file)
    make_interview(case_file, consent=False)
    assert not has_valid_consent(case_file) and not interviews_closed(case_file)


def test_the_text_to_sign_names_the_action_and_no_person(client, member):
    interview = make_interview()
    page = client.get(reverse("interview_consent_text", args=[interview.pk])).content.decode()
    assert str(interview.case_file) in page and "mission d’intérêt public" in page


def urls_of(interview: Interview) -> list[str]:
    names = ("", "_edit", "_delete", "_consent", "_consent_text", "_withdraw", "_answers", "_analysis", "_add_file")
    file = make_file(interview, FileKind.TRANSCRIPT)
    files = [reverse(f"interview_file{name}", args=[file.uuid]) for name in ("", "_date", "_delete", "_accesses")]
    return [*(reverse(f"interview{name}", args=[interview.pk]) for name in names), *files]


#: Places in ``urls_of`` of the screens that change nothing.
READ_ONLY = (0, 4, 9, 12)
SEES_ALL, CHANGES_ALL = (ADMINISTRATION, MODERATION, EDITING), (ADMINISTRATION, MODERATION)


@pytest.mark.parametrize("role", [ADMINISTRATION, MODERATION, EDITING, COACHING, COORDINATION])
@pytest.mark.parametrize("is_owner", [True, False])
def test_who_opens_the_screens(client, role, is_owner):
    member = make_member(role)
    interview = make_interview(make_case_file(stage=Stage.COLLECTION, owner=member if is_owner else None))
    answer(interview)
    urls = urls_of(interview)
    client.force_login(member)
    sees = role in SEES_ALL or (role == COACHING and is_owner)
    changes = role in CHANGES_ALL or (role in (COACHING, EDITING) and is_owner)
    for place, url in enumerate(urls):
        response = client.get(url)
        opens = response.status_code == 200
        if response.streaming:
            assert b"".join(response.streaming_content)
        assert opens is (changes or (sees and place in READ_ONLY)), url


@pytest.mark.parametrize("role", [EDITING, COACHING, COORDINATION, None])
def test_forged_posts_change_nothing(client, role):
    interview = make_interview()
    file = make_file(interview, FileKind.TRANSCRIPT)
    if role:
        client.force_login(make_member(role))
    posts = {
        "interview_plan": ([interview.case_file_id], PLAN),
        "interview_draft": ([interview.case_file_id], {}),
        "interview_edit": ([interview.pk], PLAN),
        "interview_delete": ([interview.pk], {}),
        "interview_close": ([interview.pk], {}),
        "interview_reopen": ([interview.pk], {}),
        "interview_consent": ([interview.pk], CONSENT | {"given_on": "2026-03-01"}),
        "interview_withdraw": ([interview.pk], {"withdrawn_on": "2026-04-01", "is_sure": "on"}),
        "interview_answers": ([interview.pk], {}),
        "interview_analysis": ([interview.pk], {}),
        "interview_add_file": ([interview.pk], {"kind": FileKind.TRANSCRIPT}),
        "interview_file_date": ([file.uuid], {"delete_on": "2026-12-31"}),
        "interview_file_review": ([file.uuid], {}),
        "interview_file_delete": ([file.uuid], {"reason": "Forgé"}),
    }
    why = {None: SIGN_IN, COACHING: NOT_FOUND, COORDINATION: NOT_FOUND}.get(role, NO_RIGHT)
    logged = ModelLogEntry.objects.count()
    for name, (args, data) in posts.items():
        assert_refused(client.post(reverse(name, args=args), data), why)
    interview.refresh_from_db()
    file.refresh_from_db()
    assert (interview.met_on, interview.closed_at) == (date(2026, 3, 3), None)
    assert interview.consent.given_on == date(2026, 3, 3) and interview.consent.withdrawn_on is None
    assert (file.delete_on, file.reviewed_at, file.deleted_on) == (None, None, None)
    assert Interview.objects.count() == 1
    assert ModelLogEntry.objects.count() == logged
