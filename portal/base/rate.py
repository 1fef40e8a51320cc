"""Rate limits on what a visitor sends, without a record of who they are.

A sender is known for one hour at most, as a hash whose random salt is discarded with it. After that, nothing links an
IP address to what it sent, even with the secret key.
"""

from hashlib import blake2b
from ipaddress import IPv6Address, ip_address
from secrets import token_bytes

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 3600


def network(address: str) -> str:
    """The IP address, or the /64 of an IPv6 one: a household has one, and its devices vary the rest."""
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or IPv6Address(int(ip) >> 64 << 64))


def network_of(request: HttpRequest) -> str:
    """The network of the visitor, behind the proxies of ``TRUSTED_PROXY_COUNT``."""
    return network(get_adapter().get_client_ip(request))


def too_many(action: str, sender: str, limit: int) -> bool:
    """Count one more ``action`` of ``sender`` (a network). True above ``limit`` within the hour."""
    key = f"rate.{action}.{_hash(sender)}"
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key) > limit
    except ValueError:  # it expired between the two calls
        return False


def _hash(sender: str) -> str:
    salt = cache.get_or_set("rate.salt", lambda: token_bytes(32), HOUR) or token_bytes(32)
    return blake2b(sender.encode(), key=salt, digest_size=16).hexdigest()
