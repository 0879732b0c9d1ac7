"""What every view may ask of the application it runs in: runtime, words, settings, wiring. No request state.

`Wiring` is what the composition root lends the web, so that this package needs no verb to be tested.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from flask import current_app

from engine.core.case import Actor
from engine.core.errors import NotSignedIn
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.web.i18n import DEFAULT_ZONE, Words

HOME = "/"
SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
PASSWORD = "/password"
SESSIONS = "/sessions"
ACTIVATE = "/activate"
FORGOTTEN = "/forgotten"
SECOND_FACTOR = "/sign-in/second-factor"
SECURITY = "/security"
ADMIN = "/admin/"
API = "/api/"
EXTENSION = "siklus"


class SignedIn(Protocol):
    """What a valid session answers; `engine.sessions.SignedIn` is one."""

    @property
    def actor(self) -> Actor: ...
    @property
    def language(self) -> str: ...
    @property
    def zone(self) -> str: ...
    @property
    def unread(self) -> int: ...  # notices
    @property
    def registers(self) -> bool: ...  # whether any is in force
    @property
    def missing(self) -> tuple[str, ...]: ...  # what he must still do before he may act: engine/signin.py
    @property
    def confirmed_at(self) -> datetime | None: ...  # when he last showed that it is he


def _nobody(token: str, now: datetime) -> SignedIn | None:
    return None


def _no_key(text: str, address: str) -> SignedIn:
    raise NotSignedIn(Message("error.not_signed_in"))


def _unrecorded(actor: Actor | None, act: str, target: str, message: Message, address: str | None) -> None:
    return None


def _ready() -> Mapping[str, bool | str]:
    return {}


@dataclass(frozen=True, slots=True)
class Wiring:
    """Doors to verbs. `whoami(token, now, quiet=…)`; `record_denial(actor, act, target, message, address)`;
    `readiness()` answers facts by name: a False among them means 503; `by_key(text, address)`: who acts by a key of the
    JSON API, which raises for one that opens nothing."""

    whoami: Callable[..., SignedIn | None] = _nobody
    record_denial: Callable[[Actor | None, str, str, Message, str | None], None] = _unrecorded
    readiness: Callable[[], Mapping[str, bool | str]] = _ready
    by_key: Callable[[str, str], SignedIn] = _no_key


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation is reached. `https` = the outside address is https; `proxy_hops` = trusted proxies before
    us (0: X-Forwarded-* is not believed); `hosts` = the names we answer to; `strict_words`: a missing text raises;
    `keep_on_device`: text that is not sent yet may be kept on the device of whoever writes it."""

    https: bool = False
    proxy_hops: int = 0
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost")
    zone: str = DEFAULT_ZONE
    strict_words: bool = False
    max_body: int = 2 * 1024 * 1024
    keep_on_device: bool = True
    name: str = field(default="Siklus")


class Site(NamedTuple):
    """Everything above in one place, kept on the Flask application."""

    rt: Runtime
    words: Words
    settings: Settings
    wiring: Wiring


def site() -> Site:
    return current_app.extensions[EXTENSION]


def runtime() -> Runtime:
    """The runtime that verbs take as their first argument."""
    return site().rt


def now() -> datetime:
    """The runtime's time, aware UTC."""
    return site().rt.clock()
