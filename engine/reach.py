"""Asks one web address whether it can be reached, and only what the operator allowed. Keeps nothing of what answers.

What somebody typed into a form must not make this server ask a machine that he could not ask himself (server-side
request forgery, OWASP A01:2025): a host is asked when it is on the list, its name is resolved once, the address that
was judged is the address that is connected to, and each redirect is judged again. No cookies, no credentials.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

from engine.core.errors import BadRequest
from engine.core.messages import Message

Outcome = Literal["reached", "not_found", "refused", "not_allowed", "timed_out", "unknown_host"]
Address: TypeAlias = IPv4Address | IPv6Address
PORTS = {"http": 80, "https": 443}
REDIRECTS = (301, 302, 303, 307, 308)
MOST_HOPS = 3
STEP = 5.0  # seconds for one answer of a network
WHOLE = 12.0  # seconds for all of it, redirects included
CAP = 1024  # bytes that are read of a body, and thrown away
TRANSLATED = IPv6Network("64:ff9b::/96")  # NAT64 (RFC 6052): an IPv4 address in other clothes
HEADERS = {"User-Agent": "Siklus-link-check", "Accept": "*/*", "Connection": "close"}


@dataclass(frozen=True, slots=True)
class Allowed:
    """What may be asked: hosts at the usual ports, hosts at a port of their own, whatever is below a domain, and
    addresses with their port, which may be private."""

    hosts: frozenset[str] = frozenset()
    places: frozenset[tuple[str, int]] = frozenset()
    domains: tuple[str, ...] = ()
    addresses: frozenset[tuple[Address, int]] = frozenset()

    def has(self, host: str, port: int) -> bool:
        """Whether this host may be asked at this port; where its name leads is asked later."""
        if (address := _literal(host)) is not None:
            return (address, port) in self.addresses or (address.compressed in self.hosts and port in PORTS.values())
        if (host, port) in self.places:
            return True
        return port in PORTS.values() and (host in self.hosts or host.endswith(self.domains or (" ",)))

    def may_connect(self, address: Address, port: int) -> bool:
        """Whether this server may connect there: to the public network, or where the operator named the very place."""
        return (address, port) in self.addresses or is_public(address)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of asking; `status` is that of the last answer, where there was one."""

    outcome: Outcome
    status: int | None = None


def read_allowed(setting: str) -> Allowed:
    """SIKLUS_LINK_HOSTS: hosts, `*.domain`, `host:port`, `address:port`, between commas; BadRequest names a bad one."""
    hosts, places, domains, addresses = set(), set(), [], set()
    for item in (part.strip().lower() for part in setting.split(",") if part.strip()):
        host, port = _place(item)
        address = _literal(host)
        if host.startswith("*.") and port is None:
            domains.append(host[1:])
        elif address is not None and port is not None:
            addresses.add((address, port))
        elif port is not None:
            places.add((host, port))
        else:
            hosts.add(address.compressed if address is not None else host)
    return Allowed(frozenset(hosts), frozenset(places), tuple(domains), frozenset(addresses))


def _place(item: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{item}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    plain = host.removeprefix("*.")
    if not plain or "*" in plain or "@" in item or "/" in item or not (host[:1] == "*" or "." in host or ":" in host):
        raise BadRequest(Message("settings.link_host", found=item))
    return host, port


def is_public(address: Address) -> bool:
    """Whether an address is of the public network, and so is what it carries (RFC 4291, 3056, 4380, 6052)."""
    inside: list[Address | None] = []
    if isinstance(address, IPv6Address):
        teredo = address.teredo[1] if address.teredo else None
        translated = IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else None
        inside = [address.ipv4_mapped, address.sixtofour, teredo, translated]
    carried = [each for each in inside if each is not None]
    if carried:
        return all(is_public(each) for each in carried)
    inward = isinstance(address, IPv6Address) and address.is_site_local  # RFC 3879: offices have it still
    return address.is_global and not (address.is_multicast or address.is_reserved or inward)


def check(url: str, allowed: Allowed) -> Found:
    """Ask an address, and whatever it redirects to as far as that is allowed; always answers, within WHOLE seconds."""
    until = time.monotonic() + WHOLE
    try:
        for _ in range(MOST_HOPS + 1):
            found, location = _hop(url, allowed, until)
            if location is None:
                return found
            url = urljoin(url, location)
    except TimeoutError:
        return Found("timed_out")
    except (OSError, HTTPException, ValueError):
        # Whatever ends a conversation after the time is over, the time ended it: the socket was shut.
        return Found("timed_out" if time.monotonic() >= until else "refused")
    return Found("refused")  # it leads from one place to the next


def _hop(url: str, allowed: Allowed, until: float) -> tuple[Found, str | None]:
    """Ask one address; answers with what was found, or where it leads on."""
    parts = urlsplit(url)
    host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(parts.scheme, 0)
    if parts.scheme not in PORTS or "@" in parts.netloc or not allowed.has(host, port):
        return Found("not_allowed"), None
    addresses = _resolved(host, port, until)
    if not addresses:
        return Found("unknown_host"), None
    # All of them: a name that leads inside as well is no name to trust.
    if not all(allowed.may_connect(address, port) for address in addresses):
        return Found("not_allowed"), None
    status, location = _asked("HEAD", parts, host, port, addresses[0], until)
    if status not in REDIRECTS and not 200 <= status < 300:
        status, location = _asked("GET", parts, host, port, addresses[0], until)  # some answer no HEAD
    if status in REDIRECTS and location:
        return Found("refused", status), location
    return Found(_outcome(status), status), None


def post(url: str, allowed: Allowed, headers: Mapping[str, str], body: bytes) -> Found:
    """Send a body to an address, once; no redirect is followed, and nothing of the answer is kept but its status.

    Over https; over http only to a place that the operator named with its port. Always answers, within WHOLE seconds.
    """
    until = time.monotonic() + WHOLE
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(parts.scheme, 0)
        if not may_post(url, allowed):
            return Found("not_allowed")
        addresses = _resolved(host, port, until)
        if not addresses:
            return Found("unknown_host")
        if not all(allowed.may_connect(address, port) for address in addresses):
            return Found("not_allowed")
        status, _ = _asked("POST", parts, host, port, addresses[0], until, headers, body)
        return Found(_outcome(status), status)
    except TimeoutError:
        return Found("timed_out")
    except (OSError, HTTPException, ValueError):
        return Found("timed_out" if time.monotonic() >= until else "refused")


def may_post(url: str, allowed: Allowed) -> bool:
    """Whether an address may be sent to at all; where its name leads is asked when it is."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    if "@" in parts.netloc or parts.fragment or not allowed.has(host, port):
        return False
    named = (host, port) in allowed.places or (_literal(host), port) in allowed.addresses
    return parts.scheme == "https" or (parts.scheme == "http" and named)


def _outcome(status: int) -> Outcome:
    if 200 <= status < 300:
        return "reached"
    return "not_found" if status in (404, 410) else "refused"


def _resolved(host: str, port: int, until: float) -> list[Address]:
    """The addresses of a name, asked once; nothing where it has none. Raises TimeoutError."""
    if (literal := _literal(host)) is not None:
        return [literal]
    found: list[Address] = []

    def resolve() -> None:
        try:
            rows = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(ip_address(str(row[4][0]).partition("%")[0]) for row in rows)

    thread = threading.Thread(target=resolve, name="resolve", daemon=True)  # it has no time limit of its own
    thread.start()
    thread.join(min(STEP, _left(until)))
    if thread.is_alive():
        raise TimeoutError
    return found


def _asked(
    method: str,
    parts: SplitResult,
    host: str,
    port: int,
    address: Address,
    until: float,
    headers: Mapping[str, str] = HEADERS,
    body: bytes | None = None,
) -> tuple[int, str | None]:
    """Send one request to the address that was judged; answers with its status and where it leads."""
    with _connected(address, port, until) as plain, _ends(plain, until):
        secure = parts.scheme == "https"
        line = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        connection = HTTPConnection(host, port, timeout=STEP)
        connection.sock = line
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            answer.read(CAP)
            _left(until)  # an answer that was cut off by the time looks like a whole one
            return answer.status, answer.getheader("Location")
        finally:
            connection.close()


def _connected(address: Address, port: int, until: float) -> socket.socket:
    """A line to an address, which is not resolved again."""
    line = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
    line.settimeout(min(STEP, _left(until)))
    try:
        line.connect((address.compressed, port))
    except OSError:
        line.close()
        raise
    return line


@contextmanager
def _ends(line: socket.socket, until: float) -> Iterator[None]:
    """Shut a connection when the time is over: one byte a second would never be too late for a time-out of its own."""

    def shut() -> None:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # closed already

    timer = threading.Timer(_left(until), shut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _literal(host: str) -> Address | None:
    """The address that a host is written as; None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
