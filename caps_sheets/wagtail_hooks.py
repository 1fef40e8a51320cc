"""What the sheets add to Wagtail's admin."""

from caps_sheets.life import admin  # noqa: F401
from caps_sheets.review import hooks  # noqa: F401
