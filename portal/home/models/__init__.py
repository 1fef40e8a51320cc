"""The pages that put the rooms together."""

from portal.home.models.home import HomePage
from portal.home.models.themes import ThemesIndexPage

__all__ = ["HomePage", "ThemesIndexPage"]
