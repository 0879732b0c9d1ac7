"""What the world lends us: database, library, queue, clock, secrets. Frozen; built once by wsgi, or by a test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from engine.access import Access
from engine.office_days import OfficeDays
from engine.press import Press

if TYPE_CHECKING:
    from engine.core.catalog import Catalog
    from engine.directory import Directory
    from engine.evidence.files import Files
    from engine.library import Library
    from engine.mail import Mail
    from engine.reach import Allowed
    from engine.store.database import Database


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets of the installation, one use each."""

    session: bytes  # signs the CSRF token and the language cookie
    factors: bytes = b""  # seals the secrets of second factors; nobody can set one up without it


@dataclass(frozen=True, slots=True)
class Runtime:
    """`clock` answers aware UTC; `queue` rings the doorbell for outbox rows after a commit and may lose a ring."""

    db: Database
    library: Library
    clock: Callable[[], datetime]
    keys: Keys
    queue: Callable[[Sequence[int]], None] = field(default=lambda ids: None)
    files: Files | None = None  # where evidence lies; nobody can give any without it
    days: OfficeDays = field(default_factory=OfficeDays)  # the calendar of each unit
    reach: Allowed | None = None  # which hosts links may be asked at; none of them without it
    hooks: Allowed | None = None  # which hosts programs may be told at; none of them without it
    press: Press = field(default_factory=Press)  # makes PDFs in processes of their own
    access: Access = field(default_factory=Access)
    directory: Directory | None = None  # judges passwords of the office's directory (LDAP)
    mail: Mail | None = None  # carries letters; codes go on paper alone without it
    code_days: int = 14  # how long a code lives that is given to somebody
    version: str = "0.1.0"

    @property
    def catalog(self) -> Catalog:
        """The extensions that a definition may name."""
        return self.library.catalog
