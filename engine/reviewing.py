"""The review of a definition as a case: opened when a version is handed in, moved on by what is decided about it.

Called by the verbs on definitions, in their transaction. Where no review workflow is published (a fresh database, or
nobody wants one) nothing is opened, and the verbs work as they are.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from engine import holders, snapshot
from engine.authority import local_day
from engine.core import machine
from engine.core.case import Actor, CaseView, Holder
from engine.core.effects import Advance, Decision
from engine.core.errors import Refused
from engine.core.messages import LANGUAGES, Message
from engine.core.workflow import Workflow
from engine.runtime import Runtime
from engine.starting import cycle_of
from engine.store import apply
from engine.store.queries import beginning, calendars, definitions, units
from engine.store.queries import linked as queries
from engine.store.refs import new_ref

KEY = "definition_review"


def open_review(rt: Runtime, db: Connection, version: Row[Any], actor: Actor, at: datetime) -> None:
    """Open the case in which a version is reviewed, where there is a workflow for it."""
    published = {row.key: row.digest for row in definitions.published(db, "workflow")}
    roots = beginning.roots(db)
    if KEY not in published or not roots:
        return
    workflow = rt.library.workflow(db, published[KEY])
    unit = units.unit(db, roots[0].id)
    day = local_day(unit, at)
    about = holders.About(queries.authors_of_version(db, version.ref), unit.id)
    view = _case(rt, db, version, unit, at, holders.resolve(db, workflow, about, day))
    cycle = cycle_of(rt, db, published[KEY], workflow, day, at)
    name = json.loads(definitions.body(db, version.digest) or "{}")["name"][LANGUAGES[0]]
    title = f"{name} {version.number}"
    apply.start_case(
        db,
        view=view,
        cycle_id=cycle.id,
        definition_digest=published[KEY],
        decision=machine.begin(workflow, view),
        actor=actor,
        at=at,
        product=rt.version,
        title=title,
    )
    queries.say_subject(db, queries.id_of(db, view.ref), version.ref, title)


def _case(
    rt: Runtime, db: Connection, version: Row[Any], unit: Any, at: datetime, held: dict[str, tuple[Holder, ...]]
) -> CaseView:
    day = local_day(unit, at)
    return CaseView(
        ref=new_ref(),
        state="",
        version=0,
        subject_id=None,
        subject_ref=version.ref,
        unit_id=unit.id,
        entered_at=at,
        period_start=day,
        period_end=day,
        now=at,
        today=day,
        roles=held,
        zone=ZoneInfo(unit.timezone),
        calendar=rt.days.of(db, unit.id, calendars.stamp(db)),
    )


def decided(
    rt: Runtime, db: Connection, version_ref: str, step: str, actor: Actor, at: datetime, reason: str | None = None
) -> None:
    """Move the open case about a version along the transition that takes this step; the step itself is the caller's.

    Raises what firing raises, and Refused where the case has no such transition now. The system only ends the case.
    """
    for ref in queries.cases_about(db, version_ref):
        found = snapshot.load(rt, db, ref, actor, at, lock=True)
        if found.workflow.definition.key != KEY or machine.is_over(found.workflow, found.view):
            continue
        decision = machine.cancel(found.view) if actor.is_system else _decision(found, step, actor, reason)
        apply.write_move(
            db,
            case_id=found.id,
            case_ref=found.ref,
            version=found.view.version,
            definition_digest=found.digest,
            decision=decision,
            task_ids=found.task_ids,
            actor=actor,
            at=at,
            reason=reason,
            product=rt.version,
            place=found.place,
        )


def _decision(found: snapshot.Snapshot, step: str, actor: Actor, reason: str | None) -> Decision:
    key = _transition(found.workflow, found.view.state, step)
    if key is None:
        raise Refused(Message("linked.review.elsewhere"))
    return machine.fire(found.workflow, found.view, actor, key, reason=reason)


def _transition(workflow: Workflow, state: str, step: str) -> str | None:
    """The transition out of a state whose actions take a step with the definition."""
    leaving = (move.spec for move in workflow.moves.values() if state in move.spec.from_)
    return next((spec.key for spec in leaving if any(call.name == ACTIONS[step] for call in spec.actions)), None)


ACTIONS = {"publish": "publish_definition", "send_back": "return_definition"}


def step_of(decision: Decision) -> str | None:
    """The step that a decision takes with the definition that its case is about."""
    return next((effect.step for effect in decision.effects if isinstance(effect, Advance)), None)


def open_case(db: Connection, version_ref: str) -> str | None:
    """The case in which a version is or was reviewed last."""
    return next(iter(queries.cases_about(db, version_ref)), None)
