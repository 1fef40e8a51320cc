"""The link that a sender clicks to receive a copy of their own message."""

from datetime import timedelta

from django.db import models

from network.messages.models.message import Message
from portal.base.signed_links import SignedLink


class CopyLink(SignedLink):
    """The e-mail that holds it shows nothing that the sender typed: it proves the address before anything is sent."""

    lifetime = timedelta(days=7)

    message = models.ForeignKey(Message, verbose_name="message", on_delete=models.CASCADE, related_name="copy_links")
    copied_at = models.DateTimeField("copie envoyée le", null=True, blank=True)

    class Meta(SignedLink.Meta):
        verbose_name = "lien vers la copie d’un message"
        verbose_name_plural = "liens vers la copie d’un message"

    def __str__(self) -> str:
        return f"Copie : {self.message}"

    def over_reason(self) -> str:
        return "La copie de ce message vous a déjà été envoyée." if self.copied_at else ""
