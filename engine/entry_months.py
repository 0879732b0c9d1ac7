"""What somebody has in registers over a time, of the days alone that the reader may read. Reads only.

A superior since the 20th reads no entry of the days before, and so no sum that tells of them. And a later version of a
register gives nobody what was said under an earlier one: what each version took is judged by that one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from sqlalchemy import Connection

from engine import entry_rights
from engine.core.case import Actor
from engine.core.register import Register
from engine.core.times import to_date
from engine.entry_rights import Published, Subject
from engine.runtime import Runtime
from engine.store.queries import entries as queries
from engine.store.tables.registers import MEASURES

Sums: TypeAlias = Mapping[tuple[str, str], Mapping[str, int]]
READS = ("read", "verify")
NUMBERS = ("count", *MEASURES)


@dataclass(frozen=True, slots=True)
class Part:
    """What one version of a register took of one day. about: of whom, in the unit where it counts.

    numbers: `count` and the columns of measures.
    """

    register: Register
    digest: str
    about: Subject
    day: str
    numbers: Mapping[str, int]

    @property
    def key(self) -> str:
        return self.register.definition.key


def readable(
    rt: Runtime, db: Connection, registers: Sequence[Published], about: Sequence[Subject], first: date, last: date,
    actor: Actor,
) -> Sums:  # fmt: skip
    """Register and ref of whom → `count` and the columns of measures, over what `by_day` lets the actor read."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for part in by_day(rt, db, registers, about, first, last, actor):
        found.setdefault((part.key, part.about.ref), Counter()).update(part.numbers)
    return found


def by_day(
    rt: Runtime, db: Connection, registers: Sequence[Published], about: Sequence[Subject], first: date, last: date,
    actor: Actor,
) -> Iterator[Part]:  # fmt: skip
    """The sums of single days whose roles let the actor read them, each judged by its version where it counts.

    registers: the versions in force. about: people, or units. As many questions for a month of ten registers as for a
    day of one.
    """
    parts = list(_parts(rt, db, registers, about, (first.isoformat(), last.isoformat()), actor))
    asked = [(part.register, part.about, to_date(part.day)) for part in parts]
    for part, roles in zip(parts, entry_rights.roles_of_any(db, asked, actor), strict=True):
        if any(entry_rights.may(part.register, roles, right) for right in READS):
            yield part


def writes_himself(register: Register) -> bool:
    """Whether people make the entries about themselves."""
    rules = {role.key: role.rule for role in register.definition.roles}
    return any(rules.get(key) == "subject" for key in register.definition.rights.add)


def _parts(
    rt: Runtime, db: Connection, registers: Sequence[Published], about: Sequence[Subject], span: tuple[str, str],
    actor: Actor,
) -> Iterator[Part]:  # fmt: skip
    """The sums of each day, apart what earlier versions took. What one wrote of oneself stays together: it is read
    as it is. Where single answers were kept from everybody, a later version does not tell of them either."""
    in_force = {each.register.definition.key: each for each in registers}
    whom = {_whose(each.person_id, each.unit_id): each for each in about}
    if not in_force or not whom:
        return
    keys, digests = list(in_force), [each.digest for each in registers]
    people, units = {person for person, _ in whom if person}, {unit for _, unit in whom if unit}
    earlier: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    rows = queries.sums_by_day(db, keys, digests, people, units, *span)
    for row in rows:
        if row.definition_digest:
            earlier[_place(row)].append(row)
    for row in (each for each in rows if not each.definition_digest):
        now, left = in_force[row.register], Counter(_numbers(row))
        subject = replace(whom[_whose(row.person_id, row.unit_id)], unit_id=row.unit_id or None)
        own = subject.person_id is not None and subject.person_id == actor.person_id and writes_himself(now.register)
        for old in earlier.get(_place(row), ()):
            version = rt.library.register(db, old.definition_digest)
            closed = version.definition.totals_alone and not now.register.definition.totals_alone
            if closed or not own:
                left.subtract(_numbers(old))
            if not (closed or own):
                yield Part(version, old.definition_digest, subject, row.day, _numbers(old))
        if left["count"] > 0:
            yield Part(now.register, now.digest, subject, row.day, left)


def _whose(person_id: int | None, unit_id: int | None) -> tuple[int, int]:
    """People wherever they sit; of what is about none, units."""
    return (person_id, 0) if person_id else (0, unit_id or 0)


def _place(row: Any) -> tuple[Any, ...]:
    return row.register, row.person_id or 0, row.unit_id or 0, row.day


def _numbers(row: Any) -> dict[str, int]:
    return {name: int(getattr(row, name) or 0) for name in NUMBERS}
