"""What the tests of the pipeline share: files ready to go on from each stage."""

from datetime import date, timedelta

from django.utils import timezone

from caps_sheets.capitalisation.models import CaseFile, Consent, Interview, InterviewGrid, Stage
from portal.users.models import User
from tests.factories.capitalisation import answer_framing, make_case_file
from tests.factories.podcasts import make_episode
from tests.factories.sheets import make_sheet

DAY = date(2026, 3, 2)


def make_interview(case_file: CaseFile, *, is_closed: bool = True, has_consent: bool = True) -> Interview:
    grid = InterviewGrid.objects.first() or InterviewGrid.objects.create(version=1)
    interview = Interview.objects.create(
        case_file=case_file,
        grid=grid,
        met_on=DAY,
        interviewee_role="Coordinatrice du CLSM",
        closed_at=timezone.now() if is_closed else None,
    )
    if has_consent:
        Consent.objects.create(interview=interview, text_version="1", given_on=DAY)
    return interview


def make_ready(stage: Stage, owner: User | None, **kw: object) -> CaseFile:
    """A file that lacks nothing to leave ``stage``, whatever the decision."""
    case_file = make_case_file(
        stage,
        owner=owner,
        carrier_agreed_on=DAY,
        plan_validated_on=DAY,
        due_on=timezone.localdate() + timedelta(days=30),
        **kw,
    )
    answer_framing(case_file)
    make_interview(case_file)
    if stage >= Stage.WRITING:
        case_file.sheet = make_sheet(live=False)
        case_file.save()
    if stage >= Stage.PODCAST:
        make_episode(sheets=[case_file.sheet])
    return case_file
