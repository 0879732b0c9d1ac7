"""Opening the cases of many people: a job that the verbs of cycles.py ask for, in chunks; what came of it.

Who is meant is written down when somebody asks. A chunk asks again about its people, on the day of the chunk: whoever
cannot have a case any more is left out, with the reason, and keeps nobody else from his. Nobody gets two cases, since
a chunk looks who has one, and the database refuses a second (cycle, subject).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from engine import jobs
from engine.authority import ADMIN, office_day
from engine.core.case import Actor, CaseView
from engine.core.errors import EngineError, InvalidSubmission, NotAllowed, NotFound, Refused
from engine.core.jobs import OVER, Chunk, Finished, Job, More
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.reading.compiled import Workflow
from engine.core.times import to_text
from engine.cycle_cases import Candidate, candidate_of, new_case, placed, start, unfilled
from engine.populations import asked_of
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import calendars, scope
from engine.store.queries import cycles as queries
from engine.store.queries import jobs as job_queries

KIND = "cycles.open"
BATCH = 50  # people of a chunk: a fifth of a second or less, since on SQLite people who send something wait for it


def ask(act: Act, cycle: Row[Any], people: Sequence[int]) -> jobs.Asked:
    """Ask for the cases of these persons; `rt.queue([asked.row])` after the commit."""
    asked = jobs.ask(
        act.rt, act.db, kind=KIND, title=Message("opening.title", name=cycle.name), body={"cycle": cycle.ref},
        actor=act.actor, unit_id=_administered(act.actor), total=len(people), given=canonical(list(people)),
    )  # fmt: skip
    queries.change(act.db, cycle.id, job_ref=asked.ref)
    return asked


def _administered(actor: Actor) -> int | None:
    """The unit of his right to administer: who has one over it sees the job, too."""
    return min((right.unit_id for right in actor.rights if right.role == "admin"), default=None)


def locked(db: Connection, cycle_ref: str) -> Row[Any] | None:
    """A cycle, locked together with the job that opens its cases: the job first, as each of its chunks does."""
    seen = queries.by_ref(db, cycle_ref)
    if seen is not None and seen.job_ref is not None:
        queries.job(db, seen.job_ref, lock=True)
    cycle = queries.by_ref(db, cycle_ref, lock=True)
    if seen is not None and cycle is not None and cycle.job_ref != seen.job_ref:
        raise Refused(Message("opening.going"))
    return cycle


def require_free(act: Act, cycle: Row[Any]) -> None:
    """Refused while a job opens cases of this `locked` cycle.

    One that stopped is to be tried again, unless the actor administers everybody whom it has left.
    """
    job = _unfinished(act.db, cycle)
    if job is None:
        return
    if job.state not in OVER:
        raise Refused(Message("opening.going"))
    if not _covers_rest(act, cycle, job):
        raise Refused(Message("opening.unfinished"))


def _unfinished(db: Connection, cycle: Row[Any]) -> Row[Any] | None:
    job = None if cycle.job_ref is None else queries.job(db, cycle.job_ref)
    return None if job is None or job.state == "done" else job


def _covers_rest(act: Act, cycle: Row[Any], job: Row[Any]) -> bool:
    """Whether the actor can judge everybody whom a job has not looked at."""
    if scope.covers_everything(act.db, act.actor, ADMIN):
        return True
    given = job_queries.bytes_of(act.db, job.id, "given")
    if not given:  # forgotten: nobody knows any more whom it meant
        return False
    here = 0 if job.cursor is None else int(json.loads(job.cursor)["at"])
    rest = set(json.loads(given)[here:]) - queries.subjects(act.db, cycle.id)
    return rest <= queries.judged(act.db, act.actor, office_day(act.db, act.actor, act.at))


def follow(act: Act, cycle: Row[Any], opened: int) -> None:
    """Say that an extension did all that its actor can: none of his people is left out, nor waits for a stopped job."""
    queries.forget_left(act.db, cycle.id, act.actor, office_day(act.db, act.actor, act.at))
    if cycle.job_ref is None:
        return
    if _unfinished(act.db, cycle) is not None:
        queries.change(act.db, cycle.id, job_ref=None)
    finish(act, cycle, opened)


def chunk(rt: Runtime, db: Connection, job: Job, found: Any) -> Chunk:
    """JOB cycles.open: the cases of the next people, or the end."""
    act, cycle = Act(rt, db, jobs.asker(rt, db, job), rt.clock()), queries.by_ref(db, job.body["cycle"])
    if not act.actor.has("admin"):
        raise NotAllowed(Message("cycle.admins_only"))
    if cycle is None or cycle.job_ref != job.ref:
        raise Refused(Message("opening.replaced"))
    people, here = _people(db, job), 0 if job.begins else int(job.cursor["at"])
    some = people[here : here + BATCH]
    opened = _open(act, cycle, some) + (0 if job.begins else int(job.cursor["opened"]))
    here += len(some)
    if here < len(people):
        return More({"at": here, "opened": opened}, done=here, total=len(people))
    left = queries.count_left(db, cycle.id)
    finish(act, cycle, opened)
    words = Message("opening.done_but", opened=opened, count=left) if left else Message("opening.done", count=opened)
    return Finished(words, path=f"/admin/cycles/{cycle.ref}")


def _people(db: Connection, job: Job) -> list[int]:
    given = jobs.given(db, job)
    if not given:  # thirty days after it failed; who is meant today, `extend` knows
        raise Refused(Message("opening.forgotten"))
    return [int(person) for person in json.loads(given)]


def _open(act: Act, cycle: Row[Any], people: Sequence[int]) -> int:
    """The cases of those who have none, in as many questions as for one person, but for what writes; how many."""
    have = queries.subjects(act.db, cycle.id, people)
    wanted = [person for person in people if person not in have]
    workflow = act.rt.library.workflow(act.db, cycle.definition_digest)
    on = office_day(act.db, act.actor, act.at)
    rows, others = asked_of(act.db, cycle.population, act.actor, on, wanted)
    matched = {row.person_id for row in rows}
    left = {
        person: Message("opening.left.not_meant" if person in others else "opening.left.no_post")
        for person in wanted
        if person not in matched
    }
    views = _views(act, cycle, workflow, [candidate_of(row) for row in rows], left)
    left |= _start_all(act, cycle, workflow, views)
    queries.keep_left(act.db, cycle.id, people, {person: _text(why) for person, why in left.items()}, to_text(act.at))
    return len(wanted) - len(left)


def _views(
    act: Act, cycle: Row[Any], workflow: Workflow, candidates: Sequence[Candidate], left: dict[int, Message]
) -> list[CaseView]:
    """The cases as they begin; who would lack the holder of a role is among the `left` afterwards."""
    days = act.rt.days.of_each(act.db, {each.unit_id for each in candidates}, calendars.stamp(act.db))
    views = []
    for each, zone, roles in placed(act.db, workflow, candidates, act.at):
        if empty := unfilled(workflow, roles):
            left[each.person.person_id] = Message("opening.left.unfilled", roles=", ".join(empty))
        else:
            views.append(new_case(cycle, each, zone, days[each.unit_id], roles, act.at))
    return views


def _start_all(act: Act, cycle: Row[Any], workflow: Workflow, views: Sequence[CaseView]) -> dict[int, Message]:
    """Start cases; the subjects of those that were refused, with the reason.

    All at once first, since a savepoint for each would cost more than the case; one by one where one was refused.
    """
    refused = _start(act, cycle, workflow, views)
    if refused is None:
        return {}
    left = {}
    for view in views:
        why = _start(act, cycle, workflow, [view])
        if why is not None and view.subject_id is not None:
            left[view.subject_id] = why.message
    return left


def _start(act: Act, cycle: Row[Any], workflow: Workflow, views: Iterable[CaseView]) -> EngineError | None:
    try:
        with act.db.begin_nested():
            for view in views:
                start(act.rt, act.db, cycle, workflow, view, act.actor, act.at)
        return None
    except (InvalidSubmission, NotAllowed, NotFound, Refused) as refused:
        return refused


def finish(act: Act, cycle: Row[Any], opened: int) -> None:
    """Say that the cases of a cycle are there: the cycle is open, and one event tells of how many."""
    cases, left = queries.count_cases(act.db, cycle.id), queries.count_left(act.db, cycle.id)
    queries.change(act.db, cycle.id, status="open")
    public = {"cycle": cycle.ref, "opened": opened, "cases": cases, "left": left}
    act.record(f"cycle:{cycle.ref}", "cycle.filled", public)


def _text(message: Message) -> str:
    return json.dumps(message.as_document(), ensure_ascii=False)
