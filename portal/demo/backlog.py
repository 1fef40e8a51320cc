"""What waits for a decision in the demonstration: one item at each step, through the real workflows."""

from pathlib import Path

from wagtail.models import Page, WorkflowState

from caps_sheets.capitalisation.models import ProofreadingReply, Reply
from caps_sheets.capitalisation.proofreading.content import verbatims
from caps_sheets.capitalisation.proofreading.permissions import Reader
from caps_sheets.capitalisation.proofreading.services import agree
from caps_sheets.models import Answer, CapsSheetPage, SheetsIndexPage
from caps_sheets.models.review import criteria_of
from caps_sheets.review.grid import fill
from network.models import ClsmPage
from network.models.queries import people_in_post
from portal.demo import publication, sheet_files
from portal.demo.accounts import account
from portal.demo.sheet_files import build_sheet, read_sheet
from portal.users.models import User

AT_PROOFREADING = "agriculteurs-repas-de-ferme"
AT_LAST_STEP = "etudiants-eco-anxiete"
RETURNED = "aidants-cafe-des-proches"
AT_GRID = "banc-d-en-face"
INCOMPLETE = "marche-exploratoire"
REASON = (
    "Belle matière. Deux points avant de valider : la difficulté sur le transport mérite d’être racontée jusqu’à "
    "son effet, et le second verbatim permettrait de reconnaître la personne. Pouvez-vous les reprendre ?"
)
CHANGED_PROFILE = "saint-flour"
CHANGE = (
    "Élus, psychiatrie publique, bailleurs, personnes concernées et proches s’y réunissent chaque trimestre. "
    "Priorités : logement et habitat, situations complexes, ruralité."
)


def seed_waiting_sheets() -> int:
    """Five sheets: at proof-reading, at the grid, before the last approval, returned with a reason, and unfinished."""
    decisions = {
        INCOMPLETE: None,
        AT_PROOFREADING: None,
        AT_GRID: None,
        AT_LAST_STEP: ("edition2", "approve", "Relue : claire et complète."),
        RETURNED: ("edition", "reject", REASON),
    }
    return sum(_seed_sheet(slug, decision) for slug, decision in decisions.items())


def _seed_sheet(slug: str, decision: tuple[str, str, str] | None) -> bool:
    index = SheetsIndexPage.objects.get()
    if publication.exists(index, slug):
        return False
    author = account("accompagnement")
    data = read_sheet(Path(sheet_files.WAITING_FOLDER) / f"{slug}.toml")
    page = publication.add_draft(index, build_sheet(data), author)
    page = CapsSheetPage.objects.get(pk=page.pk)
    if slug != INCOMPLETE:
        submit(page, author)
    if decision or slug == AT_GRID:
        agree_for_clsm(page)
    if decision:
        name, action, comment = decision
        review(page, account(name), action, comment)
    return True


def agree_for_clsm(page: Page) -> None:
    """Every CLSM of the sheet gives its *bon à publier*, quotations included."""
    for reply in ProofreadingReply.objects.filter(round__sheet=page.pk, decision=Reply.WAITING):
        coordinator = people_in_post(reply.clsm_id)[0]
        quoted = {verbatim.key for verbatim in verbatims(reply.round.text())}
        agree(Reader(reply, user=coordinator), quoted, has_read=True)


def review(page: Page, reviewer: User, action: str, comment: str) -> None:
    """Fill the grid, with one « non » when the sheet is returned, then decide."""
    filled = {criterion.pk: (Answer.YES.value, "") for criterion in criteria_of(None)}
    if action == "reject":
        wrong = next(criterion for criterion in criteria_of(None) if criterion.key == "parole-des-acteurs")
        filled[wrong.pk] = (Answer.NO.value, "Le second verbatim permettrait de reconnaître la personne.")
    fill(CapsSheetPage.objects.get(pk=page.pk), filled, by=reviewer)
    decide(page, reviewer, action, comment)


def seed_waiting_profile() -> int:
    """A coordination submits a change of its public profile; the online version stays."""
    page = ClsmPage.objects.get(slug=CHANGED_PROFILE)
    if WorkflowState.objects.filter(object_id=str(page.pk)).exists():
        return 0
    draft = page.get_latest_revision_as_object()
    draft.short_description = CHANGE
    draft.save_revision(user=account("coordination2"))
    submit(ClsmPage.objects.get(pk=page.pk), account("coordination2"))
    return 1


def submit(page: Page, author: User) -> None:
    page.get_workflow().start(page, author)


def decide(page: Page, reviewer: User, action: str, comment: str) -> None:
    """Carry out « approve » or « reject » on the step where ``page`` waits, as ``reviewer``."""
    state = type(page).objects.get(pk=page.pk).current_workflow_task_state
    state.task.specific.on_action(state, reviewer, action, comment=comment)
