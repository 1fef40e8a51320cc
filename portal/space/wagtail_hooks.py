"""The sections that the space itself adds to « Mon CLSM »."""

from wagtail import hooks

from network.space_sections import Section
from portal.space.sections import (
    count_messages,
    count_profile_tasks,
    read_coordination,
    read_messages,
    read_profile,
)


@hooks.register("clsm_space_sections")
def profile_section() -> Section:
    template = "components/space/profile.html"
    return Section("profil", "Mon profil", 10, template, read_profile, count_profile_tasks)


@hooks.register("clsm_space_sections")
def messages_section() -> Section:
    template = "components/space/messages.html"
    return Section("messages", "Messages du Centre", 80, template, read_messages, count_messages)


@hooks.register("clsm_space_sections")
def coordination_section() -> Section:
    return Section("coordination", "Coordination", 90, "components/space/coordination.html", read_coordination)
