"""Who asks in a request of the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.api_keys import Keyed
    from engine.core.case import Actor
    from engine.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, in which process; `once`: the idempotency key of his act, apart from those of his other keys."""

    rt: Runtime
    keyed: Keyed
    once: str = ""

    @property
    def actor(self) -> Actor:
        return self.keyed.actor
