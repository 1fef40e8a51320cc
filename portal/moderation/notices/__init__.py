"""The events people are told of: each app declares its own, in ``ready()``.

The text of an event is ``templates/email/notices/<event>.txt``: the subject on the first line, a blank line, the body.
No greeting, no signature: the e-mail around it brings them.
"""

from dataclasses import dataclass

__all__ = ["Event", "events", "register"]


@dataclass(frozen=True)
class Event:
    """``audience`` says in French who is told, as the account page and the guides show it."""

    name: str
    label: str
    audience: str

    @property
    def template(self) -> str:
        return f"email/notices/{self.name}.txt"


_events: dict[str, Event] = {}


def register(event: str, label: str, audience: str) -> None:
    _events[event] = Event(event, label, audience)


def events() -> list[Event]:
    """Every declared event, in the order of the apps."""
    return list(_events.values())
