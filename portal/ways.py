"""The ways in that stand beside name and password on the page for signing in: a passkey, a provider."""

from __future__ import annotations

from dataclasses import dataclass

from engine.factors import passkeys
from engine.web.context import runtime
from portal.origin import origin


@dataclass(frozen=True, slots=True)
class Ways:
    """`passkey`: what the browser needs for showing one, as JSON; `provider`: its name. Empty where there is none."""

    passkey: str
    provider: str


def other_ways() -> Ways:
    """Those of this installation, under the address of this request."""
    rt, at = runtime(), origin()
    can = at is not None and bool(rt.keys.factors)
    provider = rt.access.provider
    return Ways(passkeys.request(rt, origin=at or "") if can else "", provider.name if provider else "")
