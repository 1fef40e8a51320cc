"""Two tabs on the same form: each row says what it was when it was shown, so that nothing is overwritten in silence."""

import hashlib
from collections.abc import Mapping
from enum import Enum

Values = Mapping[str, str]


class Settled(Enum):
    UNCHANGED = "unchanged"
    TO_SAVE = "to save"
    CONFLICT = "conflict"


def normalised(text: str) -> str:
    """Browsers post line ends as CRLF."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def digest(values: Values) -> str:
    """Short fingerprint of what a row holds."""
    content = "\x1f".join(f"{name}={values[name]}" for name in sorted(values))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def settle(base: str, posted: Values, current: Values) -> Settled:
    """What to do with a row: ``base`` is the fingerprint it had when the form was made."""
    if digest(posted) == base or dict(posted) == dict(current):
        return Settled.UNCHANGED
    return Settled.TO_SAVE if digest(current) == base else Settled.CONFLICT
