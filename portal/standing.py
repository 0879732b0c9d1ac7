"""Where a case stands, as its page tells it: who has it until when, what the reader may do and see, its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.core import counting, machine, passing
from engine.core.case import Actor, Outcome, TaskView
from engine.core.filling import forms
from engine.core.messages import Message, Text
from engine.web import labels
from engine.web.holding import named
from portal.words import last_day

if TYPE_CHECKING:
    from engine.core.definition import CodeList, TaskSpec
    from engine.core.filling.forms import FormView
    from engine.core.machine import Offer
    from engine.core.reading.compiled import Workflow
    from engine.core.workflow import BoundResult
    from engine.explaining import Why
    from engine.snapshot import Snapshot


NO_WHYS: Mapping[str, tuple[Why, ...]] = {}


@dataclass(frozen=True, slots=True)
class Open:
    """One open task of the case: who holds it and why, by when, and what it waits for.

    `passed_from`: the role that had it, where it has passed to another since its deadline is over.
    """

    ref: str
    title: Text
    help: Text | None
    holders: tuple[str, ...]
    role: Text
    due: date | None
    counted: Message | None
    waits_for: tuple[Text, ...]
    fills: bool
    mine: bool
    whys: tuple[Why, ...] = ()
    passed_from: Text | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One transition that the reader's tasks list, with what it is called and where it leads."""

    offer: Offer
    title: Text
    to: Text | Message


@dataclass(frozen=True, slots=True)
class Readable:
    """A form that the reader may see."""

    key: str
    title: Text
    view: FormView


@dataclass(frozen=True, slots=True)
class Result:
    """A result in words, and how it was found: in `table.matrix` at a row and column, or from the parts of a score."""

    key: str
    title: Text
    value: Text
    derivation: Mapping[str, Any]
    table: CodeList | None
    row: Text | None
    column: Text | None
    parts: tuple[Share, ...] = ()
    score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a score: its number, its weight, and what it brought; nothing where it was missing."""

    label: Text
    weight: Decimal
    value: Decimal | None
    share: Decimal | None


def open_tasks(found: Snapshot, actor: Actor, whys: Mapping[str, tuple[Why, ...]] = NO_WHYS) -> Iterator[Open]:
    """The open tasks of the state, in the order of the document; whys: of each role, why somebody holds it."""
    mine = {way.task.ref for way in machine.ways(found.workflow, found.view, actor)}
    definition = found.workflow.definition
    for spec in found.workflow.tasks(found.view.state):
        task = next((task for task in found.view.tasks if task.key == spec.key and task.state == "open"), None)
        if task is not None:
            role = passing.role_in(found.view, spec, task)
            yield Open(
                ref=task.ref,
                title=labels.task_label(definition, spec),
                help=spec.help,
                holders=tuple(named(holder) for holder in found.view.roles.get(role, ())),
                role=labels.role_label(definition, role),
                passed_from=labels.role_label(definition, spec.role) if role != spec.role else None,
                due=last_day(task.due, found.zone),
                counted=counted(found, spec, task),
                waits_for=_before(found, spec),
                fills=spec.fill is not None,
                mine=task.ref in mine,
                whys=whys.get(role, ()),
            )


def counted(found: Snapshot, spec: TaskSpec, task: TaskView) -> Message | None:
    """How the deadline of an open task was counted, where it is one in working days."""
    view = found.view
    started = counting.clock_started(spec, task, view.tasks)
    shifts = view.shifts.get(task.ref, ())
    return counting.explained(spec, task.due, started, view.now, found.zone, view.calendar, shifts)


def _before(found: Snapshot, spec: TaskSpec) -> tuple[Text, ...]:
    waits = machine.waits_for(found.workflow, found.view, spec)
    return tuple(labels.task_label(found.workflow.definition, other) for other in waits)


def steps(found: Snapshot, actor: Actor) -> tuple[Step, ...]:
    """What the reader may do now, and what not and why; possible ones first."""
    definition = found.workflow.definition
    offers = machine.available(found.workflow, found.view, actor)
    made = (
        Step(offer, labels.transition_label(definition, offer.transition), _target(found, offer.transition))
        for offer in offers
    )
    return tuple(sorted(made, key=lambda step: not step.offer.allowed))


def _target(found: Snapshot, transition: str) -> Text | Message:
    to = found.workflow.definition.transition(transition).to
    return labels.state_label(found.workflow.definition, to)


def access(found: Snapshot, actor: Actor) -> Mapping[str, forms.Access]:
    """Form → what the reader may do with it now; what is not named is closed to him."""
    return forms.access(found.workflow, found.view, actor, see_all=found.oversees)


def readable(found: Snapshot, actor: Actor, may: Mapping[str, forms.Access]) -> Iterator[Readable]:
    """The forms of the case that the reader may read and not fill now, in the order of the document."""
    for key, right in may.items():
        if right == "read":
            view = forms.view(found.workflow, found.view, actor, key, see_all=found.oversees)
            yield Readable(key, labels.form_label(found.workflow.definition, key), view)


def results(found: Snapshot, may: Mapping[str, forms.Access], actor: Actor) -> Iterator[Result]:
    """The results that the reader may know: those of which he may see everything that they come from."""
    for result in found.workflow.results:
        outcome = found.view.results.get(result.spec.key)
        if isinstance(outcome, Outcome) and forms.knows(found.workflow, found.view, actor, result, may):
            yield told(found.workflow, result, outcome)


def told(workflow: Workflow, result: BoundResult, outcome: Outcome) -> Result:
    """A result in words; whether somebody may know it has been judged before."""
    how = outcome.derivation
    table = workflow.codelists.get(str(how.get("table", "")))
    item = next((item for item in table.items if item.key == outcome.value), None) if table else None
    return Result(
        key=result.spec.key,
        title=labels.label(result.spec),
        value=item.label if item else _said(how.get("result")) or Text(outcome.value, outcome.value),
        derivation=how,
        table=table if table and table.matrix else None,
        row=_said(how.get("row")),
        column=_said(how.get("column")),
        parts=tuple(_share(part) for part in how.get("parts", ())),
        score=_decimal(how.get("score")),
    )


def _share(part: Mapping[str, Any]) -> Share:
    value, share = _decimal(part.get("value")), _decimal(part.get("share"))
    return Share(_said(part) or Text("", ""), Decimal(str(part["weight"])), value, share)


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def _said(part: object) -> Text | None:
    """The wording that a derivation kept."""
    said = part.get("label") if isinstance(part, Mapping) else None
    return Text(str(said["id"]), str(said["en"])) if isinstance(said, Mapping) else None
