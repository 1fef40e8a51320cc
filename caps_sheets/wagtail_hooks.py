"""CAPS sheets in Wagtail's admin."""

from caps_sheets.document_import import hooks as document_hooks  # noqa: F401
from caps_sheets.lifecycle import hooks as lifecycle_hooks  # noqa: F401
from caps_sheets.review import hooks as review_hooks  # noqa: F401
