"""The network's data, split by subject."""

from network.models.assignments import CoordinatorAssignment
from network.models.clsm import ClsmPage
from network.models.directory import DirectoryPage
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
    "ClsmTheme",
    "ClsmWorkingGroup",
    "CoordinatorAssignment",
    "DirectoryPage",
    "Organisation",
]
