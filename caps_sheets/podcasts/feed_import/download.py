"""Download of a URL given by a user, protected against requests to the internal network (SSRF).

Only http and https are allowed, on the usual ports. The name is resolved once, every IP address must be public, and
the connection uses that IP address, so that a later DNS answer has no effect. The same holds for each redirect. Size,
time and number of redirects are bounded.
"""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import urllib3
from urllib3.response import BaseHTTPResponse

PORTS = {"http": 80, "https": 443}
REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 5
MAX_BYTES = 20_000_000
MAX_SECONDS = 60.0
CONNECT_SECONDS, READ_SECONDS = 5.0, 15.0
CHUNK = 65_536
#: IPv4-compatible, IPv4-mapped, IPv4-translated (RFC 7915) and NAT64 (RFC 6052).
ENDS_IN_IPV4 = [
    ipaddress.IPv6Network(network) for network in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96")
]
LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215: a translator of the local network
USER_AGENT = "PortailCLSM/1 (import de podcast)"


class FetchError(Exception):
    """The URL is refused or does not answer; the message gives the reason, in French."""


def resolve(host: str, port: int) -> list[str]:
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Public IP address: not this machine, not a private or shared network, not a reserved range.

    An IPv6 address that maps to an IPv4 one is as public as that one.
    """
    ip = ipaddress.ip_address(address.split("%", 1)[0])
    if isinstance(ip, ipaddress.IPv6Address):
        hidden = _ipv4_of(ip)
        if hidden is not None:
            return is_public(str(hidden))
        if ip in LOCAL_NAT64:
            return False
    return ip.is_global and not ip.is_multicast


def _ipv4_of(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in a 6to4, Teredo, translated, mapped or « compatible » address."""
    if any(address in network for network in ENDS_IN_IPV4):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.sixtofour or (address.teredo[1] if address.teredo else None)


@dataclass(frozen=True)
class Guard:
    """What is allowed: how a name is resolved to IP addresses, which of them and which ports are accepted."""

    resolve: Callable[[str, int], Iterable[str]] = resolve
    is_allowed: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset(PORTS.values())


GUARD = Guard()


def fetch(url: str, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS, guard: Guard = GUARD) -> bytes:
    """The content at ``url``, redirects followed, or ``FetchError``."""
    deadline = time.monotonic() + max_seconds
    for _ in range(MAX_REDIRECTS + 1):
        response = _open(_split(url), guard)
        try:
            if response.status not in REDIRECTS:
                return _body(response, max_bytes, deadline)
            url = urljoin(url, response.headers.get("Location", ""))
        finally:
            response.release_conn()
            response.close()
    raise FetchError("Cette adresse renvoie trop de fois vers une autre.")


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise FetchError("Cette adresse est mal écrite.") from error


def _open(parts: SplitResult, guard: Guard) -> BaseHTTPResponse:
    address = _checked_address(parts, guard)
    pool = _pool(parts, address)
    target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    try:
        return pool.request("GET", target, headers=headers, redirect=False, retries=False, preload_content=False)
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise FetchError("Cette adresse ne répond pas, ou son certificat n’est pas valable.") from error


def _checked_address(parts: SplitResult, guard: Guard) -> str:
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError) as error:
        raise FetchError("Seules les adresses « http:// » et « https:// » sont lues.") from error
    if not parts.hostname:
        raise FetchError("Cette adresse n’a pas de nom d’hôte.")
    if parts.username or parts.password:
        raise FetchError("Une adresse avec un compte ou un mot de passe n’est pas lue.")
    if port not in guard.ports:
        raise FetchError("Seuls les ports 80 et 443 sont lus.")
    try:
        addresses = list(guard.resolve(parts.hostname, port))
    except (OSError, UnicodeError) as error:
        raise FetchError(f"Le nom « {parts.hostname} » est inconnu.") from error
    if not addresses or not all(guard.is_allowed(address) for address in addresses):
        raise FetchError("Cette adresse mène à un réseau privé : elle n’est pas lue.")
    return addresses[0]


def _pool(parts: SplitResult, address: str) -> urllib3.HTTPConnectionPool:
    """One connection to the checked IP address, with the requested host name."""
    port = parts.port or PORTS[parts.scheme]
    timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
    if parts.scheme == "http":
        return urllib3.HTTPConnectionPool(address, port, timeout=timeout, maxsize=1)
    return urllib3.HTTPSConnectionPool(
        address,
        port,
        timeout=timeout,
        maxsize=1,
        cert_reqs="CERT_REQUIRED",
        ca_certs=certifi.where(),
        server_hostname=parts.hostname,
        assert_hostname=parts.hostname,
    )


def _body(response: BaseHTTPResponse, max_bytes: int, deadline: float) -> bytes:
    if response.status != 200:
        raise FetchError(f"Cette adresse répond {response.status}.")
    content = bytearray()
    try:
        for chunk in response.stream(CHUNK):
            content += chunk
            if len(content) > max_bytes:
                raise FetchError(f"Ce fichier dépasse {max_bytes // 1_000_000} Mo.")
            if time.monotonic() > deadline:
                raise FetchError("Cette adresse répond trop lentement.")
    except urllib3.exceptions.HTTPError as error:
        raise FetchError("La réponse s’est interrompue.") from error
    return bytes(content)
