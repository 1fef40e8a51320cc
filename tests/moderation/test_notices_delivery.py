"""The e-mails of the notices: once each, whatever the server does, at the rhythm the person chose."""

import smtplib
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.template import TemplateDoesNotExist
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from portal.moderation.models import Notice, Rhythm
from portal.moderation.notices import events
from portal.moderation.notices.delivery import claim, deliver
from portal.moderation.notices.digests import choose_rhythm, digest_day
from portal.moderation.notifications import tell, tell_once, write_to
from portal.users.models import User

pytestmark = pytest.mark.django_db

DEAD = f"{__name__}.DeadServer"
CHOOSY = f"{__name__}.ChoosyServer"


class DeadServer(EmailBackend):
    """A server that does not answer."""

    def open(self):
        raise smtplib.SMTPConnectError(421, "injoignable")


class ChoosyServer(EmailBackend):
    """A server that refuses one address for good."""

    def send_messages(self, messages):
        if "refusee@portail.example" in messages[0].to:
            raise smtplib.SMTPRecipientsRefused({"refusee@portail.example": (550, b"inconnue")})
        return super().send_messages(messages)


@pytest.fixture
def person() -> User:
    return User.objects.create_user("lou@portail.example", first_name="Lou")


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """Tell people of an event as a request does: the e-mails leave after the commit."""

    def tell_now(*recipients: User, **kw) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            tell("review_approved", recipients, **kw)

    return tell_now


def send_notices(now=None) -> None:
    call_command("send_notices", *([f"--now={now.isoformat()}"] if now else []))


def test_a_due_date_is_told_once_even_by_two_runs_that_saw_it_untold(person):
    untold = User.objects.filter(pk=person.pk, dormancy_warned_on=None)
    notices = partial(tell, "review_approved", [person], link="/mon-clsm/12/")
    told = [tell_once(untold, notices, dormancy_warned_on=date(2026, 3, 1)) for _ in range(2)]
    assert (told, Notice.objects.filter(recipient=person).count()) == ([True, False], 1)


def test_a_notice_that_cannot_be_written_leaves_its_due_date_untold(person):
    untold = User.objects.filter(pk=person.pk, dormancy_warned_on=None)
    with pytest.raises(TemplateDoesNotExist):
        tell_once(untold, partial(tell, "inconnu", [person]), dormancy_warned_on=date(2026, 3, 1))
    assert untold.exists()


def test_a_notice_is_saved_then_mailed_with_the_link_to_where_one_acts(told, person):
    told(person, person, None, link="/mon-clsm/12/")
    notice = Notice.objects.get(recipient=person)
    assert notice.emailed_at
    (message,) = mail.outbox
    assert message.to == [person.email]
    assert "Bonjour Lou," in message.body
    assert "http://testserver/mon-clsm/12/" in message.body
    assert "Modifications" not in message.subject


def test_with_a_worker_the_request_sends_nothing_itself(settings, told, person):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    told(person)
    assert mail.outbox == []
    waiting = DBTaskResult.objects.get()
    waiting.task.call(*waiting.args_kwargs["args"])  # what the worker does
    send_notices(timezone.now() + timedelta(hours=1))
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_nothing_is_mailed_before_the_decision_is_saved(person):
    tell("review_approved", [person])
    assert mail.outbox == []
    assert Notice.objects.filter(recipient=person, emailed_at=None).count() == 1


def test_a_deactivated_account_is_not_told(told, person):
    person.is_active = False
    told(person)
    assert not Notice.objects.exists()


def test_a_dead_server_delays_with_growing_patience_then_each_notice_leaves_once(settings, told, person):
    settings.EMAIL_BACKEND = DEAD
    told(person)
    now = timezone.now()
    delays = []
    for _ in range(30):
        notice = Notice.objects.get()
        delays.append(notice.due_at - now)
        now = notice.due_at
        send_notices(now)
    assert delays[1] < delays[2] < delays[3] <= delays[-1] <= timedelta(hours=1)
    assert Notice.objects.get().attempts == 31
    assert Notice.objects.get().last_error == "SMTPConnectError 421"

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_notices(now)
    assert mail.outbox == [], "not before its time"
    send_notices(now + timedelta(hours=1))
    send_notices(now + timedelta(hours=2))
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_refused_address_is_given_up_and_does_not_hold_the_others(settings, told, person):
    settings.EMAIL_BACKEND = CHOOSY
    refused = User.objects.create_user("refusee@portail.example")
    told(refused, person)
    assert [message.to for message in mail.outbox] == [[person.email]]
    for hours in range(1, 20):
        send_notices(timezone.now() + timedelta(hours=hours))
    notice = Notice.objects.get(recipient=refused)
    assert (notice.attempts, notice.due_at, notice.emailed_at) == (10, None, None)


def test_two_workers_never_hold_the_same_notice(person):
    tell("review_approved", [person])
    notice = Notice.objects.get()
    now = timezone.now()
    assert claim([notice.pk], now) == [notice]
    assert claim([notice.pk], now) == []
    assert deliver([notice.pk], now) == 0
    assert mail.outbox == []
    assert deliver([notice.pk], now + timedelta(minutes=11)) == 1, "a dead worker loses nothing"
    assert claim([notice.pk], now + timedelta(days=1)) == [], "sent is sent"


def test_a_letter_to_somebody_without_account_leaves_no_copy(settings, django_capture_on_commit_callbacks):
    settings.EMAIL_BACKEND = DEAD
    with django_capture_on_commit_callbacks(execute=True):
        write_to("relecture@clsm.example", "review_approved", link="/relecture/secret/")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_notices(timezone.now() + timedelta(hours=1))
    assert "http://testserver/relecture/secret/" in mail.outbox[0].body
    assert "compte/avis" not in mail.outbox[0].body
    notice = Notice.objects.get()
    assert (notice.message, notice.link) == ("", "")
    assert notice.emailed_at


def at(day: int, hour: int):
    """A moment of November 2026; the 22nd is a Sunday."""
    return timezone.make_aware(timezone.datetime(2026, 11, day, hour))


@pytest.mark.parametrize(
    ("rhythm", "moments"),
    [
        (Rhythm.DAILY, {(23, 6): 0, (23, 7): 1, (23, 20): 1, (24, 6): 1, (24, 8): 2}),
        (Rhythm.WEEKLY, {(22, 23): 0, (23, 8): 1, (24, 8): 1, (29, 8): 1, (30, 8): 2}),
        (Rhythm.NEVER, {(23, 8): 0, (30, 8): 0}),
        (Rhythm.EACH, {(22, 8): 1}),
    ],
)
def test_each_person_chooses_the_rhythm(person, rhythm, moments):
    choose_rhythm(person, rhythm, at(22, 7))
    Notice.objects.all().delete()
    for (day, hour), count in moments.items():
        tell("review_approved", [person])
        Notice.objects.filter(due_at__isnull=False, emailed_at=None).update(due_at=at(22, 7))
        send_notices(at(day, hour))
        send_notices(at(day, hour))
        assert len(mail.outbox) == count, (day, hour)


def test_a_digest_says_everything_unread_and_survives_a_dead_server(settings, person):
    choose_rhythm(person, Rhythm.DAILY, at(22, 7))
    for step in ("une", "deux", "trois"):
        tell("review_returned", [person], step=step, reviewer="Camille", reason=f"motif {step}")
    Notice.objects.update(due_at=at(22, 7))
    Notice.objects.filter(message__contains="trois").update(read_at=at(22, 8))
    settings.EMAIL_BACKEND = DEAD
    send_notices(at(23, 8))
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_notices(at(23, 9))
    send_notices(at(23, 10))
    (message,) = mail.outbox
    assert "2 avis" in message.subject
    assert "motif une" in message.body
    assert "motif deux" in message.body
    assert "motif trois" not in message.body


def test_a_digest_day_starts_in_the_morning():
    assert digest_day(at(23, 6)).day == 22
    assert digest_day(at(23, 7)).day == 23


def test_the_account_page_keeps_the_choice_and_what_waits_follows(client, person):
    url = reverse("notice_settings")
    assert client.get(url).status_code == 302
    client.force_login(person)
    tell("review_approved", [person], link="/mon-clsm/3/")
    page = client.get(url)
    assert "Approuvé" in page.content.decode()
    assert "/mon-clsm/3/" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert client.post(url, {"rhythm": "toujours"}).context["form"].errors
    assert client.post(url, {"rhythm": Rhythm.NEVER}).status_code == 302
    assert Notice.objects.get().due_at is None
    send_notices()
    assert mail.outbox == []
    client.post(reverse("read_notices"))
    assert Notice.objects.get().read_at


def test_nobody_reads_or_marks_the_notices_of_another(client, person):
    tell("review_approved", [person])
    client.force_login(User.objects.create_user("autre@portail.example"))
    assert "Approuvé" not in client.get(reverse("notice_settings")).content.decode()
    client.post(reverse("read_notices"))
    assert Notice.objects.get().read_at is None
    assert client.get(reverse("read_notices")).status_code == 405


def test_each_event_has_its_text_and_each_text_its_event():
    folder = Path(project.BASE_DIR) / "templates" / "email" / "notices"
    assert {path.stem for path in folder.glob("*.txt")} == {event.name for event in events()}
    assert all(event.label and event.audience for event in events())


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (smtplib.SMTPRecipientsRefused({"lou@portail.example": (550, b"5.1.1 <lou@portail.example> inconnue")}),
         "SMTPRecipientsRefused 550 5.1.1"),
        (smtplib.SMTPSenderRefused(553, b"5.7.1 refus de lou@portail.example", "lou@portail.example"),
         "SMTPSenderRefused 553 5.7.1"),
        (smtplib.SMTPDataError(554, "lou@portail.example"), "SMTPDataError 554"),
        (ConnectionRefusedError(111, "lou@portail.example"), "ConnectionRefusedError Connection refused"),
        (ValueError('Invalid address "lou@portail.example"'), "ValueError"),
    ],
)  # fmt: skip
def test_a_refusal_keeps_no_address(person, told, monkeypatch, caplog, error, kept):
    def refuse(self, messages):
        raise error

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    told(person)
    notice = Notice.objects.get()
    assert notice.last_error == kept and notice.emailed_at is None
    assert "lou@portail.example" not in caplog.text
