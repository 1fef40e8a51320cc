"""Limits on what a visitor may send, without keeping who they are.

The sender is known for an hour at most, as a hash whose salt is drawn at random and forgotten with it: afterwards
nothing links an address to what it sent, even for who holds the secret key.
"""

from hashlib import blake2b
from secrets import token_bytes

from django.core.cache import cache

HOUR = 3600


def too_many(action: str, sender: str, limit: int) -> bool:
    """Count one more ``action`` of ``sender`` (an IP address); True beyond ``limit`` within the hour."""
    key = f"rate.{action}.{_hash(sender)}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > limit
    except ValueError:  # it expired between the two calls
        return False


def _hash(sender: str) -> str:
    salt = cache.get_or_set("rate.salt", lambda: token_bytes(32), HOUR) or token_bytes(32)
    return blake2b(sender.encode(), key=salt, digest_size=16).hexdigest()
