"""The table of the case files: every decision, from which stage to which, by whom, on which conditions.

Source: domain dossier §3.4. ``docs/capitalisation.md`` shows it, written by ``write_tables``.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from wagtail.models import ModelLogEntry

from caps_sheets.capitalisation.case_files.permissions import is_centre, is_owner, may_see
from caps_sheets.capitalisation.case_files.queries import grid_of
from caps_sheets.capitalisation.models import CaseFile, CaseStatus, Stage
from caps_sheets.capitalisation.models.interview import has_valid_consent, interviews_closed, transcripts_reviewed
from portal.base.errors import RefusedError, signature
from portal.base.transitions import Actor, Condition, Transition, TransitionTable, leading_to, staying_at
from portal.users.models import User


def _owner(case_file: CaseFile) -> Iterator[str]:
    if case_file.owner is None or not case_file.owner.is_active:
        yield "Désignez l’accompagnateur·rice du dossier."


def _criteria(case_file: CaseFile) -> Iterator[str]:
    """Every active blocking criterion, one sentence each."""
    for line in grid_of(case_file):
        if not line.criterion.is_blocking:
            continue
        if line.answer is None or line.answer.is_met is None:
            yield f"Répondez au critère bloquant « {line.criterion} »."
        elif not line.answer.is_met:
            yield f"Le critère bloquant « {line.criterion} » n’est pas rempli."


def _carrier(case_file: CaseFile) -> Iterator[str]:
    if case_file.carrier_agreed_on is None:
        yield "Notez la date de l’accord du porteur."


def _consent(case_file: CaseFile) -> Iterator[str]:
    if not has_valid_consent(case_file):
        yield "Il faut au moins un entretien, et un consentement valable pour chacun."


def _interviews(case_file: CaseFile) -> Iterator[str]:
    if not interviews_closed(case_file):
        yield "Il faut au moins un entretien, et tous doivent être clos."


def _transcripts(case_file: CaseFile) -> Iterator[str]:
    if not transcripts_reviewed(case_file):
        yield "Il reste une transcription à faire ou à relire."


def _plan(case_file: CaseFile) -> Iterator[str]:
    if case_file.plan_validated_on is None:
        yield "Notez la date de validation du plan de la fiche."


def _episode(case_file: CaseFile) -> Iterator[str]:
    # The relation comes from the podcasts, which depend on the sheets, not the reverse.
    if case_file.sheet is None or not case_file.sheet.episode_items.filter(page__live=True).exists():
        yield "Aucun épisode publié ne cite la fiche : liez-en un, ou passez-vous de podcast en disant pourquoi."


ASSIGNED = Condition("accompagnateur·rice désigné·e", _owner)

CRITERIA = Condition("tous les critères bloquants remplis", _criteria)

CARRIER = Condition("accord du porteur daté", _carrier)

CONSENT = Condition("consentement valable de chaque entretien", _consent)

INTERVIEWS = Condition("entretiens clos", _interviews)

TRANSCRIPTS = Condition("transcriptions relues", _transcripts)

PLAN = Condition("plan de la fiche validé", _plan)

EPISODE = Condition("épisode publié lié à la fiche", _episode)


def _is_centre(user: User, case_file: CaseFile) -> bool:
    return is_centre(user)


CENTRE = Actor("le Centre", _is_centre)

OWNER = Actor("l’accompagnateur·rice du dossier", is_owner)

WORKFLOW: Actor[CaseFile] = Actor("le circuit de la fiche")

CENTRE_ONLY = (CENTRE,)

TEAM = (CENTRE, OWNER)

ACTIVE = (CaseStatus.ACTIVE,)

#: The name stored in the history when the file is opened; it is no transition.
OPENED = "ouvrir"


@dataclass(frozen=True)
class CaseTransition(Transition[CaseFile]):
    """``paths``: stage before → stage after; ``statuses``: the statuses in which it may be taken;
    ``writes_to_clsm``: the CLSM is notified, with a message written for it.
    """

    writes_to_clsm: bool = False
    statuses: tuple[CaseStatus, ...] = ACTIVE
    status_after: CaseStatus = CaseStatus.ACTIVE

    @property
    def requirements(self) -> list[str]:
        is_usual = self.statuses == ACTIVE
        return super().requirements + ([] if is_usual else [f"dossier {_either(self.statuses)}"])


def _either(statuses: tuple[CaseStatus, ...]) -> str:
    return " ou ".join(status.label for status in statuses)


class CaseTable(TransitionTable[CaseFile, CaseTransition]):
    state_field = "stage"
    version_field = "revision"

    def is_open(self, transition: CaseTransition, row: CaseFile) -> bool:
        return super().is_open(transition, row) and row.status in transition.statuses

    def allows(self, transition: CaseTransition, row: CaseFile, user: User) -> bool:
        return may_see(user, row) and super().allows(transition, row, user)

    def unknown(self, row: CaseFile, name: str) -> str:
        return "Cette décision n’existe pas à cette étape du dossier."

    def reserved(self, transition: CaseTransition, row: CaseFile) -> str:
        return "Cette décision revient à quelqu’un d’autre."

    def overtaken(self, row: CaseFile) -> RefusedError:
        last = ModelLogEntry.objects.for_instance(row).select_related("user").order_by("-timestamp").first()
        when = signature(last.user, last.timestamp) if last else ""
        return RefusedError(
            f"Le dossier a changé depuis que vous l’avez ouvert{when and f' ({when.strip()})'} : il est à l’étape "
            f"« {row.get_stage_display()} », {row.get_status_display()}. Relisez-le avant de décider."
        )


BEFORE_SUBMISSION = (Stage.SPOTTING, Stage.FRAMING, Stage.COLLECTION, Stage.ANALYSIS, Stage.WRITING)

IN_WORKFLOW = (Stage.PROOFREADING, Stage.REVIEW, Stage.PUBLICATION)

#: The decisions of people, by a button.
DECISIONS = (
    CaseTransition(
        "cadrer",
        "Passer au cadrage",
        {Stage.SPOTTING: Stage.FRAMING},
        CENTRE_ONLY,
        (ASSIGNED,),
    ),
    CaseTransition(
        "retenir",
        "Retenir l’action",
        {Stage.FRAMING: Stage.COLLECTION},
        TEAM,
        (ASSIGNED, CRITERIA, CARRIER),
    ),
    CaseTransition(
        "analyser",
        "Clore le recueil et passer à l’analyse",
        {Stage.COLLECTION: Stage.ANALYSIS},
        TEAM,
        (CONSENT, INTERVIEWS),
    ),
    CaseTransition(
        "rediger",
        "Passer à la rédaction",
        {Stage.ANALYSIS: Stage.WRITING},
        TEAM,
        (CONSENT, TRANSCRIPTS, PLAN),
    ),
    CaseTransition(
        "episode-lie",
        "L’épisode est en ligne",
        {Stage.PODCAST: Stage.LIFE},
        CENTRE_ONLY,
        (EPISODE,),
    ),
    CaseTransition("sans-podcast", "Se passer de podcast", {Stage.PODCAST: Stage.LIFE}, CENTRE_ONLY, needs_reason=True),
    CaseTransition("reviser", "Réviser la fiche", {Stage.LIFE: Stage.WRITING}, CENTRE_ONLY, needs_reason=True),
    CaseTransition(
        "revenir",
        "Revenir à l’étape précédente",
        {
            Stage.FRAMING: Stage.SPOTTING,
            Stage.COLLECTION: Stage.FRAMING,
            Stage.ANALYSIS: Stage.COLLECTION,
            Stage.WRITING: Stage.ANALYSIS,
            Stage.LIFE: Stage.PODCAST,
        },
        TEAM,
        needs_reason=True,
    ),
    CaseTransition(
        "ajourner",
        "Ajourner",
        staying_at(*BEFORE_SUBMISSION, Stage.PODCAST),
        TEAM,
        needs_reason=True,
        status_after=CaseStatus.POSTPONED,
    ),
    CaseTransition(
        "ecarter",
        "Écarter",
        staying_at(*BEFORE_SUBMISSION, *IN_WORKFLOW),
        CENTRE_ONLY,
        needs_reason=True,
        writes_to_clsm=True,
        status_after=CaseStatus.SET_ASIDE,
    ),
    CaseTransition(
        "archiver",
        "Archiver",
        staying_at(Stage.LIFE),
        CENTRE_ONLY,
        needs_reason=True,
        status_after=CaseStatus.ARCHIVED,
    ),
    CaseTransition(
        "reprendre",
        "Reprendre",
        staying_at(*Stage),
        CENTRE_ONLY,
        needs_reason=True,
        statuses=(CaseStatus.POSTPONED, CaseStatus.SET_ASIDE, CaseStatus.ARCHIVED),
    ),
)

#: The events of the workflow of the sheet. Nobody has a button for these.
FOLLOWED = (
    CaseTransition(
        "relecture-clsm",
        "Fiche soumise à la relecture du CLSM",
        leading_to(Stage.PROOFREADING, Stage.WRITING, Stage.REVIEW, Stage.PUBLICATION),
        (WORKFLOW,),
    ),
    CaseTransition(
        "relecture-editoriale",
        "Fiche soumise à la relecture éditoriale",
        leading_to(Stage.REVIEW, Stage.WRITING, Stage.PROOFREADING, Stage.PUBLICATION),
        (WORKFLOW,),
    ),
    CaseTransition(
        "a-publier",
        "Relecture éditoriale approuvée",
        leading_to(Stage.PUBLICATION, Stage.WRITING, Stage.PROOFREADING, Stage.REVIEW),
        (WORKFLOW,),
    ),
    CaseTransition("retour", "Fiche rendue à la rédaction", leading_to(Stage.WRITING, *IN_WORKFLOW), (WORKFLOW,)),
    CaseTransition("publication", "Fiche publiée", leading_to(Stage.PODCAST, Stage.WRITING, *IN_WORKFLOW), (WORKFLOW,)),
)

CASES = CaseTable(*DECISIONS, *FOLLOWED)

LABELS = {OPENED: "Dossier ouvert"} | {transition.name: transition.label for transition in CASES}
