"""Found by Wagtail."""

from network.messages import hooks  # noqa: F401
