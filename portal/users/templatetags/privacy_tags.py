"""Beside a form that asks for personal data: why, and for how long, in the words of the register."""

import re

from django import template

from portal.users.privacy.registry import activity_named

register = template.Library()

#: The register names the command that erases; it tells the public nothing.
COMMAND = re.compile(r"[\s\xa0]*\(«[\s\xa0]\w+[\s\xa0]»\)")


@register.inclusion_tag("components/privacy_note.html")
def privacy_note(*keys: str) -> dict[str, object]:
    """``keys``: the processing activities that the form feeds. An unknown one is an error."""
    activities = [activity_named(key) for key in keys]
    return {"notes": [(activity, COMMAND.sub("", activity.kept)) for activity in activities]}
