"""VERB extend: put deadlines off, of one case or of many: to a day, or by working days, with a reason. Never earlier.

One event a case, `case.extended`: which, from when to when, and why (erasable) in its note. A day that was named stays
whatever a calendar says later; working days are counted again. More than AT_ONCE cases are a job.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import deadlines, finality, jobs
from engine.authority import require_admin_of_case, required_reason
from engine.core.calendar import end_of, last_day
from engine.core.case import Actor
from engine.core.errors import BadRequest, EngineError, Refused, StaleCase, Unavailable
from engine.core.expiring import Running, running
from engine.core.extending import Shift, shifted
from engine.core.jobs import Chunk, Finished, Job, More
from engine.core.machine import is_over
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.requests import Once
from engine.runtime import Runtime
from engine.snapshot import Snapshot, load
from engine.steps import Receipt, answer
from engine.store import apply_dues
from engine.store.apply_dues import Ground, Redue
from engine.store.queries import clocks

KIND = "deadlines.extend"
AT_ONCE = 50  # cases, while somebody waits
TOGETHER = 20  # cases in one chunk of a job
MOST_DAYS = 400
FIRST, LAST = date(1900, 1, 1), date(2200, 12, 31)  # beside them a day ends at no instant in every zone


@dataclass(frozen=True, slots=True)
class Longer:
    """Until when, or by how many working days: one of the two. `tasks`: keys of tasks; none means all that runs."""

    until: date | None = None
    days: int | None = None
    tasks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.until is None) == (self.days is None) or not 1 <= (self.days or 1) <= MOST_DAYS:
            raise BadRequest(Message("extension.until_or_days", most=MOST_DAYS))
        if self.until is not None and not FIRST <= self.until <= LAST:
            raise BadRequest(Message("extension.no_such_day", first=FIRST, last=LAST))

    def document(self) -> dict[str, Any]:
        """As JSON, for a job."""
        return {"until": str(self.until) if self.until else None, "days": self.days, "tasks": list(self.tasks)}


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an extension would do to one deadline: of a task (by key; "" for the state's or the whole's), from → to."""

    task: str
    whole: bool
    was: date
    now: date


@dataclass(frozen=True, slots=True)
class Extended:
    """What became of an extension of many cases: how many, which not and why; or the job that does it."""

    done: int = 0
    left: tuple[tuple[str, Message], ...] = ()
    job: str | None = None


def foresee(rt: Runtime, case_ref: str, longer: Longer, *, actor: Actor) -> tuple[Foreseen, ...]:
    """What `extend_case` would do, deadline by deadline. Reads only; raises as it would."""
    with rt.db.read() as db:
        found = load(rt, db, case_ref, actor, rt.clock())
        keys = {each.ref: each for each in running(found.workflow, found.view)}
        dues = _judged(db, found, longer, actor)
    return tuple(
        Foreseen(keys[due.of].key, keys[due.of].whole, last_day(due.was, found.zone), last_day(due.now, found.zone))
        for due in dues
    )


def extend_case(rt: Runtime, case_ref: str, longer: Longer, *, reason: str, actor: Actor, key: str) -> Receipt:
    """Put deadlines of one case off; only an admin whose scope covers it, never in his own case.

    Raises Refused when none would be later, when it would still be over, or made the result final already.
    """
    at, reason = rt.clock(), required_reason(reason)
    once = Once(actor, key, f"extend:{case_ref}", [longer.document(), reason])
    with rt.db.begin() as db:
        found = load(rt, db, case_ref, actor, at, lock=True, asker=once.asker)
        if (earlier := once.told(found.asked)) is not None:
            return Receipt(**earlier)
        event = _extend(rt, db, found, longer, reason, actor, key)
        receipt = answer(db, found, once, event, at)
    rt.queue([])
    return receipt


def extend(rt: Runtime, cases: Sequence[str], longer: Longer, *, reason: str, actor: Actor, key: str) -> Extended:
    """The same of many cases: at once up to AT_ONCE of them, each by itself; of more by a job.

    A case that refuses is left with its reason, and holds up no other.
    """
    reason, once = required_reason(reason), Once(actor, key, "extend", [sorted(cases), longer.document(), reason])
    if len(cases) > AT_ONCE:
        return Extended(job=_ask(rt, cases, longer, reason, actor, once))
    left, done = [], 0
    for ref in cases:
        try:
            extend_case(rt, ref, longer, reason=reason, actor=actor, key=f"{key[:90]}:{ref}")
            done += 1
        except (StaleCase, Unavailable):
            raise
        except EngineError as error:
            left.append((ref, _why(error)))
    return Extended(done, tuple(left))


def _ask(rt: Runtime, cases: Sequence[str], longer: Longer, reason: str, actor: Actor, once: Once) -> str:
    with rt.db.begin() as db:
        if (earlier := once.answered(db)) is not None:
            return str(earlier["job"])
        body, given = {"longer": longer.document(), "reason": reason}, canonical(list(cases))
        title = Message("extension.job_title", count=len(cases))
        asked = jobs.ask(rt, db, kind=KIND, title=title, body=body, actor=actor, total=len(cases), given=given)
        once.remember(db, {"job": asked.ref}, rt.clock())
    rt.queue([asked.row])
    return asked.ref


def chunk(rt: Runtime, db: Connection, job: Job, found: object) -> Chunk:
    """JOB deadlines.extend: some cases; who asked is judged by the rights that he has today."""
    actor, told = jobs.asker(rt, db, job), job.body["longer"]
    until = date.fromisoformat(told["until"]) if told["until"] else None
    longer = Longer(until, told["days"], tuple(told["tasks"]))
    refs: list[str] = json.loads(jobs.given(db, job))
    here, left = job.done, (job.cursor or {"left": 0})["left"]
    # By ref, as deadlines.recount_cases locks them: two that take the same cases never wait for each other in a ring.
    for ref in sorted(refs[here : here + TOGETHER]):
        try:
            case = load(rt, db, ref, actor, rt.clock(), lock=True)
            _extend(rt, db, case, longer, job.body["reason"], actor, f"{job.ref}:{ref}")
        except (StaleCase, Unavailable):
            raise
        except EngineError:  # judged before anything of this case was written
            left += 1
    done = min(here + TOGETHER, len(refs))
    if done < len(refs):
        return More({"left": left}, done=done)
    return Finished(Message("extension.job_done", count=done - left, left=left), done=done)


def _extend(
    rt: Runtime, db: Connection, found: Snapshot, longer: Longer, reason: str, actor: Actor, key: str
) -> apply_dues.EventRef:
    at, dues = rt.clock(), _judged(db, found, longer, actor)
    finality.known_first(rt, db, found, at, lock=True)
    public = {"until": str(longer.until)} if longer.until else {"days": longer.days}
    ground = Ground(found.id, found.ref, at, rt.version, actor, key, {"reason": reason})
    event = apply_dues.write_dues(db, ground, "case.extended", dues, public)
    deadlines.ask_to_rehold(rt, db, found.asked, event.ref, at)
    return event


def _judged(db: Connection, found: Snapshot, longer: Longer, actor: Actor) -> list[Redue]:
    """The deadlines that become later; raises where there is none."""
    require_admin_of_case(db, found, actor)
    if is_over(found.workflow, found.view):
        raise Refused(Message("case.over"))
    meant = [each for each in running(found.workflow, found.view) if not longer.tasks or each.key in longer.tasks]
    if not meant:
        raise Refused(Message("extension.nothing"))
    final = {(row.of_ref, row.due) for row in clocks.made_final(db, found.id)} if found.workflow.finals else set()
    # What is over is final, though the job of that midnight be late to record it.
    final |= {(each.ref, to_text(each.due)) for each in meant if each.spec.final and each.due <= found.view.clock}
    if all((each.ref, to_text(each.due)) in final for each in meant):
        raise Refused(Message("extension.final"))
    dues = list(_later(found, meant, longer))
    if not dues:
        raise Refused(Message("extension.earlier"))
    if all(due.now <= found.view.now for due in dues):
        raise Refused(Message("extension.still_over", last=last_day(dues[0].now, found.zone)))
    return [due for due in dues if due.now > found.view.now and (due.of, to_text(due.was)) not in final]


def _later(found: Snapshot, meant: Sequence[Running], longer: Longer) -> Iterator[Redue]:
    clock_refs, shift = {clock.ref for clock in found.view.clocks}, Shift(until=longer.until, days=longer.days)
    for each in meant:
        last = shifted(last_day(each.due, found.zone), [shift], found.view.calendar)
        due = end_of(last, found.zone)
        if due > each.due:
            yield Redue(each.ref, each.ref in clock_refs, each.due, due, shift)


def _why(error: EngineError) -> Message:
    return error.refusals[0] if isinstance(error, Refused) and error.refusals else error.message
