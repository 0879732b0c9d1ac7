"""The provider as it describes itself: addresses and keys, fetched when first needed and kept for an hour.

A key that is not known makes us ask once more, at most every half minute: providers change keys without telling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from engine.access import ProviderSettings, is_safe_address
from engine.core.errors import Unavailable, UnknownKey
from engine.core.messages import Message
from engine.oidc import fetching, tokens
from engine.oidc.tokens import Expected

KEPT_FOR = timedelta(hours=1)
ASKED_EVERY = timedelta(seconds=30)
LEFT_ALONE = timedelta(seconds=15)  # after it did not answer
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "end_session_endpoint")


class Provider:
    """What is known of one provider; one for a process, shared by its threads."""

    def __init__(self, settings: ProviderSettings) -> None:
        self.settings = settings
        self._turn = Lock()
        self._described: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, list[Mapping[str, Any]]] | None = None
        self._failed: tuple[datetime, Message] | None = None

    def described(self, now: datetime) -> Mapping[str, Any]:
        """Its description (OpenID Connect Discovery 1.0, 4.2). Raises Unavailable when it is none of this issuer."""
        with self._turn:
            if self._described is None or now - self._described[0] > KEPT_FOR:
                self._described = now, self._discovered(now)
            return self._described[1]

    def _discovered(self, now: datetime) -> dict[str, Any]:
        # Whoever waits for a provider that is down waits in our turn: a crowd would hold every thread of the server.
        if self._failed is not None and abs(now - self._failed[0]) < LEFT_ALONE:
            raise Unavailable(self._failed[1])
        try:
            return self._discover()
        except Unavailable as down:
            self._failed = now, down.message
            raise

    def _discover(self) -> dict[str, Any]:
        issuer = self.settings.issuer
        found = fetching.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        addresses = [found.get(name) for name in NEEDED] + [found[name] for name in OPTIONAL if found.get(name)]
        is_good = all(isinstance(each, str) and is_safe_address(each) for each in addresses)
        if found.get("issuer") != issuer or not is_good:
            raise Unavailable(Message("factors.provider.misdescribed"))
        return found

    def read_token(self, token: str, nonce: str, now: datetime) -> dict[str, Any]:
        """The claims of an ID token of this provider. Raises SignInRefused."""
        expected = Expected(self.settings.issuer, self.settings.client_id, nonce)
        try:
            return tokens.read(token, self._known_keys(now, KEPT_FOR), expected, now)
        except UnknownKey:
            return tokens.read(token, self._known_keys(now, ASKED_EVERY), expected, now)

    def _known_keys(self, now: datetime, no_older: timedelta) -> Sequence[Mapping[str, Any]]:
        address = str(self.described(now)["jwks_uri"])
        with self._turn:
            if self._keys is None or now - self._keys[0] > no_older:
                found = fetching.get(address).get("keys")
                listed = found if isinstance(found, list) else []
                self._keys = now, [key for key in listed if isinstance(key, dict)]
            return self._keys[1]
