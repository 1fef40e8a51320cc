"""A sheet that waits for its CLSM, and what the page of its proof-reading posts."""

from datetime import date

from caps_sheets.capitalisation.models import ProofreadingReply, ProofreadingRound
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.models import CapsSheetPage
from network.coordination.assignments import assign
from network.models import ClsmPage
from portal.site_setup.roles import COACHING, setup_roles
from portal.site_setup.workflows import setup_workflows
from portal.users.models import User
from tests.factories.capitalisation import make_member
from tests.factories.network import make_clsm
from tests.factories.replay import replayed
from tests.factories.sheets import make_sheet, make_sheets_index

POST_START = date(2021, 1, 1)


def make_coordinator(clsm: ClsmPage, name: str = "coordination") -> User:
    user = User.objects.create_user(f"{name}-{clsm.pk}@clsm.example", first_name=name)
    assign(clsm, user, start=POST_START)
    return User.objects.get(pk=user.pk)


def submit(sheet: CapsSheetPage, author: User) -> ProofreadingRound:
    """Send the latest text to its CLSMs, again after a return."""
    page = CapsSheetPage.objects.get(pk=sheet.pk)
    state = page.current_workflow_state
    if state:
        state.cancel(user=author)
    page.get_workflow().start(page, author)
    return ProofreadingRound.objects.filter(sheet=sheet).latest("pk")


def make_round(*clsms: ClsmPage, **kw: object) -> ProofreadingRound:
    """A complete sheet of ``clsms``, just submitted by an accompagnateur."""
    make_sheets_index()
    make_clsm()
    setup_roles()
    setup_workflows()
    author = make_member(COACHING)
    sheet = make_sheet(live=False, clsms=list(clsms), owner=author, **kw)
    sheet.save_revision(user=author)
    return submit(sheet, author)


@replayed
def make_asked() -> tuple[ClsmPage, User, ProofreadingRound]:
    """A CLSM, its coordinator, and the round that waits for them."""
    clsm = make_clsm(title="CLSM du Val")
    return clsm, make_coordinator(clsm), make_round(clsm, title="Marcher ensemble")


def reply_of(one: ProofreadingRound, clsm: ClsmPage) -> ProofreadingReply:
    return ProofreadingReply.objects.get(round=one, clsm=clsm)


def agreement(one: ProofreadingRound, **changed: object) -> dict[str, object]:
    """A whole *bon à publier*."""
    return {"decision": "accord", "verbatim": [v.key for v in verbatims(one.text())], "has_read": "on"} | changed


def comment(section: str, text: str, version: int = 0) -> dict[str, str]:
    return {f"commentaire-{section}": text, f"version-{section}": str(version)}
