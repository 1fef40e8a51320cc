"""What waits for a decision in the demonstration: one item at each step, through the real workflows."""

from pathlib import Path

from wagtail.models import Page, WorkflowState

from caps_sheets.models import CapsSheetPage, SheetsIndexPage
from network.models import ClsmPage
from portal.home.demo import publishing, sheet_files
from portal.home.demo.accounts import account
from portal.home.demo.sheet_files import build_sheet, read_sheet
from portal.users.models import User

AT_FIRST_STEP = "agriculteurs-repas-de-ferme"
AT_SECOND_STEP = "etudiants-eco-anxiete"
RETURNED = "aidants-cafe-des-proches"
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
    """Four sheets: at each of the two steps, returned with a reason, and an unfinished draft."""
    decisions = {
        INCOMPLETE: [],
        AT_FIRST_STEP: [],
        AT_SECOND_STEP: [("edition2", "approve", "Relue : claire et complète.")],
        RETURNED: [("edition", "reject", REASON)],
    }
    return sum(_seed_sheet(slug, steps, slug != INCOMPLETE) for slug, steps in decisions.items())


def _seed_sheet(slug: str, decisions: list[tuple[str, str, str]], is_submitted: bool) -> bool:
    index = SheetsIndexPage.objects.get()
    if publishing.exists(index, slug):
        return False
    author = account("accompagnement")
    data = read_sheet(Path(sheet_files.WAITING_FOLDER) / f"{slug}.toml")
    page = publishing.add_draft(index, build_sheet(data), author)
    page = CapsSheetPage.objects.get(pk=page.pk)
    if is_submitted:
        submit(page, author)
    for name, action, comment in decisions:
        decide(page, account(name), action, comment)
    return True


def seed_waiting_profile() -> int:
    """A coordination asks to change its public profile; what is online does not move."""
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
