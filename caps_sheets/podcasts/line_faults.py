"""What is wrong in a text that an author typed, line by line."""


class UnreadableText(Exception):
    """The text cannot be read as it stands; ``messages`` say where and why, in French."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__(" ".join(messages))
        self.messages = messages


class LineFault(Exception):
    """One fault, and its line counted from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Ligne {line} : {message}")
