"""Accounts that nobody uses: told at 23 months, erased at 24, by the rules of any erasure. Dates are frozen."""

import io
from datetime import date, datetime, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page

from caps_sheets.capitalisation.models import CaseFile
from portal.moderation.dormant_accounts import erase_dormant_accounts
from portal.moderation.models import Notice
from portal.site_setup.roles import ADMINISTRATION, COACHING, EDITING
from portal.users.models import User
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db

SEEN = date(2024, 3, 10)
WARNED = date(2026, 2, 9)  # thirty days before two years are over
DUE = WARNED + timedelta(days=30)


def at(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 15))


def make_account(seen: date = SEEN, role: str = EDITING, **kw: object) -> User:
    return make_member(role, **({"first_name": "Camille", "last_name": "Exemple", "last_login": at(seen)} | kw))


@pytest.fixture
def dormant(db) -> User:
    return make_account()


def is_erased(user: User) -> bool:
    user = User.objects.get(pk=user.pk)
    return not user.is_active and user.email.endswith("@efface.invalid") and str(user) == "Compte effacé"


def run(day: date, *options: str) -> str:
    out = io.StringIO()
    call_command("erase_dormant_accounts", f"--today={day}", *options, stdout=out)
    return out.getvalue()


def test_warned_once_then_erased_thirty_days_later(dormant, django_capture_on_commit_callbacks):
    day = date(2026, 1, 1)
    while day < WARNED - timedelta(days=1):
        assert erase_dormant_accounts(day).warned == []
        day += timedelta(days=13)
    with django_capture_on_commit_callbacks(execute=True):
        assert f"Comptes prévenus : 1 (n° {dormant.pk}). Comptes effacés : 0." in run(WARNED + timedelta(days=1))
    [message] = mail.outbox
    assert message.to == [dormant.email]
    assert "effacé le 12 mars 2026" in message.subject and "10 mars 2024" in message.body
    assert "/compte/" in message.body
    for days in (1, 2, 30):
        assert run(WARNED + timedelta(days=days)).endswith("Comptes prévenus : 0. Comptes effacés : 0.\n")
    assert f"Comptes effacés : 1 (n° {dormant.pk})." in run(WARNED + timedelta(days=31))
    assert is_erased(dormant)
    before = ModelLogEntry.objects.count()
    assert run(DUE + timedelta(days=400)) == "Comptes prévenus : 0. Comptes effacés : 0.\n"
    assert ModelLogEntry.objects.count() == before


def test_the_audit_log_says_why(client, dormant):
    erase_dormant_accounts(DUE)
    erase_dormant_accounts(DUE + timedelta(days=30))
    [line] = ModelLogEntry.objects.filter(action="portal.person_erased")
    assert (line.object_id, line.user, line.data["reason"]) == (str(dormant.pk), None, "24 mois sans connexion")
    assert line.message == "Personne effacée : 24 mois sans connexion"
    assert not Notice.objects.filter(recipient=dormant).exists()


def test_a_command_that_slept_warns_before_it_erases(dormant):
    late = date(2028, 5, 1)
    assert erase_dormant_accounts(late).erased == []
    assert erase_dormant_accounts(late + timedelta(days=29)).erased == []
    assert erase_dormant_accounts(late + timedelta(days=30)).erased == [dormant.pk]


def test_a_login_after_the_warning_keeps_the_account_and_starts_again(client, dormant):
    assert erase_dormant_accounts(DUE).warned == [dormant.pk]
    back = DUE + timedelta(days=3)
    User.objects.filter(pk=dormant.pk).update(last_login=at(back))
    assert not any(vars(erase_dormant_accounts(DUE + timedelta(days=60))).values())
    later = date(back.year + 2, back.month, back.day)
    assert erase_dormant_accounts(later).warned == [dormant.pk]
    assert erase_dormant_accounts(later + timedelta(days=30)).erased == [dormant.pk]


def test_an_account_that_never_served_counts_from_its_opening():
    invited = make_account(last_login=None, date_joined=at(SEEN))
    recent = make_account(last_login=None, date_joined=at(DUE - timedelta(days=90)))
    erase_dormant_accounts(DUE)
    assert erase_dormant_accounts(DUE + timedelta(days=30)).erased == [invited.pk]
    assert not is_erased(recent)


def test_superusers_and_staff_are_left_alone():
    root = User.objects.create_superuser("racine@clsm.example", last_login=at(SEEN))
    staff = make_account(is_staff=True)
    for day in (DUE, DUE + timedelta(days=30)):
        assert not any(vars(erase_dormant_accounts(day)).values())
    assert not is_erased(root) and not is_erased(staff)
    assert not Notice.objects.exists()


def test_a_closed_account_is_erased_too_without_a_letter(dormant):
    User.objects.filter(pk=dormant.pk).update(is_active=False)
    erase_dormant_accounts(DUE)
    assert not Notice.objects.exists()
    assert erase_dormant_accounts(DUE + timedelta(days=30)).erased == [dormant.pk]


def test_who_still_follows_a_file_or_holds_a_post_is_kept_and_administration_is_told():
    admin = make_member(ADMINISTRATION)
    coach = make_account(role=COACHING)
    case_file = make_case_file(owner=coach)
    coordinator = make_coordinator(make_clsm(), last_login=at(SEEN))
    erase_dormant_accounts(DUE)
    told = Notice.objects.filter(recipient=admin, event="account_dormant_held")
    assert told.count() == 2
    assert "confiez-le d’abord" in told.earliest("pk").message and str(coach) in told.earliest("pk").subject
    later = DUE + timedelta(days=30)
    out = run(later)
    assert f"Compte n° {coach.pk} gardé : Cette personne suit encore" in out
    assert f"Compte n° {coordinator.pk} gardé : Cette personne coordonne encore" in out
    assert coach.email not in out and not is_erased(coach)
    CaseFile.objects.filter(pk=case_file.pk).update(owner=None)
    assert erase_dormant_accounts(later).erased == [coach.pk]
    assert told.count() == 2, "said once"
    assert not told.filter(message__contains="Camille").exists(), "the name left the letters of the others too"


def test_what_is_public_stays(dormant):
    make_sheets_index()
    sheet = make_sheet(owner=dormant)
    sheet.save_revision(user=dormant)
    for day in (DUE, DUE + timedelta(days=30)):
        erase_dormant_accounts(day)
    assert Page.objects.get(pk=sheet.pk).live and is_erased(dormant)


def test_a_dry_run_changes_nothing(dormant):
    out = run(DUE, "--dry-run")
    assert "Essai : rien n’est changé." in out and f"prévenus : 1 (n° {dormant.pk})" in out
    assert not Notice.objects.exists() and User.objects.get(pk=dormant.pk).dormancy_warned_on is None
    erase_dormant_accounts(DUE)
    later = DUE + timedelta(days=30)
    assert f"effacés : 1 (n° {dormant.pk})" in run(later, "--dry-run")
    make_case_file(owner=dormant)
    assert f"Compte n° {dormant.pk} gardé" in run(later, "--dry-run")
    assert not is_erased(dormant)
