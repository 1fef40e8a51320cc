"""A mail server that never answers."""

from django.core.mail.backends.base import BaseEmailBackend


class DeadServer(BaseEmailBackend):
    def send_messages(self, email_messages: list) -> int:
        raise ConnectionRefusedError
