"""The models of the network of CLSMs, one module per subject."""

from network.models.clsm import ClsmPage
from network.models.coordination import (
    ClaimRequest,
    ClaimState,
    ContactConsent,
    ContactItem,
    CoordinatorAssignment,
    Handover,
    Invitation,
    InvitationState,
)
from network.models.directory import DirectoryPage
from network.models.lifecycle import ClsmSplit, FreshnessReminder, RegionalModerator
from network.models.organisations import Organisation
from network.models.records import ClsmRecord
from network.models.related import (
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
from network.models.typed_profiles import TypedProfile

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
    "ContactConsent",
    "ContactItem",
    "CoordinatorAssignment",
    "DirectoryPage",
    "FreshnessReminder",
    "Handover",
    "Invitation",
    "InvitationState",
    "Organisation",
    "RegionalModerator",
    "TypedProfile",
]
