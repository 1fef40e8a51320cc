"""What a service answers when a rule says no."""


class Refused(Exception):
    """A decision that the rules do not allow now. ``messages``: French sentences to show to the person."""

    def __init__(self, *messages: str) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(messages))
