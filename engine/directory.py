"""Signing in with the password of the office's directory (LDAP, RFC 4511): the directory judges it, nothing is kept.

A person is looked up by what he typed, and his own entry is then bound with his password. Accounts stay ours: whoever
the directory knows and we do not gets nowhere. Only over TLS, or to this machine itself. Optional: `siklus[ldap]`.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from engine.core.errors import BadRequest, Unavailable
from engine.core.messages import Message

SECONDS = 5  # to connect, and for each answer
ASKING = BoundedSemaphore(2)  # of one process: a directory that hangs must not hold every thread
LOOPBACK = ("localhost", "127.0.0.1", "::1")
FILTER = "(employeeNumber={name})"  # not by e-mail: in many directories people write their own address
NAME = "{name}"
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Directory:
    """Where and how to look: `reader` and `secret` are bound to look people up below `base` by `filter`."""

    url: str
    base: str
    filter: str = FILTER
    reader: str = ""
    secret: str = ""

    def knows(self, name: str, password: str) -> bool:
        """Whether exactly one entry fits what was typed, and its password is this one.

        Raises Unavailable where the directory does not answer. An empty password is none: a directory would take it
        for somebody anonymous, and say yes (RFC 4513, 5.1.2).
        """
        if not password:
            return False
        with _asking():
            found = self._entry(name)
            return found is not None and self._binds(found["dn"], password)

    def password_set_at(self, name: str) -> datetime | None:
        """When the password of the one entry that fits was last set; None where the directory does not say.

        Raises Unavailable as `knows`.
        """
        with _asking():
            found = self._entry(name)
        said = {key.lower(): each for key, each in (found or {}).get("raw_attributes", {}).items()}
        moments = (_first(read, said.get(key, ())) for key, read in SET_AT.items())
        return next((at for at in moments if at is not None), None)

    def _entry(self, name: str) -> Mapping[str, Any] | None:
        wanted = self.filter.replace(NAME, escape_filter_chars(name))
        reader = self._connection(self.reader, self.secret)
        try:
            reader.bind()
            reader.search(self.base, wanted, attributes=list(SET_AT), size_limit=2)
            entries = [each for each in reader.response or () if each["type"] == "searchResEntry"]
        finally:
            _end(reader)
        return entries[0] if len(entries) == 1 else None

    def _binds(self, entry: str, password: str) -> bool:
        connection = self._connection(entry, password, look=False)
        try:
            return bool(connection.bind())
        finally:
            _end(connection)

    def _connection(self, user: str, password: str, *, look: bool = True) -> Any:
        secure = ldap3.Tls(validate=ssl.CERT_REQUIRED, version=ssl.PROTOCOL_TLS_CLIENT)
        server = ldap3.Server(
            self.url, tls=secure, connect_timeout=SECONDS, get_info=ldap3.NONE, allowed_referral_hosts=[]
        )
        connection = ldap3.Connection(
            server,
            user or None,
            password or None,
            receive_timeout=SECONDS,
            read_only=True,
            raise_exceptions=look,
            auto_referrals=False,
        )
        if not is_private(self.url):
            connection.open()
            connection.start_tls()
        return connection


@contextmanager
def _asking() -> Iterator[None]:
    """Ask with few others at a time. Raises Unavailable where that takes too long, or the directory does not answer."""
    if not ASKING.acquire(timeout=SECONDS):
        raise Unavailable(Message("accounts.directory_silent"))
    try:
        yield
    except LDAPException as wrong:
        raise Unavailable(Message("accounts.directory_silent")) from wrong
    finally:
        ASKING.release()


def _first(read: Callable[[str], datetime | None], values: Sequence[bytes]) -> datetime | None:
    try:
        return read(values[0].decode("ascii")) if values else None
    except (ValueError, OverflowError):  # something else under that name
        return None


def _generalized(text: str) -> datetime:
    """A moment as `20260302091500Z` (RFC 4517, 3.3.13); parts of a second are left out."""
    return datetime.strptime(text.rstrip("Z").partition(".")[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def _ticks(text: str) -> datetime:
    """A moment in tenths of microseconds since 1601; 0: the password was reset, and must be set anew."""
    return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(text) // 10) if int(text) else FAR


# How directories say when a password was set: a draft on password policies that OpenLDAP and others follow, and AD.
SET_AT: Mapping[str, Callable[[str], datetime | None]] = {"pwdchangedtime": _generalized, "pwdlastset": _ticks}


def _end(connection: Any) -> None:
    """End a connection; where none came about, ldap3 would leave its socket open."""
    connection.unbind()
    if connection.socket is not None:
        connection.socket.close()


def is_private(url: str) -> bool:
    """Whether nobody on the way can read what goes there without another word: TLS, or this very machine."""
    parts = urlsplit(url)
    return parts.scheme == "ldaps" or parts.hostname in LOOPBACK


def read_directory(known: Mapping[str, str]) -> Directory | None:
    """The settings of an environment, or None. Raises BadRequest for one that cannot be."""
    url = known.get("SIKLUS_LDAP_URL", "").strip()
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("ldap", "ldaps") or not parts.hostname or parts.path.strip("/"):
        raise BadRequest(Message("settings.ldap_url", found=url))
    base, wanted = known.get("SIKLUS_LDAP_BASE", ""), known.get("SIKLUS_LDAP_FILTER") or FILTER
    if not base:
        raise BadRequest(Message("settings.ldap_base"))
    if NAME not in wanted:
        raise BadRequest(Message("settings.ldap_filter", found=wanted, example="(employeeNumber={name})"))
    return Directory(url, base, wanted, known.get("SIKLUS_LDAP_READER", ""), known.get("SIKLUS_LDAP_SECRET", ""))
