"""Places in a recording, written « mm:ss » or « h:mm:ss »."""

import re

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
