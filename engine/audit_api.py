"""Whether the keys of the JSON API are those that events tell of: nobody lets himself in by a row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from engine.core.proof import leaf
from engine.core.proof.canonical import canonical

SAID = ("person", "unit", "register", "a_minute", "starts_at", "ends_at")


def wrong_keys(events: Iterable[Any], rows: Iterable[Any]) -> Iterator[str]:
    """The refs of keys whose row is not what was told, was never told, or is missing; events: in order."""
    told: dict[str, dict[str, Any]] = {}
    for event in events:
        public = leaf.public(event.leaf)
        if event.kind == "api_key.made":
            told[str(public.get("key"))] = {**_said(public), "made_at": event.at, "revoked_at": None}
        else:
            told.setdefault(str(public.get("key")), {})["revoked_at"] = event.at
    missing = set(told)
    for row in rows:
        missing.discard(row.ref)
        said = told.get(row.ref)
        if said is None or any(_stored(row, name) != value for name, value in said.items()):
            yield row.ref
    yield from sorted(missing)


def _said(public: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: public.get(name) for name in SAID}
    return {**found, "scopes": canonical(public.get("scopes")).decode(), "secret_hash": public.get("secret")}


def _stored(row: Any, name: str) -> Any:
    return bytes(row.secret_hash).hex() if name == "secret_hash" else getattr(row, name)
