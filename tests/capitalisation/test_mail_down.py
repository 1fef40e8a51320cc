"""The whole chain while the mail server is down: every decision stands, every notice arrives once it is back, once."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from caps_sheets.capitalisation.case_files.services import move, open_case
from caps_sheets.capitalisation.census.services import change_state
from caps_sheets.capitalisation.models import CaseFile, CensusState, ProofreadingRound, Stage
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import Typed, agree, give_back, save_comments
from caps_sheets.models import CapsSheetPage
from network.coordination.invitations import Invitee, accept, invite
from network.models.records import confirm
from portal.moderation.models import Notice
from portal.site_setup.roles import COACHING, EDITING, MODERATION, setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.capitalisation.pipeline_worlds import make_interview
from tests.capitalisation.proofreading import reply_of
from tests.factories.capitalisation import answer_framing, make_answer, make_member
from tests.factories.network import make_clsm
from tests.factories.review import fill_grid
from tests.factories.sheets import make_sheet, make_sheets_index

pytestmark = pytest.mark.django_db

DEAD = "tests.moderation.test_notices_delivery.DeadServer"
ALIVE = "django.core.mail.backends.locmem.EmailBackend"
Do = Callable[..., object]


@pytest.fixture
def chain(django_capture_on_commit_callbacks) -> "Chain":
    def do(decision: Do, *args: object, **kw: object) -> object:
        with django_capture_on_commit_callbacks(execute=True):
            return decision(*args, **kw)

    make_sheets_index()
    setup_roles()
    setup_workflows()
    return Chain(do)


class Chain:
    """From the invitation to the published sheet, each decision committed as a request does."""

    def __init__(self, do: Do) -> None:
        self.do = do
        self.clsm = make_clsm(title="CLSM de la Rive")
        self.centre = make_member(MODERATION)
        self.last = make_member(MODERATION)
        self.coach = make_member(COACHING)
        self.reviewer = make_member(EDITING)

    def run(self) -> CapsSheetPage:
        coordinator = self.arrive()
        case_file = self.capitalise(coordinator)
        return self.publish(case_file, coordinator)

    def arrive(self) -> User:
        invitee = Invitee("lou@clsm.example", start=timezone.localdate())
        invitation = self.do(invite, self.clsm, invitee, by=self.centre)
        coordinator = self.do(accept, invitation, first_name="Lou")
        self.do(confirm, self.clsm, coordinator)
        return coordinator

    def capitalise(self, coordinator: User) -> CaseFile:
        answer = make_answer(
            clsm=self.clsm, state=CensusState.DRAFT, respondent=coordinator, respondent_email=coordinator.email
        )
        self.do(change_state, answer, CensusState.SUBMITTED, by=coordinator)
        self.do(change_state, answer, CensusState.RECORDED, by=self.centre)
        case_file = self.do(open_case, answer, by=self.centre, owner=self.coach)
        case_file = self.do(move, case_file, "cadrer", by=self.centre)
        answer_framing(case_file)
        CaseFile.objects.filter(pk=case_file.pk).update(
            carrier_agreed_on=date(2026, 1, 5), plan_validated_on=date(2026, 1, 6)
        )
        case_file = self.do(move, CaseFile.objects.get(pk=case_file.pk), "retenir", by=self.coach)
        make_interview(case_file)
        case_file = self.do(move, case_file, "analyser", by=self.coach)
        return self.do(move, case_file, "rediger", by=self.coach)

    def publish(self, case_file: CaseFile, coordinator: User) -> CapsSheetPage:
        sheet = make_sheet(live=False, title="Balades de la rive", clsms=[self.clsm], owner=self.coach)
        sheet.save_revision(user=self.coach)
        CaseFile.objects.filter(pk=case_file.pk).update(sheet=sheet)
        self.do(self.fresh(sheet).get_workflow().start, self.fresh(sheet), self.coach)
        reader = self.reader(sheet, coordinator)
        self.do(save_comments, reader, {"leviers": Typed("Ajoutez la salle.", 0)})
        self.do(give_back, reader)
        draft = self.fresh(sheet).get_latest_revision_as_object()
        draft.hook = "Marcher au bord de l’eau, dans une salle prêtée."
        draft.save_revision(user=self.coach)
        self.do(self.fresh(sheet).current_workflow_state.resume, self.coach)
        reader = self.reader(sheet, coordinator)
        self.do(agree, reader, [one.key for one in verbatims(reader.reply.round.text())], has_read=True)
        fill_grid(sheet, by=self.reviewer)
        self.decide(sheet, self.reviewer)
        self.decide(sheet, self.last)
        return self.fresh(sheet)

    def fresh(self, sheet: CapsSheetPage) -> CapsSheetPage:
        return CapsSheetPage.objects.get(pk=sheet.pk)

    def reader(self, sheet: CapsSheetPage, coordinator: User) -> Reader:
        return Reader(reply_of(ProofreadingRound.objects.filter(sheet=sheet).latest("pk"), self.clsm), user=coordinator)

    def decide(self, sheet: CapsSheetPage, by: User) -> None:
        state = self.fresh(sheet).current_workflow_task_state
        self.do(state.task.specific.on_action, state, by, "approve")


def test_every_decision_stands_and_every_notice_arrives_once(chain: Chain, settings) -> None:
    settings.EMAIL_BACKEND = DEAD
    sheet = chain.run()
    assert sheet.live
    assert CaseFile.objects.get(sheet=sheet).stage == Stage.PODCAST
    assert mail.outbox == []
    notices = list(Notice.objects.values_list("recipient__email", "address", "subject"))
    told = Counter((email or address) for email, address, _ in notices)
    assert {"lou@clsm.example", chain.coach.email, chain.centre.email, chain.reviewer.email} <= told.keys()

    settings.EMAIL_BACKEND = ALIVE
    later = timezone.now() + timedelta(hours=2)
    for minutes in (0, 1):
        call_command("send_notices", f"--now={(later + timedelta(minutes=minutes)).isoformat()}")
    assert Counter(message.to[0] for message in mail.outbox) == told
    assert not Notice.objects.filter(emailed_at=None).exists()


def test_the_space_shows_what_the_mail_could_not_say(chain: Chain, settings, client) -> None:
    settings.EMAIL_BACKEND = DEAD
    coordinator = chain.arrive()
    chain.capitalise(coordinator)
    client.force_login(coordinator)
    page = client.get(reverse("space_home", args=[chain.clsm.pk])).content.decode()
    subjects = Notice.objects.filter(recipient=coordinator).values_list("subject", flat=True)
    assert subjects and all(subject in page.replace("&#x27;", "'") for subject in subjects)
