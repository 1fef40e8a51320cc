"""The notice events. Each app declares its own by the hook ``notice_events``.

The text of an event is ``templates/email/notices/<event>.txt``: the subject on the first line, a blank line, the
body. It holds no greeting or signature: the e-mail template adds them.
"""

from dataclasses import dataclass

from wagtail import hooks


@dataclass(frozen=True)
class Event:
    """``audience`` describes in French who is notified, as the account page and the guides show it."""

    name: str
    label: str
    audience: str

    @property
    def template(self) -> str:
        return f"email/notices/{self.name}.txt"


def events() -> list[Event]:
    """Every declared event, in the order of the apps."""
    return [event for declare in hooks.get_hooks("notice_events") for event in declare()]
