"""The start page: what waits for the person who looks, by cycle and phase; what waits for others; his own cases.

Reads only: three questions, beside the one about who is signed in, and one where working days are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, render_template

from engine.core.case import Actor
from engine.core.messages import Message, Text
from engine.runtime import Runtime
from engine.store.queries import inbox as queries
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from portal.clocks import Clocks, read_clocks
from portal.words import moment, reason_of

if TYPE_CHECKING:
    from engine.core.definition import TaskSpec, WorkflowDefinition

pages = Blueprint("inbox", __name__)


class Line(NamedTuple):
    """One task on the list. `waits_for` says what must be done first, and by whom: none for the reader himself.

    `instead_of`: for whom he does it, under which order.
    """

    title: Text
    path: str
    whose: str | None  # None for the reader's own case
    cycle: str
    phase: Text | Message
    tag: Message
    tone: str
    due: date | None
    late: bool
    counted: Message | None = None
    reason: str | None = None
    waits_for: tuple[tuple[Text, tuple[str, ...]], ...] = ()
    instead_of: Message | None = None


class Own(NamedTuple):
    """One case about the reader: where it stands and who has it now."""

    cycle: str
    path: str
    name: Text
    state: Text | Message
    since: datetime
    is_over: bool
    with_whom: tuple[str, ...]
    waits_for_me: bool


class Finished(NamedTuple):
    """One task that the reader has done."""

    title: Text
    path: str
    whose: str | None
    cycle: str
    at: datetime


class Board(NamedTuple):
    """The whole page."""

    groups: tuple[tuple[str, Text | Message, tuple[Line, ...]], ...]
    waiting: tuple[Line, ...]
    own: tuple[Own, ...]
    finished: tuple[Finished, ...]
    is_cut: bool  # more cases wait than are shown; the most urgent ones are

    @property
    def count(self) -> int:
        return sum(len(lines) for _, _, lines in self.groups)

    @staticmethod
    def sheaves(lines: tuple[Line, ...]) -> list[tuple[Text, int, str]]:
        """The forms that stand several times among lines, which a spreadsheet fills at once: (title, count, path)."""
        paths: dict[Text, list[str]] = {}
        for line in lines:
            if line.path.startswith("/tasks/"):
                paths.setdefault(line.title, []).append(line.path)
        return [(title, len(found), f"{found[0]}/worksheet") for title, found in paths.items() if len(found) > 1]

    @property
    def late(self) -> int:
        return sum(line.late for _, _, lines in self.groups for line in lines)


@pages.get("/")
@permit("signed_in")
def inbox() -> str:
    """My tasks."""
    return render_template("portal/inbox.html", board=board(runtime(), require_actor()))


def board(rt: Runtime, actor: Actor, limit: int | None = None) -> Board:
    """Everything that the start page of an actor shows, of at most `limit` cases that wait for him."""
    limit = limit or queries.LIMIT
    me = actor.person_id or 0
    now = rt.clock()
    with rt.db.read() as db:
        definitions: dict[str, WorkflowDefinition] = {}
        rows, own, done = queries.tasks(db, me, limit + 1), queries.own_cases(db, me), queries.done(db, me)
        for row in (*rows, *own, *done):
            if row.definition_digest not in definitions:
                definitions[row.definition_digest] = rt.library.workflow(db, row.definition_digest).definition
        clocks = read_clocks(rt, db, rows, definitions, now)
    waiting = list(dict.fromkeys(row.case_ref for row in rows))
    shown = set(waiting[:limit])
    lines = tuple(_lines([row for row in rows if row.case_ref in shown], definitions, me, clocks))
    return Board(
        groups=tuple(_grouped(line for line in lines if not line.waits_for)),
        waiting=tuple(line for line in lines if line.waits_for),
        own=tuple(_own(own, definitions, me)),
        finished=tuple(_finished(row, definitions[row.definition_digest], me) for row in done),
        is_cut=len(waiting) > limit,
    )


def _lines(rows: list[Any], definitions: Mapping[str, WorkflowDefinition], me: int, clocks: Clocks) -> Iterator[Line]:
    """The reader's own open tasks among the tasks of his cases."""
    by_case: dict[str, dict[str, list[Any]]] = {}
    for row in rows:
        by_case.setdefault(row.case_ref, {}).setdefault(row.key, []).append(row)
    seen: set[int] = set()
    for row in rows:
        if row.holder_id != me or row.state != "open" or row.id in seen:
            continue
        seen.add(row.id)
        definition = definitions[row.definition_digest]
        spec = labels.task_of(definition, row.case_state, row.key)
        if spec is not None:
            yield _line(row, spec, definition, by_case[row.case_ref], me, clocks)


def _line(
    row: Any,
    spec: TaskSpec,
    definition: WorkflowDefinition,
    siblings: Mapping[str, list[Any]],
    me: int,
    clocks: Clocks,
) -> Line:
    waits_for = tuple(_before(spec, definition, siblings, me))
    due = moment(row.due) if row.due else None
    tag, tone = _status(row, spec, clocks)
    return Line(
        title=labels.task_label(definition, spec),
        path=f"/tasks/{row.ref}" if spec.fill and not waits_for else f"/cases/{row.case_ref}",
        whose=None if row.subject_id == me else row.subject_name,
        cycle=row.cycle_name,
        phase=labels.state_label(definition, row.case_state),
        tag=tag,
        tone=tone,
        due=clocks.last_day(row),
        counted=clocks.counted(row, spec, siblings),
        late=due is not None and due <= clocks.now and row.suspended_at is None,
        reason=reason_of(row.note) if row.returned and spec.fill else None,
        waits_for=waits_for,
        instead_of=_instead_of(row),
    )


def _instead_of(row: Any) -> Message | None:
    if row.order_number is None:
        return None
    kind = Message(f"acting.kind.{row.order_kind}")
    return Message("acting.as", principal=row.instead_of, kind=kind, number=row.order_number)


def _before(
    spec: TaskSpec, definition: WorkflowDefinition, siblings: Mapping[str, list[Any]], me: int
) -> Iterator[tuple[Text, tuple[str, ...]]]:
    """The open tasks of the same state that come first, each with the others who hold it."""
    for key in spec.after:
        rows = [row for row in siblings.get(key, ()) if row.state == "open"]
        other = labels.task_of(definition, rows[0].case_state, key) if rows else None
        if other is not None:
            mine = any(row.holder_id == me for row in rows)
            names = () if mine else tuple(row.holder_name for row in rows if row.holder_name)
            yield labels.task_label(definition, other), names


def _status(row: Any, spec: TaskSpec, clocks: Clocks) -> tuple[Message, str]:
    if row.suspended_at is not None:
        return Message("portal.status.suspended", since=clocks.day(row, row.suspended_at)), "plain"
    if spec.decide:
        return Message("portal.status.decide"), "info"
    if row.returned:
        return Message("portal.status.returned"), "warn"
    if row.saved_at is not None:
        return Message("status.in_progress"), "info"
    return Message("status.not_started"), "plain"


def _grouped(lines: Iterable[Line]) -> Iterator[tuple[str, Text | Message, tuple[Line, ...]]]:
    """Lines of one cycle and phase together; the group with the soonest deadline first."""
    groups: dict[tuple[str, Text | Message], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.cycle, line.phase), []).append(line)
    for (cycle, phase), found in groups.items():
        yield cycle, phase, tuple(found)


def _own(rows: list[Any], definitions: Mapping[str, WorkflowDefinition], me: int) -> Iterator[Own]:
    for _, found in groupby(rows, key=lambda row: row.ref):
        case, *others = found
        definition = definitions[case.definition_digest]
        open_tasks = _first_in_line(definition, [row for row in (case, *others) if row.task_key is not None])
        with_whom = dict.fromkeys(row.holder_name for row in open_tasks if row.holder_name and row.holder_id != me)
        yield Own(
            cycle=case.cycle_name,
            path=f"/cases/{case.ref}",
            name=definition.name,
            state=labels.state_label(definition, case.state),
            since=moment(case.entered_at),
            is_over=case.task_key is None,
            with_whom=tuple(with_whom),
            waits_for_me=any(row.holder_id == me for row in open_tasks),
        )


def _first_in_line(definition: WorkflowDefinition, rows: list[Any]) -> list[Any]:
    """The open tasks that wait for no other open task of their state: whoever holds them has the case now."""
    still_open = {row.task_key for row in rows}
    specs = {row.task_key: labels.task_of(definition, row.state, row.task_key) for row in rows}
    return [row for row in rows if (spec := specs[row.task_key]) and not still_open.intersection(spec.after)]


def _finished(row: Any, definition: WorkflowDefinition, me: int) -> Finished:
    spec = labels.any_task(definition, row.key)
    return Finished(
        title=labels.task_label(definition, spec) if spec else labels.readable(row.key),
        path=f"/submissions/{row.submission_ref}" if row.submission_ref else f"/cases/{row.case_ref}",
        whose=None if row.subject_id == me else row.subject_name,
        cycle=row.cycle_name,
        at=moment(row.ended_at),
    )
