"""The network's data, split by subject."""

from network.models.assignments import CoordinatorAssignment
from network.models.claims import ClaimRequest, ClaimState
from network.models.clsm import ClsmPage
from network.models.directory import DirectoryPage
from network.models.invitations import Handover, Invitation, InvitationState
from network.models.life import ClsmSplit, FreshnessReminder, RegionalModerator
from network.models.organisations import Organisation
from network.models.parts import (
    ClsmBody,
    ClsmCofacilitation,
    ClsmCommune,
    ClsmEpci,
    ClsmFunder,
    ClsmQpv,
    ClsmReport,
    ClsmSector,
    ClsmTheme,
    ClsmWorkingGroup,
)
from network.models.records import ClsmRecord

__all__ = [
    "ClaimRequest",
    "ClaimState",
    "ClsmBody",
    "ClsmCofacilitation",
    "ClsmCommune",
    "ClsmEpci",
    "ClsmFunder",
    "ClsmPage",
    "ClsmQpv",
    "ClsmRecord",
    "ClsmReport",
    "ClsmSector",
    "ClsmSplit",
    "ClsmTheme",
    "ClsmWorkingGroup",
    "CoordinatorAssignment",
    "DirectoryPage",
    "FreshnessReminder",
    "Handover",
    "Invitation",
    "InvitationState",
    "Organisation",
    "RegionalModerator",
]
