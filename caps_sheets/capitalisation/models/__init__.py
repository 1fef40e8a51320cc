"""From the census of actions to the published sheet: census, case file, interview, proof-reading."""

from caps_sheets.capitalisation.models.case_file import CaseFile, CaseStatus, Stage, StageMove
from caps_sheets.capitalisation.models.census import (
    CARD_FIELDS,
    PUBLIC_STATES,
    CensusAnswer,
    CensusChange,
    CensusState,
    Evaluation,
    Involvement,
    Progress,
    Wish,
)
from caps_sheets.capitalisation.models.census_documents import CensusDocument
from caps_sheets.capitalisation.models.framing import MAX_SCORE, FramingAnswer, FramingCriterion
from caps_sheets.capitalisation.models.interview import Channel, Consent, Interview, InterviewNote
from caps_sheets.capitalisation.models.interview_grid import InterviewGrid, InterviewPart, InterviewQuestion
from caps_sheets.capitalisation.models.private_files import FileAccess, FileKind, PrivateFile
from caps_sheets.capitalisation.models.proofreading import (
    LINK_LIFE,
    ProofreadingComment,
    ProofreadingLink,
    ProofreadingReply,
    ProofreadingRound,
    Reply,
    RoundOutcome,
    VerbatimAgreement,
)
from caps_sheets.capitalisation.models.proofreading_task import ProofreadingTask

__all__ = [
    "CARD_FIELDS",
    "LINK_LIFE",
    "MAX_SCORE",
    "PUBLIC_STATES",
    "CaseFile",
    "CaseStatus",
    "CensusAnswer",
    "CensusChange",
    "CensusDocument",
    "CensusState",
    "Channel",
    "Consent",
    "Evaluation",
    "FileAccess",
    "FileKind",
    "FramingAnswer",
    "FramingCriterion",
    "Interview",
    "InterviewGrid",
    "InterviewNote",
    "InterviewPart",
    "InterviewQuestion",
    "Involvement",
    "PrivateFile",
    "Progress",
    "ProofreadingComment",
    "ProofreadingLink",
    "ProofreadingReply",
    "ProofreadingRound",
    "ProofreadingTask",
    "Reply",
    "RoundOutcome",
    "Stage",
    "StageMove",
    "VerbatimAgreement",
    "Wish",
]
