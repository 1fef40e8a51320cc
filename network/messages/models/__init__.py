"""The messages, their answers, and the links that open a copy."""

from network.messages.models.copy_link import CopyLink
from network.messages.models.message import Desk, Message, MessageAnswer, MessageState, MessageSubject

__all__ = ["CopyLink", "Desk", "Message", "MessageAnswer", "MessageState", "MessageSubject"]
