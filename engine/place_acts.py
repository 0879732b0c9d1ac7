"""The steps of a place's scenario: each is one act of one person on one day, done by the verb that pages use.

A step names its day (`on`) and post (`by`) and one of: `open` (a cycle), `add` (an entry, or one on each working day
`until` a date, of the `rows` in turn), `bring` (the rows of a CSV file of the month of the day), `paper` (sheets),
`verify` (what waits of somebody in that month), `fill` (a task's form, begun as its page is), `fire` (a transition),
`night` (what the server does as that day begins). `refused: true` where the verb must refuse. `expect`
says how a case stands. `part`: the first day of the case inside the year. Raises NotSo where it is otherwise.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import Connection

from engine import (
    cases,
    cycles,
    entry_imports,
    entry_lists,
    entry_rights,
    openings,
    paper_batches,
    registers,
    snapshot,
)
from engine.core.case import Outcome
from engine.core.errors import EngineError
from engine.demo import actor_at
from engine.places import Stage
from engine.runtime import Runtime
from engine.store.queries import case_lists, linked, people
from engine.store.queries import entry_world as world
from engine.store.refs import new_ref

Step = Mapping[str, Any]
AT_ONCE = 200  # entries that are verified by one act


class NotSo(AssertionError):
    """A scenario that came out otherwise than it says."""


def play(stage: Stage, steps: list[Step]) -> Iterator[str]:
    """Do all steps in order; what each did, in a few words."""
    for number, step in enumerate(steps, 1):
        kind = next(key for key in ACTS if key in step)
        try:
            ACTS[kind](stage, step)
        except EngineError as error:
            if not step.get("refused"):
                told = [error.message, *getattr(error, "refusals", ())]
                raise NotSo(f"step {number} ({kind} {step[kind]}): {'; '.join(map(str, told))}") from error
        else:
            if step.get("refused"):
                raise NotSo(f"step {number} ({kind} {step[kind]}) was not refused")
        if step.get("on"):
            stage.work(_day(step))
        yield f"{step.get('on', '')} {kind} {step[kind] if isinstance(step[kind], str) else ''}".strip()


def _day(step: Step) -> date:
    return date.fromisoformat(str(step["on"]))


def _open(stage: Stage, step: Step) -> None:
    wanted, there = step["open"], stage.on(_day(step))
    first, last = (date.fromisoformat(str(day)) for day in wanted["period"])
    opened = cycles.open_cycle(
        there, actor=actor_at(there, step["by"]), name=wanted["name"], version_ref=stage.versions[wanted["workflow"]],
        period_start=first, period_end=last, population=wanted["population"], key=new_ref(), at_once=cycles.EVERYBODY,
    )  # fmt: skip
    stage.cycles[wanted["as"]] = opened.ref


def _add(stage: Stage, step: Step) -> None:
    """One entry, or one for each row on each day until a date, weekends aside."""
    day, until = _day(step), date.fromisoformat(str(step.get("until", step["on"])))
    rows = cycle(step["rows"])
    while day <= until:
        if day.weekday() < 5 or until == _day(step):
            for _ in range(step.get("a_day", 1)):
                there, answers = stage.on(day), {key: str(value) for key, value in next(rows).items()}
                about = _about(there, step)
                actor = actor_at(there, step["by"])
                registers.add_entry(there, step["add"], about, day, answers, actor=actor, key=new_ref())
        day += timedelta(days=1)


def _bring(stage: Stage, step: Step) -> None:
    there = stage.on(_day(step))
    with (stage.folder / step["bring"]).open(encoding="utf-8", newline="") as file:
        told = [row for row in csv.DictReader(file) if row["day"].startswith(step["on"][:7])]
    rows = [{"about": row.pop("about"), "day": row.pop("day"), "answers": row} for row in told]
    actor = actor_at(there, step["by"])
    found = entry_imports.add_rows(there, step["register"], rows, actor=actor, key=new_ref(), whole=False)
    wrong = {fault.row: fault.cause for fault in found.faults}
    if len(wrong) != step.get("wrong", 0):
        raise NotSo(f"rows of {step['bring']} that are wrong: {wrong}")


def _paper(stage: Stage, step: Step) -> None:
    there = stage.on(_day(step))
    sheets = [{key: str(value) for key, value in row.items()} for row in step["rows"]]
    batch = paper_batches.Batch(step["paper"], _about(there, step), _day(step), str(step["number"]), sheets)
    paper_batches.enter(there, batch, actor=actor_at(there, step["by"]), key=new_ref())


def _verify(stage: Stage, step: Step) -> None:
    """Everything that waits of somebody in the month of the day, said to be right."""
    there, first = stage.on(_day(step)), _day(step).replace(day=1)
    actor = actor_at(there, step["by"])
    with there.db.read() as db:
        register = entry_rights.published(there, db, step["verify"]).register
        about = entry_rights.subject(db, register, _person(there, db, step["of"]), _day(step))
        found = entry_lists.month(there, db, register, about, first, actor, _day(step))
        refs = [row.ref for day in found.days for row in day.rows if row.verdict is None]
    for at in range(0, len(refs), AT_ONCE):
        registers.judge_entries(there, refs[at : at + AT_ONCE], "verified", actor=actor)


def _fill(stage: Stage, step: Step) -> None:
    there = stage.on(_day(step))
    actor, found = case_of(stage, there, step)
    task = next((each for each in found.view.tasks if each.key == step["fill"]), None)
    if task is None:
        raise NotSo(f"{step['fill']} is not open: {[each.key for each in found.view.tasks]}")
    with there.db.read() as db:
        form = found.workflow.forms[_form(found, step["fill"])]
        begun = openings.opening(there, db, found, form, actor).raw
    cases.submit(there, task.ref, {**begun, **step["answers"]}, actor=actor, seen=task.version, key=new_ref())


def _form(found: snapshot.Snapshot, task: str) -> str:
    spec = next(each for each in found.workflow.tasks(found.view.state) if each.key == task)
    return str(spec.fill)


def _night(stage: Stage, step: Step) -> None:
    stage.night(_day(step))


def _fire(stage: Stage, step: Step) -> None:
    there = stage.on(_day(step))
    actor, found = case_of(stage, there, step)
    asked = {"actor": actor, "seen": found.view.version, "key": new_ref(), "reason": step.get("reason")}
    cases.fire(there, found.ref, step["fire"], **asked)


def _expect(stage: Stage, step: Step) -> None:
    _, found = case_of(stage, stage.on(_day(step)), step)
    wanted = step["expect"]
    if found.view.state != wanted["state"]:
        raise NotSo(f"{step['of']}: {found.view.state}, not {wanted['state']}")
    said = {key: told.value if isinstance(told, Outcome) else told for key, told in found.view.results.items()}
    for key, value in wanted.get("results", {}).items():
        if said.get(key) != str(value):
            raise NotSo(f"{step['of']}: {key} is {said.get(key)}, not {value}")
    for key, value in wanted.get("values", {}).items():
        told = found.view.results.get(key)
        number = told.derivation.get("value") if isinstance(told, Outcome) else None
        if number != str(value):
            raise NotSo(f"{step['of']}: {key} is {number}, not {value}")


def case_of(stage: Stage, there: Runtime, step: Step) -> tuple[Any, snapshot.Snapshot]:
    """Who acts, and the case of somebody as he finds it."""
    actor = actor_at(there, step["by"])
    with there.db.read() as db:
        subject = people.by_key_of_post(db, step["of"], there.clock().date())
        ref = case_lists.case_of(db, stage.cycles[step["in"]], subject.id if subject else 0)
        if "part" in step:
            ref = _inside(db, ref, str(step["part"]))
        return actor, snapshot.load(there, db, ref, actor, there.clock())


def _inside(db: Connection, ref: str, first: str) -> str:
    """The case inside a case whose period begins on a day."""
    found = [row.ref for row in linked.children(db, linked.id_of(db, ref)) if row.period_start == first]
    if not found:
        raise NotSo(f"no case inside begins on {first}")
    return str(found[0])


def _about(there: Runtime, step: Step) -> str:
    with there.db.read() as db:
        if "unit" in step:
            return str(world.units(db, "key", [step["unit"]])[0].ref)
        return _person(there, db, step.get("of", step["by"]))


def _person(there: Runtime, db: Connection, post: str) -> str:
    found = people.by_key_of_post(db, post, there.clock().date())
    if found is None:
        raise NotSo(f"nobody holds {post}")
    return str(found.ref)


ACTS: Mapping[str, Callable[[Stage, Step], None]] = {
    "open": _open, "add": _add, "bring": _bring, "paper": _paper, "verify": _verify, "fill": _fill, "fire": _fire,
    "expect": _expect, "night": _night,
}  # fmt: skip
