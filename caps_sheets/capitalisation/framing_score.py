"""The framing grid of one case file as it is read: its lines, and the score they give."""

from dataclasses import dataclass

from caps_sheets.capitalisation.models import MAX_SCORE, CaseFile, FramingAnswer, FramingCriterion


@dataclass(frozen=True)
class Line:
    """A criterion that the Centre proposes, and the answer if there is one."""

    criterion: FramingCriterion
    answer: FramingAnswer | None


@dataclass(frozen=True)
class Score:
    """``points`` out of ``maximum``, weights applied; ``unscored`` criteria count for nothing yet."""

    points: int
    maximum: int
    unscored: int

    @property
    def percent(self) -> int:
        return round(100 * self.points / self.maximum) if self.maximum else 0


def grid_of(case_file: CaseFile) -> list[Line]:
    """The grid of today, in its order. Two queries."""
    answers = {answer.criterion_id: answer for answer in case_file.framing_answers.all()}
    return [Line(criterion, answers.get(criterion.pk)) for criterion in FramingCriterion.objects.filter(is_active=True)]


def score_of(lines: list[Line]) -> Score:
    """What the criteria that do not block add up to."""
    weighted = [line for line in lines if not line.criterion.is_blocking]
    scored = [(line.criterion.weight, line.answer.score) for line in weighted if line.answer]
    return Score(
        points=sum(weight * score for weight, score in scored if score is not None),
        maximum=sum(MAX_SCORE * line.criterion.weight for line in weighted),
        unscored=len(weighted) - sum(score is not None for _, score in scored),
    )
