"""The pages that gather the contents of several apps."""

from portal.home.models.home import HomePage
from portal.home.models.themes import ThemesIndexPage

__all__ = ["HomePage", "ThemesIndexPage"]
