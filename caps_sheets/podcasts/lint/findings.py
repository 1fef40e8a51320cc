"""What the lint says about a feed."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    ERROR = "erreur"  # directories or apps refuse it, or read it wrong
    ADVICE = "conseil"


@dataclass(frozen=True, slots=True)
class Finding:
    """``rule``: stable name; ``where``: title of the episode, empty for the whole feed."""

    rule: str
    level: Level
    message: str
    where: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
