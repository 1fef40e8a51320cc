"""The sections that the space itself adds to « Mon CLSM »."""

from wagtail import hooks

from network.space_sections import Section
from portal.space.sections import read_coordination, read_messages, read_profile


@hooks.register("clsm_space_sections")
def profile_section() -> Section:
    return Section("profil", "Mon profil", 10, "components/space/profile.html", read_profile)


@hooks.register("clsm_space_sections")
def messages_section() -> Section:
    return Section("messages", "Messages du Centre", 80, "components/space/messages.html", read_messages)


@hooks.register("clsm_space_sections")
def coordination_section() -> Section:
    return Section("coordination", "Coordination", 90, "components/space/coordination.html", read_coordination)
