"""The same two acts with our promises, by hand: what the rows that we promise cost whoever writes them.

The driver alone, and statements written for this one workflow: nothing is found in a definition, no form is judged by
its types, nobody's rights are looked up beside the task that he holds. Written is exactly what ours writes, into our
tables and past our triggers, so that `siklus audit verify` accepts it: the event with its leaf, hashes and
commitments, its private part, the answers apart from the fact, tasks and their holders, the case, the idempotency key,
the notice of whoever has it next.
On PostgreSQL what is written goes in one pipeline with the COMMIT.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from sqlalchemy import make_url

from bench import floor
from bench import promised_rows as sql
from bench.acts import ANSWERS as TYPED
from engine.core.case import Actor
from engine.core.proof import commitment, evidence, merkle
from engine.core.times import to_text
from engine.store.refs import new_ref, new_seed

PRODUCT = "by hand"
NEXT = {"a": "b", "b": "a"}
LONGEST = {"name": 500, "place": 500, "first_words": 10_000, "second_words": 10_000, "third_words": 10_000}
MOST = {"part_one": 100, "part_two": 100, "amount": 10**15}


@dataclass
class Promised:
    """One connection, and who acts: `fills` and `decides`, with their holds on a task."""

    db: Any
    fills: Actor
    decides: Actor
    now: datetime
    is_sqlite: bool
    turn: int = 0
    holds: dict[int, tuple[str, str | None]] = field(default_factory=dict)

    @classmethod
    def over(cls, url: str, people: tuple[Actor, Actor, datetime]) -> Promised:
        """A connection to the database of a stage."""
        return cls(floor.connection(url), *people, make_url(url).get_backend_name() == "sqlite")

    def act(self, ready: tuple[str, str, int, str]) -> None:
        """Two transactions: the form sent, the case moved."""
        case, task, seen, transition = ready
        self.turn += 1
        at = to_text(self.now + timedelta(milliseconds=self.turn))
        self._within(lambda: self._send(task, TYPED, at))
        self._within(lambda: self._move(case, seen, transition, at))

    def close(self) -> None:
        self.db.close()

    def _within(self, act: Any) -> None:
        self._run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN")
        writing = list(act())
        with nullcontext() if self.is_sqlite else self.db.pipeline():
            cursors = [(text, self._run(text, *values)) for text, values in writing]
            self._run("COMMIT")
        if any(cursor.rowcount != 1 for text, cursor in cursors if text in (sql.DONE, sql.MOVE)):
            raise RuntimeError("somebody was faster")

    def _send(self, task_ref: str, typed: dict[str, str], at: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        (task_id,) = self._run(sql.TASK, task_ref).fetchone()
        key, found = self._found(self.fills, task_id)
        answers = judged(typed)
        (number,) = self._run(sql.NUMBER, found.case_id).fetchone()
        waits = self._run(sql.WAITS, found.case_id, found.version, f"decide_{found.state}").fetchone()
        seed = new_seed()
        sealed = commitment.seal(seed, answers)
        public = {"task": task_ref, "form": "sheet", "number": number, "definition": found.definition}
        ref, event = found.event("form.submitted", self.fills, "employee", key, at, sealed.root, public=public)
        yield sql.EVENT, event
        yield (
            sql.SUBMISSION,
            (ref, found.case_id, task_id, number, found.definition, sealed.root, self.fills.person_id, at),
        )
        yield sql.ANSWERS, (seed, sealed.body.decode(), ref)
        yield sql.DONE, (at, task_id, 0)
        yield sql.TELL, found.told("task.ready", *waits, ref, at)
        answer = {"case": found.case, "state": found.state, "version": found.version, "event": ref}
        yield sql.REQUEST, (self.fills.person_id, key, f"submit:{task_ref}", digest(typed), written(answer), at)

    def _move(self, case: str, seen: int, transition: str, at: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        (task_id,) = self._run(sql.DECIDE, case, f"decide_{'a' if transition == 'to_b' else 'b'}").fetchone()
        key, found = self._found(self.decides, task_id)
        answers = json.loads(self._run(sql.LAST, found.case_id).fetchone()[0])
        if found.version != seen or int(answers["part_one"]) + int(answers["part_two"]) != 100:
            raise RuntimeError("not now")
        to, seed = NEXT[found.state], new_seed()
        sealed = commitment.seal(seed, looked_at(answers, found.state))
        verdicts = [
            {"name": name, "allowed": True, "inputs": evidence.inputs_root(place, sealed.commitments)}
            for place, name in enumerate(("when", "tasks_done", "not_same_person"))
        ]
        leaf = {"case": case, "n": seen + 1, "from": found.state, "to": to, "transition": transition,
                "definition": found.definition, "verdicts": verdicts}  # fmt: skip
        ref, event = found.event("case.moved", self.decides, "supervisor", key, at, sealed.root, more=leaf)
        yield sql.MOVE, (seen + 1, to, found.case_id, seen)
        yield sql.EVENT, event
        yield sql.NOTE, (ref, seed, sealed.body.decode())
        yield sql.DONE, (at, task_id, 0)
        for kind, who, role, form in (("fill", self.fills, "employee", "sheet"),
                                      ("decide", self.decides, "supervisor", None)):  # fmt: skip
            task = new_ref()
            yield sql.OPEN, (task, found.case_id, f"{kind}_{to}", role, form, at, seen + 1)
            yield sql.HOLD, (who.person_id, *self.holds[who.person_id or 0], task)
            if form is not None:
                yield sql.TELL, found.told("task.arrived", task, who.person_id, ref, at)
        answer = {"case": case, "state": to, "version": seen + 1, "event": ref}
        yield (
            sql.REQUEST,
            (self.decides.person_id, key, f"fire:{case}:{transition}", digest([seen, None]), written(answer), at),
        )

    def _found(self, actor: Actor, task_id: int) -> tuple[str, Found]:
        key = new_ref()
        if not self.is_sqlite:
            self._run(sql.LOCK, task_id)
        row = self._run(sql.READ, actor.person_id, actor.person_id, key, task_id).fetchone()
        if row is None or row[12] is not None or row[8:10] != ("open", 0):
            raise RuntimeError("not his task, or not open, or done already")
        found = Found(*row[:7], *row[10:12])
        self.holds[actor.person_id or 0] = (found.rule, found.basis)
        return key, found

    def _run(self, text: str, *values: Any) -> Any:
        return self.db.execute(text if self.is_sqlite else text.replace("?", "%s"), values)


@dataclass(frozen=True, slots=True)
class Found:
    """A case with the head of its stream, and why the actor holds the task."""

    case_id: int
    case: str
    version: int
    state: str
    definition: str
    seq: int
    head: bytes
    rule: str
    basis: str | None

    def event(
        self, kind: str, by: Actor, role: str, key: str, at: str, root: bytes, *,
        public: Mapping[str, Any] | None = None, more: Mapping[str, Any] | None = None,
    ) -> tuple[str, tuple[Any, ...]]:  # fmt: skip
        """The ref of the next event, and its row."""
        ref, stream, more = new_ref(), f"case:{self.case}", more or {}
        leaf = written({
            "v": 1, "kind": kind, "ref": ref, "stream": stream, "seq": self.seq + 1, "prev": self.head.hex(), "at": at,
            "by": by.ref, "for": None, "role": role, "right": {"rule": self.rule, "basis": self.basis},
            "data": root.hex(), "req": sha256(key.encode()).hexdigest(), "product": PRODUCT, "public": public or {},
            **more,
        }).encode()  # fmt: skip
        moved = (more.get("n"), more.get("to"), more.get("from"), more.get("transition"))
        return ref, (stream, self.seq + 1, ref, kind, at, self.case_id, *moved, by.ref, by.person_id, role, leaf,
                     merkle.leaf_hash(leaf), self.head)  # fmt: skip

    def told(self, kind: str, task: str, person: int | None, event: str, at: str) -> tuple[Any, ...]:
        """The row that tells somebody of a task."""
        return new_ref(), person, self.case_id, task, event, kind, at, f"{event}:{task}:{person}"


def judged(typed: Mapping[str, str]) -> dict[str, str]:
    """The ten answers of the bench's form, as they are stored; raises ValueError for one that does not pass."""
    answers = {name: value.strip() for name, value in typed.items()}
    words = all(0 < len(answers[name]) <= most for name, most in LONGEST.items())
    numbers = all(0 <= Decimal(answers[name]) <= most for name, most in MOST.items())
    if not (words and numbers and answers["mark"] in ("good", "poor") and date.fromisoformat(answers["day"])):
        raise ValueError("an answer does not pass")
    return answers


def looked_at(answers: Mapping[str, str], state: str) -> dict[str, Any]:
    """What the condition and the two guards looked at: the private part of a move."""
    return {
        "verdict.0.sheet.part_one": answers["part_one"],
        "verdict.0.sheet.part_two": answers["part_two"],
        "verdict.1.needed": [f"fill_{state}"],
        "verdict.1.missing": [],
        "verdict.2.roles": ["employee", "supervisor"],
    }


def written(document: Any) -> str:
    """Canonical JSON of what is known to hold no float."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(document: Any) -> str:
    return sha256(written(document).encode()).hexdigest()
