"""Cases: a list of them; one with its tasks, steps, forms and results as its reader may know them; its trail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from api.caller import Caller
from api.shapes import Name, Page, Paged, Ref, Shape, Words, cut, said
from engine import snapshot
from engine.core import machine, passing
from engine.core.case import Outcome
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.messages import Message
from engine.store.queries import api_lists
from engine.web import labels

if TYPE_CHECKING:
    from engine.snapshot import Snapshot

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class CaseLine(Shape):
    """A case as a list shows it."""

    ref: str
    state: str
    version: int
    definition: str
    cycle: Name
    subject: Name | None
    unit: Name
    opened_at: datetime


class Cases(Page[CaseLine]):
    """Cases, oldest first."""


class CasesAsked(Paged):
    """Which cases: of a cycle, in a state, of a unit and below, about a person, with an open task of a person."""

    cycle: Ref | None = None
    state: Key | None = None
    unit: Ref | None = None
    subject: Ref | None = None
    holder: Ref | None = None


class OpenTask(Shape):
    """An open task: who has it until when; `form` is what it fills, null where it decides."""

    ref: str
    key: str
    title: str
    role: Words
    holders: tuple[Name, ...]
    form: str | None
    due: datetime | None
    mine: bool
    """Whether the key's person holds it."""
    version: int
    """What `seen` must be when its form is saved or sent."""


class Step(Shape):
    """A transition that the key's person may ask for, and why not where it is not possible now."""

    transition: str
    title: str
    to: Words
    allowed: bool
    reason: str
    """Whether a reason is required, optional, or not taken (none)."""
    refusals: tuple[str, ...]


class Sent(Shape):
    """A form that was sent and that the key's person may read: its answers by field, as they are stored."""

    form: Words
    answers: dict[str, Any]


class Result(Shape):
    """A result that the key's person may know: its value (numbers as text), and how it was found."""

    result: Words
    value: str
    derivation: dict[str, Any]


class Case(Shape):
    """A case as it stands."""

    ref: str
    state: Words
    version: int
    """What `seen` must be when a transition is fired."""
    is_over: bool
    definition: str
    cycle: Name
    subject: Name
    period_start: date
    period_end: date
    tasks: tuple[OpenTask, ...]
    steps: tuple[Step, ...]
    forms: tuple[Sent, ...]
    results: tuple[Result, ...]


class Event(Shape):
    """An event of a case's stream: what happened, and the hash that the next one and the log build on."""

    seq: int
    ref: str
    kind: str
    at: datetime
    by: Name | None
    """Null for the system."""
    role: str | None
    transition: str | None
    from_state: str | None
    to_state: str | None
    leaf_hash: str
    """SHA-256 of the leaf (RFC 9162, 2.1.1), in hexadecimal."""
    previous_hash: str | None
    leaf: str | None
    """The leaf itself in base64, for whoever oversees the case; null for anybody else."""


class Trail(Page[Event]):
    """What happened to a case, in order."""


def list_cases(caller: Caller, query: CasesAsked) -> Cases:
    """List the cases."""
    asked = {name: getattr(query, name) or "" for name in ("cycle", "state", "unit", "subject", "holder")}
    with caller.rt.db.read() as db:
        found = api_lists.cases(
            db, caller.actor, caller.keyed.unit_id, after=query.place, limit=query.limit, **asked
        )  # fmt: skip
    rows, following = cut(found, query)
    return Cases(items=tuple(map(_line, rows)), next=following)


def _line(row: Any) -> CaseLine:
    subject = None if row.subject_ref is None else Name(ref=row.subject_ref, name=row.subject_name)
    return CaseLine(
        ref=row.ref, state=row.state, version=row.version, definition=row.definition_digest,
        cycle=Name(ref=row.cycle_ref, name=row.cycle_name), subject=subject,
        unit=Name(ref=row.unit_ref, name=row.unit_name), opened_at=row.opened_at,
    )  # fmt: skip


def show_case(caller: Caller, ref: str) -> Case:
    """Show one case, as far as the key's person may know it."""
    with caller.rt.db.read() as db:
        found = opened(snapshot.load(caller.rt, db, ref, caller.actor, caller.rt.clock()), caller)
    view, definition = found.view, found.workflow.definition
    may = forms.access(found.workflow, view, caller.actor, see_all=found.oversees)
    return Case(
        ref=found.ref,
        state=Words(key=view.state, label=said(labels.state_label(definition, view.state))),
        version=view.version,
        is_over=machine.is_over(found.workflow, view),
        definition=found.digest,
        cycle=Name(ref=found.cycle_ref, name=found.cycle_name),
        subject=Name(ref=view.subject_ref, name=found.subject_name),
        period_start=view.period_start,
        period_end=view.period_end,
        tasks=tuple(open_tasks(found, caller)),
        steps=tuple(_steps(found, caller)),
        forms=tuple(_sent(found, caller, key) for key, right in may.items() if right == "read"),
        results=tuple(_results(found, caller, may)),
    )


def opened(found: Snapshot, caller: Caller) -> Snapshot:
    """The same case, where it lies inside the unit of the key; NotFound anywhere else."""
    if found.unit_id not in caller.keyed.within:
        raise NotFound(Message("case.not_found"))
    return found


def open_tasks(found: Snapshot, caller: Caller) -> Iterator[OpenTask]:
    """The open tasks of the state in which the case stands."""
    mine = {way.task.ref for way in machine.ways(found.workflow, found.view, caller.actor)}
    definition = found.workflow.definition
    for spec in found.workflow.tasks(found.view.state):
        task = next((task for task in found.view.tasks if task.key == spec.key and task.state == "open"), None)
        if task is not None:
            role = passing.role_in(found.view, spec, task)
            holders = (Name(ref=each.ref, name=each.name) for each in found.view.roles.get(role, ()))
            yield OpenTask(
                ref=task.ref, key=spec.key, title=said(labels.task_label(definition, spec)),
                role=Words(key=role, label=said(labels.role_label(definition, role))), holders=tuple(holders),
                form=spec.fill, due=task.due, mine=task.ref in mine, version=task.version,
            )  # fmt: skip


def _steps(found: Snapshot, caller: Caller) -> Iterator[Step]:
    definition = found.workflow.definition
    for offer in machine.available(found.workflow, found.view, caller.actor):
        to = definition.transition(offer.transition).to
        yield Step(
            transition=offer.transition,
            title=said(labels.transition_label(definition, offer.transition)),
            to=Words(key=to, label=said(labels.state_label(definition, to))),
            allowed=offer.allowed,
            reason=offer.reason,
            refusals=tuple(map(said, offer.refusals)),
        )


def _sent(found: Snapshot, caller: Caller, key: str) -> Sent:
    form = found.workflow.forms[key]
    hidden = forms.sight(form, found.view, caller.actor).hidden
    values = {name: value for name, value in found.view.answers[key].items() if name not in hidden}
    label = said(labels.form_label(found.workflow.definition, key))
    return Sent(form=Words(key=key, label=label), answers=forms.dump(form, values))


def _results(found: Snapshot, caller: Caller, may: Any) -> Iterator[Result]:
    for result in found.workflow.results:
        outcome = found.view.results.get(result.spec.key)
        if isinstance(outcome, Outcome) and forms.knows(found.workflow, found.view, caller.actor, result, may):
            words = Words(key=result.spec.key, label=said(labels.label(result.spec)))
            yield Result(result=words, value=outcome.value, derivation=dict(outcome.derivation))


def show_trail(caller: Caller, ref: str, query: Paged) -> Trail:
    """Show what happened to a case, event by event, with the hashes by which it can be proven."""
    with caller.rt.db.read() as db:
        case = opened(snapshot.load(caller.rt, db, ref, caller.actor, caller.rt.clock()), caller)
        found = api_lists.events(db, f"case:{case.ref}", after=query.place, limit=query.limit)
    rows, following = cut(found, query, lambda row: int(row.seq))
    return Trail(items=tuple(_event(row, case.oversees) for row in rows), next=following)


def _event(row: Any, whole: bool) -> Event:
    return Event(
        seq=row.seq, ref=row.ref, kind=row.kind, at=row.at,
        by=None if row.person_ref is None else Name(ref=row.person_ref, name=row.person_name),
        role=row.role, transition=row.transition, from_state=row.from_state, to_state=row.to_state,
        leaf_hash=bytes(row.leaf_hash).hex(), previous_hash=None if row.prev_hash is None else row.prev_hash.hex(),
        leaf=base64.b64encode(bytes(row.leaf)).decode() if whole else None,
    )  # fmt: skip
