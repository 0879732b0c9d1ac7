"""What a key is: for whoever holds it, to see that it works and how far it reaches."""

from __future__ import annotations

from datetime import datetime

from api.caller import Caller
from api.shapes import Name, Shape


class Me(Shape):
    """A key, whom it acts as, inside which unit, for what, until when."""

    key: Name
    person: Name
    unit: Name
    scopes: tuple[str, ...]
    rights: tuple[str, ...]
    """The rights of the person inside the unit today."""
    only_register: str | None
    """The one register of which it may add entries; null for all."""
    requests_a_minute: int
    ends_at: datetime


def show(caller: Caller) -> Me:
    """Tell what this key is."""
    keyed, actor = caller.keyed, caller.actor
    return Me(
        key=Name(ref=keyed.key, name=keyed.name),
        person=Name(ref=actor.ref, name=actor.name),
        unit=Name(ref=keyed.unit, name=keyed.unit_name),
        scopes=tuple(sorted(keyed.scopes)),
        rights=tuple(sorted({right.role for right in actor.rights})),
        only_register=keyed.register,
        requests_a_minute=keyed.a_minute,
        ends_at=keyed.ends_at,
    )
