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

__all__ = [
    "PUBLIC_STATES",
    "CaseFile",
    "CaseStatus",
    "CensusAnswer",
    "CensusChange",
    "CensusState",
    "Evaluation",
    "Involvement",
    "Progress",
    "Stage",
    "StageMove",
    "Wish",
]
