"""Settings that are refused when a server or worker starts, and those that are told. One place for all of them.

A single setting that cannot be read is refused by installation.py; here stands what does not fit together, or opens
the installation to strangers.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from engine.access import FOR_ALL, FOR_RIGHTS, LOOPBACK
from engine.core.errors import BadRequest
from engine.core.messages import Message
from engine.installation import Installation

FEWEST_SIGNS = 10  # different characters of a secret of 32: random ones have twenty
SHORTEST_TOKEN = 20
ENCRYPTED = ("require", "verify-ca", "verify-full")


def require(installation: Installation, *, demo: bool = False) -> list[Message]:
    """Refuse what is unsafe, naming the first; answer what is doubtful. demo: the database holds the demo city."""
    for message in refused(installation, demo=demo):
        raise BadRequest(message)
    return list(doubtful(installation))


def refused(installation: Installation, *, demo: bool = False) -> Iterator[Message]:
    """What no server starts with."""
    outside = installation.access.public_url
    yield from _hosts(installation)
    if installation.https and not installation.proxies:
        yield Message("safety.https_proxies")
    if outside and installation.https != outside.startswith("https:"):
        yield Message("safety.two_schemes", found=outside)
    if not installation.https and not installation.plain_http and not _is_here(installation.host):
        yield Message("safety.plain_http", host=installation.host)
    yield from _keys(installation)
    if demo and installation.https and not installation.demo:
        yield Message("safety.demo")


def _hosts(installation: Installation) -> Iterator[Message]:
    for host in installation.hosts:
        if any(sign in host for sign in "*/@ ") or not host.strip("."):
            yield Message("safety.host", found=host)
    if installation.https and all(_is_here(host) for host in installation.hosts):
        yield Message("safety.https_hosts")
    name = urlsplit(installation.access.public_url or "").hostname
    if name and not any(name == host.partition(":")[0] or _is_below(name, host) for host in installation.hosts):
        yield Message("safety.public_host", found=name)


def _is_below(name: str, host: str) -> bool:
    return host.startswith(".") and (name.endswith(host) or name == host[1:])


def _keys(installation: Installation) -> Iterator[Message]:
    if installation.secret == installation.factor_key:
        yield Message("safety.same_keys")
    keys = {"SIKLUS_SECRET_KEY": installation.secret, "SIKLUS_FACTOR_KEY": installation.factor_key}
    for name, key in keys.items() if installation.https else ():
        if len(set(key)) < FEWEST_SIGNS:
            yield Message("safety.weak_key", name=name)
    if installation.metrics and len(installation.metrics) < SHORTEST_TOKEN:
        yield Message("safety.metrics", shortest=SHORTEST_TOKEN)


def doubtful(installation: Installation) -> Iterator[Message]:
    """What is told at each start, and served all the same."""
    if installation.https:
        if installation.access.public_url is None:
            yield Message("safety.no_public_url")
        if installation.access.second_factor not in (FOR_RIGHTS, FOR_ALL) and installation.access.provider is None:
            yield Message("safety.second_factor", found=installation.access.second_factor)
    if installation.proxies and not _is_here(installation.host):
        yield Message("safety.proxies", host=installation.host)
    redis = urlsplit(installation.redis_url)
    if redis.hostname and not redis.password and not _is_here(redis.hostname):
        yield Message("safety.redis_open", host=redis.hostname)
    yield from _database(installation)
    if hasattr(os, "geteuid") and os.geteuid() == 0 and installation.https:
        yield Message("safety.root")


def _database(installation: Installation) -> Iterator[Message]:
    found = urlsplit(installation.database_url)
    if found.scheme.startswith("postgres"):
        mode = parse_qs(found.query).get("sslmode", [""])[0]
        if found.hostname and not _is_here(found.hostname) and mode not in ENCRYPTED:
            yield Message("safety.database_open", host=found.hostname)
        if installation.https and installation.owner_url is None:
            yield Message("safety.one_role")


def _is_here(host: str) -> bool:
    return host in LOOPBACK or host.startswith("127.") or host.startswith("/")
