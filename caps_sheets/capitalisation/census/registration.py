"""What the census tells the rest of the portal of itself, once the models are ready."""

from caps_sheets.capitalisation.census import hooks  # noqa: F401
from caps_sheets.capitalisation.census.notices import register_events
from caps_sheets.capitalisation.census.space_section import SECTION
from network import space_sections


def register() -> None:
    register_events()
    space_sections.register(SECTION)
