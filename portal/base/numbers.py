"""Numbers that come from a request."""

#: Numbers of so many digits fit any integer column of both databases.
MOST_DIGITS = 17


def posted_number(text: str, otherwise: int = 0) -> int:
    """A whole number written in ASCII digits, small enough for a database; ``otherwise`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else otherwise
