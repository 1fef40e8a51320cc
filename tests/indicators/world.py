"""A random world for the numbers of « Pilotage », and the same numbers counted again by hand."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from caps_sheets.capitalisation.models import (
    CaseFile,
    CaseStatus,
    CensusAnswer,
    CensusEdition,
    CensusState,
    Consent,
    Interview,
    Stage,
)
from caps_sheets.models import CapsSheetPage
from network.models import ClsmPage, ClsmRecord, CoordinatorAssignment
from network.models.covered_area import moderators_by_clsm
from network.models.records import freshness
from portal.base.dates import months_before
from portal.indicators.scope import Scope
from portal.medialib.models import PortalImage
from portal.users.models import User
from portal.users.queries import ADMINISTRATION, COACHING, EDITING, MODERATION
from tests.factories.capitalisation import make_answer, make_case_file, make_member
from tests.factories.interviews import make_interview
from tests.factories.medialib import make_image
from tests.factories.network import make_clsm, make_commune, make_coordinator, make_department
from tests.factories.podcasts import make_authorisation, make_episode
from tests.factories.sheets import make_sheet

TODAY = date(2026, 3, 20)
REGIONS = ("region-76", "region-53")
ROLES = (ADMINISTRATION, MODERATION, EDITING, COACHING)
SENT = [state for state in CensusState if state != CensusState.DRAFT]


def _moment(draw: Random) -> datetime:
    """One hour of the year before the day, the edges of midnight in Paris among them."""
    day = TODAY - timedelta(days=draw.randint(0, 400))
    hour, minute = draw.choice([(0, 0), (0, 30), (12, 0), (23, 59)])
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def _day(draw: Random, before: int = 500, after: int = 0) -> date | None:
    return TODAY + timedelta(days=draw.randint(-before, after)) if draw.random() < 0.8 else None


def make_random_world(draw: Random, size: int = 8) -> dict[str, User]:
    """Role → an account. ``size`` CLSMs, each with what a CLSM has."""
    people = {role: make_member(role) for role in ROLES}
    communes = [
        make_commune(),
        make_commune("35238", "Rennes", department=make_department("35", "Ille-et-Vilaine", ("53", "Bretagne"))),
    ]
    CensusEdition.objects.create(year=2025, opens_on=date(2025, 1, 1), closes_on=date(2025, 12, 31))
    for _ in range(size):
        clsm = make_clsm(communes=draw.sample(communes, draw.randint(1, 2)), vacant_since=_day(draw))
        ClsmRecord.objects.filter(pk=clsm.pk).update(verified_on=_day(draw))
        _make_posts(draw, clsm)
        _make_answers(draw, clsm, people)
    _make_pages(draw, people, list(ClsmPage.objects.all()))
    return people


def _make_posts(draw: Random, clsm: ClsmPage) -> None:
    for _ in range(draw.randint(0, 2)):
        person = make_coordinator(is_active=draw.random() < 0.8)
        end = draw.choice([None, TODAY - timedelta(days=draw.randint(0, 600)), TODAY + timedelta(days=40)])
        CoordinatorAssignment.objects.create(clsm=clsm, user=person, start=date(2020, 1, 1), end=end)


def _make_answers(draw: Random, clsm: ClsmPage, people: dict[str, User]) -> None:
    for _ in range(draw.randint(0, 3)):
        state = draw.choice(list(CensusState))
        answer = make_answer(clsm=clsm, state=state, edition=draw.choice([2024, 2025]), submitted_at=_moment(draw))
        if state not in (CensusState.DRAFT, CensusState.REFUSED):
            case_file = make_case_file(
                draw.choice(list(Stage)),
                answer=answer,
                status=draw.choice(list(CaseStatus)),
                owner=draw.choice([None, *people.values()]),
                due_on=_day(draw, 40, 120),
                stage_since=_moment(draw),
            )
            if draw.random() < 0.5:
                make_interview(case_file, consent=draw.random() < 0.7, met_on=_day(draw, 20, 20) or TODAY)


def _make_pages(draw: Random, people: dict[str, User], clsms: list[ClsmPage]) -> None:
    for _ in range(3):
        make_sheet(clsms=draw.sample(clsms, 2), owner=people[COACHING], live=draw.random() < 0.5)
    episode = make_episode(clsms=draw.sample(clsms, 1))
    CapsSheetPage.objects.update(latest_revision_created_at=_moment(draw))
    for until in (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=90), TODAY + timedelta(days=91)):
        make_image(shows_people=True, consent_until=until, uploaded_by_user=people[MODERATION])
    for until in (None, TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=30)):
        make_authorisation(episode, role=f"Voix {until}", until=until)


# The same numbers, row by row in Python


def in_period(scope: Scope, day: date | None) -> bool:
    if day is None:
        return not (scope.first or scope.last)
    return (scope.first is None or day >= scope.first) and (scope.last is None or day <= scope.last)


def in_region(scope: Scope, clsm: ClsmPage) -> bool:
    return not scope.region or scope.region in {department.region.slug for department in clsm.departments.all()}


def recounted(scope: Scope) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for source in (_files, _answers, _profiles, _consents, _pictures, _sheets, _campaigns):
        found.update(
            (table, line, column) for table, lines, columns in source(scope) for line in lines for column in columns
        )
    return found


Cells = Iterable[tuple[str, list[str], list[str]]]


def _files(scope: Scope) -> Cells:
    for row in CaseFile.objects.select_related("answer__clsm", "owner"):
        sees = row.owner_id == scope.user.pk or not scope.user.groups.filter(name=COACHING).exists()
        followed = not scope.person or row.owner_id == scope.person
        if not (sees and followed and in_region(scope, row.answer.clsm)):
            continue
        active = row.status == CaseStatus.ACTIVE
        since = timezone.localdate(row.stage_since)
        if in_period(scope, since):
            named = {CaseStatus.POSTPONED: "ajournes", CaseStatus.SET_ASIDE: "ecartes", CaseStatus.ARCHIVED: "archives"}
            columns = {"en-cours": active, "longtemps": active and since < months_before(TODAY, 3)}
            columns |= {"en-retard": row.late_days(TODAY) > 0} | {named[s]: row.status == s for s in named}
            yield "dossiers", ["toutes", str(row.stage)], [name for name, holds in columns.items() if holds]
        if active and row.due_on and in_period(scope, row.due_on):
            left = (row.due_on - TODAY).days
            within = {"semaine": 7, "mois": 30, "trimestre": 90}
            columns = {"depasse": left < 0} | {name: 0 <= left <= days for name, days in within.items()}
            yield "echeances", ["dossiers"], [name for name, holds in columns.items() if holds]


def _answers(scope: Scope) -> Cells:
    for row in CensusAnswer.objects.exclude(state=CensusState.DRAFT).select_related("clsm"):
        case_file = CaseFile.objects.filter(answer=row).first()
        followed = not scope.person or bool(case_file and case_file.owner_id == scope.person)
        day = timezone.localdate(row.submitted_at) if row.submitted_at else None
        if followed and in_period(scope, day) and in_region(scope, row.clsm):
            yield "recensement", ["toutes", str(row.edition)], ["toutes", row.state]


def _profiles(scope: Scope) -> Cells:
    if not scope.user.groups.filter(name__in=(ADMINISTRATION, MODERATION)).exists():
        return
    moderators = moderators_by_clsm()
    for clsm in ClsmPage.objects.filter(live=True, replaced_by=None):
        moderated = not scope.person or scope.person in {person.pk for person in moderators[clsm.pk]}
        if not (moderated and in_region(scope, clsm)):
            continue
        verified = clsm.record.verified_on
        if in_period(scope, verified):
            regions = {department.region.slug for department in clsm.departments.all()}
            lines = ["tous", *(slug for slug in regions if scope.region in ("", slug))]
            yield "profils", lines, ["tous", freshness(verified, TODAY).value]
        posts: list[Any] = list(clsm.assignments.select_related("user"))
        if not any(post.user.is_active and (post.end is None or post.end >= TODAY) for post in posts):
            ended = max((post.end for post in posts if post.end), default=None) or clsm.vacant_since
            if in_period(scope, ended):
                yield "postes", ["vacants"], ["tous", _age(ended)]


def _age(ended: date | None) -> str:
    if ended is None:
        return "inconnus"
    quarter, year = months_before(TODAY, 3), months_before(TODAY, 12)
    return "recents" if ended >= quarter else "annee" if ended >= year else "anciens"


def _consents(scope: Scope) -> Cells:
    for row in Interview.objects.select_related("case_file__answer__clsm"):
        owner = row.case_file.owner_id
        sees = owner == scope.user.pk or not scope.user.groups.filter(name=COACHING).exists()
        followed = not scope.person or scope.person in (owner, row.interviewer_id)
        if not (sees and followed and in_region(scope, row.case_file.answer.clsm)):
            continue
        consent = Consent.objects.filter(interview=row).first()
        if in_period(scope, consent.given_on if consent else None):
            state = "manquants" if consent is None else "retires" if consent.withdrawn_on else "valables"
            yield "accords", ["entretiens"], [state]


def _pictures(scope: Scope) -> Cells:
    if scope.region or scope.user.groups.filter(name=COACHING).exists():
        return
    for row in PortalImage.objects.filter(shows_people=True):
        followed = not scope.person or row.uploaded_by_user_id == scope.person
        if followed and in_period(scope, timezone.localdate(row.created_at)):
            left = (row.consent_until - TODAY).days if row.consent_until else None
            columns = {
                "manquants": left is None,
                "echus": row.consent_has_expired(TODAY),
                "valables": left is not None and left >= 0,
                "bientot": left is not None and 0 <= left <= 90,
            }
            yield "accords", ["images"], [name for name, holds in columns.items() if holds]


def _sheets(scope: Scope) -> Cells:
    """None is in a workflow here: a sheet is online, offline or a draft."""
    for row in CapsSheetPage.objects.all():
        person = getattr(getattr(row, "case_file", None), "owner_id", None) or row.owner_id
        sees = row.owner_id == scope.user.pk or not scope.user.groups.filter(name=COACHING).exists()
        followed = not scope.person or person == scope.person
        inside = not scope.region or any(in_region(scope, item.clsm) for item in row.clsm_items.all())
        day = timezone.localdate(row.latest_revision_created_at)
        if sees and followed and inside and in_period(scope, day):
            stage = "en-ligne" if row.live else "brouillon"
            yield "fiches", ["toutes", stage], ["toutes", *(["longtemps"] if day < months_before(TODAY, 3) else [])]


def _campaigns(scope: Scope) -> Cells:
    if not scope.user.groups.filter(name__in=(ADMINISTRATION, MODERATION)).exists():
        return
    moderators = moderators_by_clsm()
    for edition in CensusEdition.objects.all():
        for clsm in ClsmPage.objects.filter(live=True, replaced_by=None):
            moderated = not scope.person or scope.person in {person.pk for person in moderators[clsm.pk]}
            if moderated and in_region(scope, clsm):
                states = set(clsm.census_answers.filter(edition=edition.year).values_list("state", flat=True))
                begun = "commence" if states else "pas-commence"
                standing = "repondu" if states - {CensusState.DRAFT} else begun
                yield "campagnes", [str(edition.year)], ["tous", standing]
