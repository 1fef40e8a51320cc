"""What a case file needs before it goes on. Each condition says in French, sentence by sentence, what is missing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from caps_sheets.capitalisation.models import CaseFile, FramingCriterion
from caps_sheets.capitalisation.models.interview import has_valid_consent, interviews_closed, transcripts_reviewed


@dataclass(frozen=True)
class Condition:
    """``label`` names it in the documentation; ``check`` yields what is missing, nothing when it is met."""

    label: str
    check: Callable[[CaseFile], Iterator[str]]


def _owner(case_file: CaseFile) -> Iterator[str]:
    if case_file.owner is None or not case_file.owner.is_active:
        yield "Désignez l’accompagnateur·rice du dossier."


def _criteria(case_file: CaseFile) -> Iterator[str]:
    """Every blocking criterion that the Centre proposes today, one sentence each."""
    met = dict(case_file.framing_answers.values_list("criterion_id", "is_met"))
    for criterion in FramingCriterion.objects.filter(is_active=True, is_blocking=True):
        if met.get(criterion.pk) is None:
            yield f"Répondez au critère bloquant « {criterion} »."
        elif not met[criterion.pk]:
            yield f"Le critère bloquant « {criterion} » n’est pas rempli."


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
    # The relation comes from the podcasts, which look at the sheets, not the reverse.
    if case_file.sheet is None or not case_file.sheet.episode_items.filter(page__live=True).exists():
        yield "Aucun épisode publié ne cite la fiche : liez-en un, ou passez-vous de podcast en disant pourquoi."


OWNER = Condition("accompagnateur·rice désigné·e", _owner)
CRITERIA = Condition("tous les critères bloquants remplis", _criteria)
CARRIER = Condition("accord du porteur daté", _carrier)
CONSENT = Condition("consentement valable de chaque entretien", _consent)
INTERVIEWS = Condition("entretiens clos", _interviews)
TRANSCRIPTS = Condition("transcriptions relues", _transcripts)
PLAN = Condition("plan de la fiche validé", _plan)
EPISODE = Condition("épisode publié lié à la fiche", _episode)
