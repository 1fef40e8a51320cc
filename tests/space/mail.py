"""Reading the links that the portal wrote to people."""

import re
from urllib.parse import urlsplit

from django.core import mail


def link_in(message_number: int = -1, prefix: str = "/invitation/") -> str:
    """The path of the first link of that kind in a message of the outbox."""
    body = mail.outbox[message_number].body
    found = next(link for link in re.findall(r"https?://\S+", body) if urlsplit(link).path.startswith(prefix))
    return urlsplit(found).path
