"""From the census of actions to the published sheet: census, case file, interview, proof-reading."""

from caps_sheets.capitalisation.models.case_file import CaseFile, CaseStatus, Stage, StageMove
from caps_sheets.capitalisation.models.census import (
    PUBLIC_STATES,
    CensusAnswer,
    CensusChange,
    CensusState,
    Evaluation,
    Involvement,
    Progress,
    Wish,
)
from caps_sheets.capitalisation.models.framing import MAX_SCORE, FramingAnswer, FramingCriterion

__all__ = [
    "MAX_SCORE",
    "PUBLIC_STATES",
    "CaseFile",
    "CaseStatus",
    "CensusAnswer",
    "CensusChange",
    "CensusState",
    "Evaluation",
    "FramingAnswer",
    "FramingCriterion",
    "Involvement",
    "Progress",
    "Stage",
    "StageMove",
    "Wish",
]
