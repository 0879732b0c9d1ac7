"""VERBS make, end: links of a public register, one for a unit, a counter or an officer. By who administers them.

The end of an address holds 60 random bits in twelve characters that people can type. It is printed on walls, so it is
no secret; it cannot be guessed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from engine import entry_rights
from engine.authority import administered_person, administered_unit, require_admin_of_all
from engine.core.case import Actor
from engine.core.codes import code_of
from engine.core.errors import InvalidSubmission, NotFound, Refused
from engine.core.messages import Message
from engine.core.registerspec import RegisterDefinition
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import public as queries
from engine.store.refs import new_ref

LONGEST_LABEL = 100
MOST_PER_DEVICE = 500  # a tablet at the counter, handed from one to the next
CODE_BYTES = 8


@dataclass(frozen=True, slots=True)
class Wish:
    """A link to be: by which register, about whom (the ref of a unit or person, "" where the register is about none).

    [starts_on, ends_on): local days; per_device: answers that one device may give on a day.
    """

    register: str
    about: str
    label: str
    starts_on: date
    ends_on: date | None = None
    per_device: int = 3


def make(rt: Runtime, wish: Wish, *, actor: Actor, once: str | None = None) -> str:
    """Make a link; answers its ref. `once`: the idempotency key.

    Raises InvalidSubmission by field, NotFound outside the actor's administration, NotAllowed about himself.
    """
    at = rt.clock()
    said = [wish.about, wish.label, str(wish.starts_on), str(wish.ends_on), wish.per_device]
    asked = Once(actor, once, f"public-link:{wish.register}", said)
    with rt.db.begin() as db:
        if (earlier := asked.answered(db)) is not None:
            return str(earlier["ref"])
        register = entry_rights.published(rt, db, wish.register).register.definition
        person_id, unit_id = _about(rt, db, register, wish.about, actor)
        _require_sound(wish)
        ref, code = new_ref(), code_of(secrets.token_bytes(CODE_BYTES))
        period = {"starts_on": str(wish.starts_on), "ends_on": str(wish.ends_on) if wish.ends_on else None}
        public = {"link": ref, "register": register.key, "about": wish.about, "per_device": wish.per_device, **period}
        # The address stands on walls; its hash shows that nobody has put another in its place.
        public |= {"code": sha256(code.encode()).hexdigest()}
        event = Act(rt, db, actor, at).record(f"link:{ref}", "link.made", public, {"label": wish.label.strip()})
        queries.add_link(
            db, ref=ref, code=code, register=register.key, person_id=person_id, unit_id=unit_id,
            label=wish.label.strip(), per_device=wish.per_device, by_id=actor.person_id, at=to_text(at),
            event_ref=event, **period,
        )  # fmt: skip
        asked.remember(db, {"ref": ref}, at)
    return ref


def end(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Close a link for good; what was answered by it stays. Refused where it was closed already."""
    at = rt.clock()
    with rt.db.begin() as db:
        link = administered(rt, db, ref, actor, lock=True)
        if link.ended_ref is not None:
            raise Refused(Message("public.ended_already"))
        event = Act(rt, db, actor, at).record(f"link:{ref}", "link.ended", {"link": ref})
        queries.end_link(db, link.id, event)


def administered(rt: Runtime, db: Connection, ref: str, actor: Actor, *, lock: bool = False) -> Any:
    """The link of a ref (a row of queries.public); NotFound outside the actor's administration."""
    link = queries.link_by_ref(db, ref, lock=lock)
    if link is None:
        raise NotFound(Message("public.no_link"))
    if link.unit_id is not None:
        administered_unit(db, actor, link.unit_ref)
    elif link.person_id is not None:
        administered_person(db, actor, link.person_ref, rt.clock())
    else:
        require_admin_of_all(db, actor, Message("public.whole_only"))
    return link


def _about(
    rt: Runtime, db: Connection, register: RegisterDefinition, ref: str, actor: Actor
) -> tuple[int | None, int | None]:
    """The person or the unit whom answers will be about."""
    if not register.is_public:
        raise Refused(Message("public.not_public"))
    if register.about == "none":
        require_admin_of_all(db, actor, Message("public.whole_only"))
        return None, None
    if not ref:
        raise InvalidSubmission({"about": Message("public.about_empty")})
    if register.about == "unit":
        return None, int(administered_unit(db, actor, ref).id)
    return int(administered_person(db, actor, ref, rt.clock()).id), None


def _require_sound(wish: Wish) -> None:
    wrong: dict[str, Message] = {}
    if len(wish.label.strip()) > LONGEST_LABEL:
        wrong["label"] = Message("public.label_length", most=LONGEST_LABEL)
    if wish.ends_on is not None and wish.ends_on <= wish.starts_on:
        wrong["ends_on"] = Message("people.period", starts=wish.starts_on, ends=wish.ends_on)
    if not 1 <= wish.per_device <= MOST_PER_DEVICE:
        wrong["per_device"] = Message("public.per_device_range", most=MOST_PER_DEVICE)
    if wrong:
        raise InvalidSubmission(wrong)
