"""Exceptions with French messages: a rule refuses an operation, a text cannot be parsed."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import localtime


class RefusedError(Exception):
    """A decision that the rules do not allow now. ``messages``: French sentences to show to the person."""

    def __init__(self, *messages: str) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(messages))


class UnreadableTextError(Exception):
    """The text cannot be parsed; ``messages`` give the errors and their place, in French."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class LineFaultError(Exception):
    """One error, and its line counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Ligne {line} : {message}")


@dataclass(frozen=True)
class Problem:
    """A line of the error summary (``components/error_summary.html``), with a link to its place on the page."""

    text: str
    label: str
    anchor: str


def already_decided(what: object, *, by: object = None, at: datetime | None = None) -> RefusedError:
    """For the second of two people: ``what`` was decided, by whom and when, if known."""
    return RefusedError(f"Décision déjà prise{signature(by, at)} : {what}.")


def signature(by: object = None, at: datetime | None = None) -> str:
    """« par Alix Martin le 12/03/2026 à 14:05 », with a leading space; empty when nothing is known."""
    who = f" par {by}" if by else ""
    return who + (f" le {localtime(at):%d/%m/%Y à %H:%M}" if at else "")
