"""What the world lends us: database, catalog, queue, clock, secrets. Frozen; built once by wsgi, or by a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.core.catalog import Catalog
from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets of the installation; each has one use."""

    session: bytes  # signs the CSRF token and the language cookie
    enumeration: bytes  # makes the dummy password hash for unknown names


@dataclass(frozen=True, slots=True)
class Runtime:
    """`clock` answers aware UTC; `queue` rings the doorbell for outbox rows after a commit and may lose a ring."""

    db: Database
    catalog: Catalog
    clock: Callable[[], datetime]
    keys: Keys
    queue: Callable[[Sequence[int]], None] = field(default=lambda ids: None)
    version: str = "0.1.0"
