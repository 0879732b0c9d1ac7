"""What is wrong with what somebody says about a unit, post, person or period: messages by field, or nothing.

Nothing is written here. Circles in the tree and in the line of superiors are looked for on every day to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from engine.core.errors import InvalidSubmission
from engine.core.grades import judge_class, judge_grade
from engine.core.history import Change, state_on, steps
from engine.core.messages import Message
from engine.core.nip import Nip, read_nip
from engine.core.times import to_date
from engine.store.queries import changes, people, units

CIVIL_SERVANTS = ("pns", "pppk")
PERSON_KINDS = (*CIVIL_SERVANTS, "official")  # an official is elected: not evaluated, has no NIP
LONGEST_NAME = 200
KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")
ABOVE = {"unit": "parent", "post": "superior"}

Wrong = dict[str, Message]


def raise_wrong(wrong: Mapping[str, Message]) -> None:
    """Raise InvalidSubmission where something is wrong."""
    if wrong:
        raise InvalidSubmission(wrong)


def judge_key(db: Connection, key: str) -> Wrong:
    """A key is written as in definitions, and nobody else's."""
    if not KEY.fullmatch(key):
        return {"key": Message("people.key", found=key)}
    return {"key": Message("people.key_taken", found=key)} if units.taken_keys(db, [key]) else {}


def judge_plain(fields: Mapping[str, Any]) -> Wrong:
    """Name, kind, time zone and class, each where it is said: what needs no look at anything else."""
    wrong: Wrong = {}
    name = fields.get("name", "x")
    if not (isinstance(name, str) and 1 <= len(name.strip()) <= LONGEST_NAME and name.isprintable()):
        wrong["name"] = Message("people.name", most=LONGEST_NAME, found=len(str(name or "").strip()))
    if "kind" in fields and not KEY.fullmatch(str(fields["kind"])):
        wrong["kind"] = Message("people.key", found=str(fields["kind"]))
    if fields.get("timezone") and not is_zone(str(fields["timezone"])):
        wrong["timezone"] = Message("people.timezone", found=str(fields["timezone"]))
    if (found := judge_class(fields.get("position_class"))) is not None:
        wrong["position_class"] = found
    return wrong


def judge_person(db: Connection, asked: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[dict[str, Any], Wrong]:
    """What somebody says about a person, as it is kept, and what is wrong with it.

    asked: name, kind, nip, email, grade, as far as they are said; now: what holds of him until then (nothing for one
    who is added). NIP and grade are judged against the kind, wherever one of the two is said.
    """
    kept = _kept(asked)
    whole = {**now, **kept}
    kind, wrong = str(whole.get("kind")), judge_plain({"name": whole.get("name")} if "name" in kept else {})
    if kind not in PERSON_KINDS:
        wrong["kind"] = Message("people.kind", found=kind, allowed=PERSON_KINDS)
    elif {"kind", "nip"} & kept.keys():
        number = _number(whole.get("nip"), kind)
        wrong |= {"nip": number} if isinstance(number, Message) else {}
        kept |= {"nip": number.digits} if isinstance(number, Nip) else {}
    if {"kind", "grade"} & kept.keys() and (found := judge_grade(whole.get("grade"), kind)) is not None:
        wrong["grade"] = found
    address = kept.get("email")
    if address and not (EMAIL.fullmatch(address) and address.isascii() and len(address) <= 254):
        wrong["email"] = Message("people.email", found=address)
    new = {name: kept.get(name) if kept.get(name) != now.get(name) else None for name in ("nip", "email")}
    for field in people.taken(db, **new):
        wrong.setdefault(field, Message(f"people.{field}_taken"))
    return kept, wrong


def _kept(asked: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: (value.strip() if isinstance(value, str) else value) for name, value in asked.items()}
    kept |= {name: kept[name] or None for name in ("nip", "email", "grade") if name in kept}
    return kept | ({"email": kept["email"].lower()} if kept.get("email") else {})


def _number(nip: str | None, kind: str) -> Nip | Message | None:
    if kind in CIVIL_SERVANTS:
        return read_nip(nip or "", kind)
    return Message("people.nip.official") if nip else None


def judge_period(starts_on: date, ends_on: date | None) -> Wrong:
    """A period ends after it begins."""
    if ends_on is None or ends_on > starts_on:
        return {}
    return {"ends_on": Message("people.period", starts=starts_on, ends=ends_on)}


def judge_standing(db: Connection, kind: str, ref: str | None, day: str, field: str) -> Wrong:
    """A unit or post that something is put under, or into, stands on that day and later."""
    row = changes.present(db, kind, ref) if ref else None
    if ref is None or row is None:
        return {} if ref is None else {field: Message(f"people.{kind}_not_found")}
    said = changes.of(db, kind, row.id)
    standing = steps("active", said)
    if not state_on(changes.facts(kind, row), said, day)["active"]:
        return {field: Message("organisation.not_standing", name=row.name, day=to_date(day))}
    ends = next((step.starts_on for step in standing if step.starts_on > day and not step.value), None)
    return {field: Message("organisation.ends", name=row.name, day=to_date(ends))} if ends else {}


def judge_stay(db: Connection, post: Any, starts_on: date, ends_on: date | None) -> Wrong:
    """A post stands on every day of a period; one that was never changed always does."""
    said = changes.of(db, "post", post.id)
    standing, first = steps("active", said), starts_on.isoformat()
    last = ends_on.isoformat() if ends_on else None
    for number, step in enumerate(standing):
        until = standing[number + 1].starts_on if number + 1 < len(standing) else None
        if not step.value and (until is None or until > first) and (last is None or step.starts_on < last):
            day = max(step.starts_on, first)
            return {"post": Message("organisation.post_not_standing", day=to_date(day))}
    return {}


def judge_line(db: Connection, kind: str, ref: str, above: str | None, day: str) -> Wrong:
    """Put below `above` from a day on, a unit or post never comes above itself: on no day from then on."""
    field, seen, days = ABOVE[kind], dict[str, tuple[Any, list[Change]]](), {day}
    judged: set[str] = set()
    while above and (open_days := days - judged):
        each = min(open_days)
        judged.add(each)
        path = list(_upwards(db, kind, ref, above, each, seen))
        if path and path[-1] == ref:
            names = tuple(seen[step][0].name for step in path if step in seen)
            return {field: Message(f"organisation.{kind}_circle", line=" → ".join(names), day=to_date(each))}
        days |= {step.starts_on for _, said in seen.values() for step in steps(field, said) if step.starts_on > day}
    return {}


def _upwards(
    db: Connection, kind: str, ref: str, above: str, day: str, seen: dict[str, tuple[Any, list[Change]]]
) -> Iterator[str]:
    """From `above` up, as it stands on a day; ends with `ref` where the line comes back to it."""
    field, step, passed = ABOVE[kind], above, set[str]()
    while step and step not in passed:
        passed.add(step)
        yield step
        if step == ref:
            return
        if step not in seen:
            row: Any = changes.present(db, kind, step)
            seen[step] = (row, changes.of(db, kind, row.id))
        row, said = seen[step]
        step = state_on(changes.facts(kind, row), said, day)[field]


def is_zone(name: str) -> bool:
    """Whether a name is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def shown(names: Iterable[str], most: int = 5) -> str:
    """The first of many names, for a message; the rest as three dots."""
    every = list(names)
    return ", ".join(every[:most]) + (", …" if len(every) > most else "")
