"""Each command of the night, from old rows to what is left: in Paris, on the bound, twice the same day, the next day.

Every case makes three rows: one whose time has come tonight, one for which tomorrow is the first day, one far from it.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from caps_sheets.capitalisation.models import CensusEdition, PrivateFile, ProofreadingReply, ProofreadingRound, Stage
from caps_sheets.models import CapsSheetPage
from caps_sheets.podcasts.models import EpisodeDay, VoiceAuthorisation
from caps_sheets.podcasts.models.audience import Source
from network.coordination.claims import Claimant, receive
from network.models import ClaimRequest, ClsmPage, ClsmRecord, CoordinatorAssignment
from portal.imports.models import TableImport
from portal.imports.services import KEPT
from portal.moderation.models import ErrorReport, Notice
from portal.site_setup.roles import COACHING, EDITING, MODERATION
from portal.users.models import User
from search.models import MeasuredTerm, TermCount
from tests.capitalisation.proofreading import make_round
from tests.factories.capitalisation import make_case_file, make_member
from tests.factories.interviews import make_file, make_interview
from tests.factories.network import make_clsm, make_coordinator
from tests.factories.podcasts import make_authorisation, make_episode, make_show
from tests.factories.sheets import make_sheet

pytestmark = pytest.mark.django_db

TONIGHT, TOMORROW, LATER = "tonight", "tomorrow", "later"
ROWS = (TONIGHT, TOMORROW, LATER)
#: What ``month_end`` says in Paris.
TODAY = date(2027, 2, 1)
#: Commands of the table that are tested where their room is: they have no bound in days.
ELSEWHERE = {
    "check_takedowns",
    "clearsessions",
    "publish_scheduled",
    "purge_files",
    "search_check",
    "search_drain",
    "send_notices",
}
#: Still to do, by name of row; what is done was told, deleted or erased.
Left = Callable[[], set[str]]


def midnight(day: date, minutes: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(minutes=minutes)


def days(tonight: date, later: date = TODAY) -> dict[str, date]:
    return {TONIGHT: tonight, TOMORROW: tonight + timedelta(days=1), LATER: later}


def counts_of_searches() -> Left:
    """Thirteen months (396 days) for a term, ninety days for one whose words were never kept."""
    terms = {f"{row} {kept}": (row, kept) for row in ROWS for kept in (396, 90)}
    for name, (row, kept) in terms.items():
        term = MeasuredTerm.objects.create(digest=name, text=name if kept == 396 else "")
        day = days(TODAY - timedelta(days=kept + 1))[row]
        TermCount.objects.create(term=term, day=day, searches=1)
    return lambda: {terms[name][0] for name in TermCount.objects.values_list("term__digest", flat=True)}


def listens() -> Left:
    for row, day in days(date(2024, 12, 31)).items():
        EpisodeDay.objects.create(episode=make_episode(title=row), day=day, source=Source.SITE, count=1)
    return lambda: set(EpisodeDay.objects.values_list("episode__title", flat=True))


def addresses() -> Left:
    """Six months: the address of a report is erased, a letter to somebody without an account is deleted."""
    for row, day in days(date(2026, 7, 31)).items():
        moment = midnight(day, 1439 if row == TONIGHT else 0)
        ErrorReport.objects.create(page=Page.objects.first(), message=row, email="a@clsm.example", received_at=moment)
        letter = Notice.objects.create(address="b@clsm.example", subject=row, message="Lettre")
        Notice.objects.filter(pk=letter.pk).update(created_at=moment)
    Notice.objects.create(recipient=make_member(COACHING), subject=LATER, message="Avis gardé")
    Notice.objects.filter(recipient__isnull=False).update(created_at=midnight(date(2020, 1, 1)))

    def left() -> set[str]:
        reports = set(ErrorReport.objects.exclude(email="").values_list("message", flat=True))
        assert reports == set(Notice.objects.values_list("subject", flat=True))
        assert ErrorReport.objects.count() == len(ROWS)
        return reports

    return left


def coordinators() -> Left:
    """A warning after eleven months; the fingerprint of a request is erased the day after, in Paris."""
    clsm = make_clsm()
    for row, day in days(date(2026, 2, 28)).items():
        user = make_coordinator(last_login=midnight(day, 1), first_name=row)
        CoordinatorAssignment.objects.create(clsm=clsm, user=user, start=date(2021, 1, 1), entered_on=date(2021, 1, 1))
        claim = receive(make_clsm(), Claimant(row, "", f"{row}@clsm.example", "", TODAY), sender="203.0.113.9")
        created = {TONIGHT: midnight(TODAY, -10), TOMORROW: midnight(TODAY, 10), LATER: midnight(TODAY, 10**5)}[row]
        ClaimRequest.objects.filter(pk=claim.pk).update(created_at=created)

    def left() -> set[str]:
        kept = set(ClaimRequest.objects.exclude(sender_hash="").values_list("first_name", flat=True))
        posts = CoordinatorAssignment.objects.filter(inactivity_warned_on=None)
        assert kept == set(posts.values_list("user__first_name", flat=True))
        return kept

    return left


def dormant_accounts() -> Left:
    """A warning thirty days before twenty-four months without a login."""
    for row, day in days(date(2025, 3, 2)).items():
        user = User.objects.create_user(f"{row}@clsm.example", first_name=row)
        User.objects.filter(pk=user.pk).update(last_login=midnight(day, 5), date_joined=midnight(date(2020, 1, 1)))
    return lambda: set(User.objects.filter(dormancy_warned_on=None).values_list("first_name", flat=True))


def census_editions() -> Left:
    """A reminder seven days before the last day of a census."""
    make_coordinator(make_clsm())
    for number, (row, day) in enumerate(days(TODAY, later=date(2027, 5, 1)).items()):
        dates = {"opens_on": date(2027, 1, 4), "closes_on": day + timedelta(days=7)}
        CensusEdition.objects.create(year=2027 + number, text=row, reminder_days="7", **dates)
    return lambda: set(CensusEdition.objects.filter(reminders=None).values_list("text", flat=True))


def old_texts() -> Left:
    """Twenty-four months for a sheet, six for a profile; a draft is nobody's text."""
    make_member(MODERATION)
    for row, day in days(date(2025, 1, 31)).items():
        clsm = make_clsm(title=row)
        make_coordinator(clsm)
        sheet = make_sheet(title=row, clsms=[clsm])
        CapsSheetPage.objects.filter(pk=sheet.pk).update(last_published_at=midnight(day, 5))
        verified = {TONIGHT: date(2026, 7, 31), TOMORROW: date(2026, 8, 1), LATER: TODAY}[row]
        ClsmRecord.objects.filter(clsm=clsm).update(verified_on=verified)
    for draft in (make_sheet(live=False, title="brouillon"), make_clsm(live=False, title="brouillon")):
        type(draft).objects.filter(pk=draft.pk).update(
            last_published_at=midnight(date(2020, 1, 1)), first_published_at=midnight(date(2020, 1, 1))
        )

    def left() -> set[str]:
        sheets = CapsSheetPage.objects.filter(title__in=ROWS, reminders=None)
        profiles = ClsmPage.objects.filter(title__in=ROWS, freshness_reminders=None)
        assert not Notice.objects.filter(page__title="brouillon").exists()
        assert set(sheets.values_list("title", flat=True)) == set(profiles.values_list("title", flat=True))
        return set(sheets.values_list("title", flat=True))

    return left


def proofreadings() -> Left:
    for row, day in days(TODAY - timedelta(days=7)).items():
        one = make_round(make_clsm(title=row))
        ProofreadingRound.objects.filter(pk=one.pk).update(opened_at=midnight(day, 5))
    return lambda: set(ProofreadingReply.objects.filter(reminders_sent=0).values_list("clsm__title", flat=True))


def late_files() -> Left:
    for row, day in days(TODAY - timedelta(days=1), later=TODAY + timedelta(days=90)).items():
        make_case_file(Stage.COLLECTION, owner=make_member(COACHING, first_name=row), due_on=day)

    def left() -> set[str]:
        told = set(Notice.objects.filter(event="case_late").values_list("recipient__first_name", flat=True))
        return set(ROWS) - told

    return left


def voices() -> Left:
    make_member(MODERATION)
    for row, day in days(TODAY + timedelta(days=29), later=TODAY + timedelta(days=90)).items():
        make_authorisation(make_episode(title=row, voices=["Élue"]), role="Élue", until=day)
    VoiceAuthorisation.objects.filter(until=None).delete()
    return lambda: set(VoiceAuthorisation.objects.filter(told_on=None).values_list("episode__title", flat=True))


def private_files() -> Left:
    """A file goes on its day; an import, seven days after it was sent."""
    interview = make_interview()
    for row, day in days(TODAY, later=TODAY + timedelta(days=90)).items():
        make_file(interview, title=row, delete_on=day)
    sent_at = timezone.now() - KEPT
    TableImport.objects.create(kind="census", name="ancien.csv", owner=make_member(EDITING), created_at=sent_at)

    def left() -> set[str]:
        kept = PrivateFile.objects.filter(deleted_on=None)
        assert all(file.file.storage.exists(file.file.name) for file in kept)
        assert TableImport.objects.exists() is (kept.count() == len(ROWS))
        return set(kept.values_list("title", flat=True))

    return left


CASES: dict[str, Callable[[], Left]] = {
    "erase_dormant_accounts": dormant_accounts,
    "expire_coordinators": coordinators,
    "forget_addresses": addresses,
    "podcast_stats_purge": listens,
    "podcast_voices": voices,
    "purge_due": private_files,
    "remind_census": census_editions,
    "remind_freshness": old_texts,
    "remind_late_files": late_files,
    "remind_proofreaders": proofreadings,
    "search_forget": counts_of_searches,
}


def test_every_command_of_the_table_has_its_case():
    table = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\|[^|]+\| `manage\.py (\w+)", table, re.MULTILINE))
    assert named == CASES.keys() | ELSEWHERE


@pytest.mark.parametrize("command", CASES)
def test_only_what_has_come_to_its_day_and_once(command, month_end):
    make_show()
    left = CASES[command]()
    assert left() == set(ROWS)
    for expected in ({TOMORROW, LATER}, {LATER}):
        call_command(command)
        assert left() == expected
        told = Notice.objects.count()
        month_end.shift(timedelta(hours=3))
        call_command(command)
        assert left() == expected and Notice.objects.count() == told, "twice the same day"
        month_end.shift(timedelta(hours=21))
