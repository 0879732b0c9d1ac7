"""A hundred thousand cases of one cycle, written in bulk: what 100,000 people would have left after ten months.

The rows are those that verbs write (case, events of its way, tasks, holders), with their hashes and their order, so
that triggers and plans meet the real shapes. Left out are answers, notes and commitments, which no list reads: the
trail of these cases is not one that `siklus audit verify` would accept.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select, text, update

from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.refs import new_ref
from engine.store.tables.cases import Case, Cycle, Task, TaskHolder
from engine.store.tables.ledger import Event
from engine.store.tables.people import Appointment, Person, Post, Unit, UnitClosure
from prove import _city as city

OFFICES, BELOW, ROOMS = 30, 10, 2  # offices of the city, units of each, rooms of each of those
TOGETHER = 4_000  # rows of one statement
WAY = ("plan_drafted", "approved", "evidence", "rated", "calibrated", "finalized")
SHARE = (10, 10, 35, 20, 10, 15)  # percent of the cases that stand in each of them
OPENED = datetime.now(UTC) - timedelta(days=320)
MOVES = ("start", "approve", "begin_evidence", "submit_evidence", "send_to_calibration", "finalize")
TASKS = {
    "plan_drafted": (("write_plan", "employee", "plan"), ("decide_plan", "supervisor", None)),
    "approved": (("begin", "employee", None), ("adjust_plan", "supervisor", None)),
    "evidence": (("collect", "employee", "evidence"), ("hand_in", "employee", None)),
    "rated": (("rate", "supervisor", "rating"), ("decide_rating", "supervisor", None)),
    "calibrated": (("conclude", "panel", None),),
}


@dataclass
class Rows:
    """Rows that wait for their statement."""

    rt: Runtime
    kept: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: Any, **values: Any) -> None:
        self.kept.setdefault(table, []).append(values)

    def write(self) -> None:
        """Everything that was added, in one transaction."""
        with self.rt.db.begin() as db:
            for table, rows in self.kept.items():
                for first in range(0, len(rows), TOGETHER):
                    db.execute(insert(table.__table__), rows[first : first + TOGETHER])
        self.kept.clear()


def build(rt: Runtime, count: int, shape: tuple[int, int, int] = (OFFICES, BELOW, ROOMS)) -> str:
    """A city with so many cases in one cycle; answers the ref of the cycle. Some seconds for each ten thousand.

    shape: offices of the city, units of each, rooms of each of those.
    """
    city.build(rt, 100)
    cycle = city.open_cycle(rt, city.publish(rt), "grade == 'III/b'").ref
    rows, chance = Rows(rt), random.Random(20261122)
    rooms = _units(rt, rows, shape)
    people = _people(rt, rows, rooms, count)
    with rt.db.read() as db:
        found = db.execute(select(Cycle.id, Cycle.definition_digest).where(Cycle.ref == cycle)).one()
        numbers = [int(db.execute(select(func.max(table.id))).scalar_one()) for table in (Case, Task)]
    for number, (person, unit, head) in enumerate(people, 1):
        _case(rows, chance, rt.clock(), found, numbers, person, unit, head)
        if number % 5_000 == 0:
            rows.write()
    rows.write()
    _settle(rt, found.id)
    return cycle


def _units(rt: Runtime, rows: Rows, shape: tuple[int, int, int]) -> list[int]:
    """Offices, units and rooms below the city, by long names; answers the keys of all of them."""
    with rt.db.read() as db:
        root = db.execute(select(Unit.id).where(Unit.parent_id.is_(None))).scalar_one()
        last = int(db.execute(select(func.max(Unit.id))).scalar_one())
    found: list[int] = []

    def unit(name: str, above: tuple[int, ...]) -> int:
        key = last + len(found) + 1
        rows.add(Unit, id=key, ref=new_ref(), key=f"u{key}", name=name, kind="office", parent_id=above[-1])
        for depth, ancestor in enumerate(reversed((*above, key))):
            rows.add(UnitClosure, ancestor_id=ancestor, descendant_id=key, depth=depth)
        found.append(key)
        return key

    for office in range(shape[0]):
        top = unit(f"Dinas Urusan Pemerintahan dan Pelayanan Kemasyarakatan {office + 1}", (root,))
        for below in range(shape[1]):
            inner = unit(f"Unit Pelaksana Teknis {below + 1} Dinas {office + 1}", (root, top))
            for room in range(shape[2]):
                unit(f"Subbagian {room + 1}, UPT {below + 1}, Dinas {office + 1}", (root, top, inner))
    rows.write()
    return found


def _people(rt: Runtime, rows: Rows, units: list[int], count: int) -> list[tuple[int, int, int]]:
    """So many people on chairs: (person, unit, head of the unit). The first of each unit is its head."""
    with rt.db.read() as db:
        last = [int(db.execute(select(func.max(table.id))).scalar_one()) for table in (Person, Post)]
    found, at = [], to_text(rt.clock())
    heads: dict[int, tuple[int, int]] = {}
    for number in range(count):
        unit, key, post = units[number % len(units)], last[0] + number + 1, last[1] + number + 1
        above = heads.setdefault(unit, (key, post))
        name = f"Pegawai Banyak {number}"
        rows.add(Person, id=key, ref=new_ref(), nip=city.nip(100_000 + number), name=name, name_lower=name.lower(),
                 kind="pns", language="id", active=True)  # fmt: skip
        rows.add(Post, id=post, ref=new_ref(), key=f"c{number}", name=f"Jabatan {number}", unit_id=unit,
                 superior_id=None if above[1] == post else above[1], kind="pelaksana")  # fmt: skip
        rows.add(Appointment, ref=new_ref(), person_id=key, post_id=post, starts_on="2024-01-01", kind="definitive",
                 recorded_at=at)  # fmt: skip
        found.append((key, unit, above[0]))
    rows.write()
    return found


def _case(
    rows: Rows, chance: random.Random, now: datetime, cycle: Any, last: list[int], person: int, unit: int, head: int
) -> None:
    """A case that has come as far as chance says, with what its way has left behind."""
    last[0] += 1
    ref, steps = new_ref(), chance.choices(range(len(WAY)), SHARE)[0] + 1
    times = [OPENED, *sorted(OPENED + (now - OPENED) * chance.random() for _ in range(steps - 1))]
    rows.add(Case, id=last[0], ref=ref, cycle_id=cycle.id, definition_digest=cycle.definition_digest,
             subject_id=person, unit_id=unit, version=steps, state=WAY[steps - 1],
             opened_at=to_text(OPENED))  # fmt: skip
    before: bytes | None = None
    for number, at in enumerate(times, 1):
        leaf = f'{{"at":"{to_text(at)}","case":"{ref}","filler":"{"x" * 560}","seq":{number}}}'.encode()
        digest = hashlib.sha256(leaf).digest()
        rows.add(Event, stream=f"case:{ref}", seq=number, ref=new_ref(), case_id=last[0], n=number, at=to_text(at),
                 kind="case.moved" if number > 1 else "case.started", to_state=WAY[number - 1],
                 from_state=WAY[number - 2] if number > 1 else None, transition=MOVES[number - 1], actor_ref="x" * 26,
                 actor_id=head, role="supervisor", leaf=leaf, leaf_hash=digest, prev_hash=before)  # fmt: skip
        before = digest
        until = times[number] if number < steps else None
        _tasks(rows, chance, last, WAY[number - 1], number, at, until, (person, head))


def _tasks(
    rows: Rows, chance: random.Random, last: list[int], state: str, number: int, at: datetime, until: datetime | None,
    people: tuple[int, int],
) -> None:  # fmt: skip
    for key, role, form in TASKS.get(state, ()):
        last[1] += 1
        due = at + timedelta(days=chance.randrange(5, 400))
        rows.add(Task, id=last[1], ref=new_ref(), case_id=last[0], key=key, state="done" if until else "open",
                 role=role, form=form, opened_at=to_text(at), due=to_text(due), opened_n=number,
                 ended_at=to_text(until) if until else None)  # fmt: skip
        rows.add(TaskHolder, task_id=last[1], person_id=people[0] if role == "employee" else people[1],
                 rule="subject" if role == "employee" else "superior_of")  # fmt: skip


def _settle(rt: Runtime, cycle_id: int) -> None:
    """The cycle is as old as its cases; keys were given by hand: the database is told where to go on, and counts."""
    with rt.db.begin() as db:
        db.execute(update(Cycle.__table__).where(Cycle.id == cycle_id).values(opened_at=to_text(OPENED)))
        if db.dialect.name == "postgresql":
            for table in ("unit", "person", "post", "cas", "task"):
                db.execute(
                    text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
                )
    with rt.db.owner.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
        # What autovacuum does by itself within a minute of so many new rows.
        db.execute(text("VACUUM ANALYZE" if db.dialect.name == "postgresql" else "ANALYZE"))
