"""Every notice as it is read, in each of its cases, for whoever rereads the words without the code."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from portal.moderation.notices.texts import write

NOTICES = Path(settings.BASE_DIR) / "templates" / "email" / "notices"
KEPT = Path(__file__).with_name("letters.txt")
#: What is not called by its name.
KNOWN: dict[str, Any] = {"days": 8, "months": 12, "reuse.state": "publiee"}
VARIABLE = re.compile(r"{{ ([\w.]+)")
DAY = re.compile(r"{{ ([\w.]+)\|long_date")
LIST = re.compile(r"{% for \w+ in ([\w.]+)|{{ ([\w.]+)\|join")
CONDITION = re.compile(r"{% if (?:not )?(?!forloop|not )([\w.]+)")


class Named(str):
    """What a notice is given, read as its name: « [person] », and « [person.email] » for what it has."""

    given: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self.__class__.called(f"{self[1:-1]}.{name}", self.given)

    @property
    def title(self) -> Any:  # type: ignore[override]  # a method of every text
        return self.__getattr__("title")

    @classmethod
    def called(cls, name: str, given: dict[str, Any]) -> Any:
        value = cls(f"[{name}]")
        value.given = given
        return given.get(name, value)


class Lacking(Named):
    """The same for what does not hold."""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


def letters() -> str:
    """Each notice with all that it may say, then with what it says when none of its conditions holds."""
    return "\n".join(letter for file in sorted(NOTICES.glob("*.txt")) for letter in _letters(file))


def _letters(file: Path) -> Iterator[str]:
    source = file.read_text(encoding="utf-8")
    days = dict.fromkeys(DAY.findall(source), timezone.make_aware(datetime(2026, 3, 4, 14, 5)))
    lists = {
        name: [Named.called(f"{name} {rank}", {}) for rank in (1, 2)] for name in map("".join, LIST.findall(source))
    }
    names = {name.partition(".")[0] for name in (*VARIABLE.findall(source), *CONDITION.findall(source), *lists)}
    whole = {name: Named.called(name, KNOWN | days | lists) for name in names}
    yield _letter(file.stem, whole)
    if conditions := {name.partition(".")[0] for name in CONDITION.findall(source)}:
        yield _letter(file.stem, whole | {name: Lacking.called(name, days) for name in conditions}, " (sinon)")


def _letter(event: str, context: dict[str, Any], case: str = "") -> str:
    subject, body = write(event, context)
    return f"== {event}{case}\n{subject}\n\n{body}\n"
