"""The case files of the demonstration: opened from its census, then advanced by accounts of the right role."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from caps_sheets.capitalisation.case_files.edits import CriterionInput, entrust, save_details, save_framing
from caps_sheets.capitalisation.case_files.services import move, open_case
from caps_sheets.capitalisation.models import CaseFile, CensusAnswer, FramingCriterion
from portal.demo.accounts import account


@dataclass(frozen=True)
class Plan:
    """``actions``: successive decisions; ``due_in``: days from today, negative when late; ``scores``: 0 to 3 each."""

    title: str
    is_entrusted: bool = True
    actions: tuple[str, ...] = ()
    due_in: int | None = None
    scores: tuple[int, ...] = ()
    reason: str = ""


PLANS = (
    Plan("Permanences d’écoute dans les marchés de producteurs", is_entrusted=False),
    Plan("Brigade de pairs-aidants dans les accueils de quartier", actions=("cadrer",), due_in=-6),
    Plan(
        "Gardiens d’immeuble : repérer et orienter",
        actions=("cadrer", "retenir"),
        due_in=21,
        scores=(3, 2, 1, 3, 2, 3, 2, 1),
    ),
    Plan(
        "Cellule des situations complexes avec les bailleurs",
        actions=("cadrer", "ajourner"),
        scores=(2, 1, 1, 3, 2, 2, 1, 0),
        reason="Le porteur change de coordination : à reprendre à la rentrée.",
    ),
)


def seed_case_files() -> int:
    """Every planned file that does not exist yet."""
    added = 0
    for plan in PLANS:
        answer = CensusAnswer.objects.get(title=plan.title, is_demo=True)
        if not CaseFile.objects.filter(answer=answer).exists():
            follow(plan, open_case(answer, by=account("moderation")))
            added += 1
    return added


def follow(plan: Plan, case_file: CaseFile) -> None:
    """The file at its planned stage, through the services."""
    centre, coach = account("moderation"), account("accompagnement")
    if plan.is_entrusted:
        case_file = entrust(case_file, coach, by=centre)
    for action in plan.actions:
        if action == "retenir":
            case_file = save_details(case_file, {"carrier_agreed_on": timezone.localdate()}, by=coach)
        case_file = move(case_file, action, by=centre, reason=plan.reason)
        if action == "cadrer" and plan.scores:
            case_file = save_framing(case_file, grid(plan.scores), by=coach)
    if plan.due_in is not None:
        save_details(case_file, {"due_on": timezone.localdate() + timedelta(days=plan.due_in)}, by=centre)


def grid(scores: tuple[int, ...]) -> list[CriterionInput]:
    """Every blocking criterion met, and the ``scores`` of the others in order."""
    left = iter(scores)
    return [
        CriterionInput(criterion, is_met=True)
        if criterion.is_blocking
        else CriterionInput(criterion, score=next(left, None))
        for criterion in FramingCriterion.objects.filter(is_active=True)
    ]
