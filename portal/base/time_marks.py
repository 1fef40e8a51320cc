"""Positions in a recording, written « mm:ss » or « h:mm:ss »."""

import re
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MARK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)", re.ASCII)


def parse_time_mark(text: str) -> int | None:
    """Seconds from the start; None for an empty text; ``ValueError`` with a French message."""
    text = text.strip()
    if not text:
        return None
    match = MARK.fullmatch(text)
    if match is None or (match[1] and int(match[2]) >= 60):
        raise ValueError("Écrivez le repère en minutes et secondes, par exemple 12:30.")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def show_time_mark(seconds: int | None) -> str:
    if seconds is None:
        return ""
    minutes, left = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes:02}:{left:02}"


#: A mark inside a text: « [12:34] ».
INSIDE = re.compile(r"\[((?:\d{1,2}:)?\d{1,3}:[0-5]\d)\]", re.ASCII)


@dataclass(frozen=True)
class Marked:
    """A part of a text, and the ``mark`` before it: its ``seconds``, and how it is written (empty without one)."""

    text: str
    seconds: int | None = None
    mark: str = ""


def split_at_marks(text: str) -> list[Marked]:
    """The parts of ``text``: joined with their marks, they give it back whole."""
    parts, last, seconds, mark = [], 0, None, ""
    for match in INSIDE.finditer(text):
        try:
            found = parse_time_mark(match[1])
        except ValueError:
            continue
        parts.append(Marked(text[last : match.start()], seconds, mark))
        last, seconds, mark = match.end(), found, match[0]
    parts.append(Marked(text[last:], seconds, mark))
    return [part for part in parts if part.text or part.mark]


def without_marks(text: str) -> str:
    """``text`` for other readers: a mark goes with the spaces after it."""
    parts = split_at_marks(text)
    return "".join(part.text.lstrip(" ") if part.mark else part.text for part in parts).strip()


class TimeMarkField(forms.CharField):
    """Whole seconds, typed and shown as « 12:30 »."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"size": 8, "placeholder": "12:30", "inputmode": "text"}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Keep the typed text, so that a mistake is corrected rather than typed again."""
        return show_time_mark(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        try:
            return value if isinstance(value, int) else parse_time_mark(value or "")
        except ValueError as error:
            raise ValidationError(str(error), code="invalid") from error

    def run_validators(self, value: Any) -> None:
        """The validators of a text (length, null characters) do not apply to seconds."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True
