"""A person's evaluations over the years, and of those that are over the results that the reader may know. Reads only.

Each case is judged as its own page judges it, with the roles of today. A result that reads other cases is told on the
page of its case alone: what is kept there to some is not looked through here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import holders
from engine.core import results
from engine.core.case import Actor, CaseView, Outcome
from engine.core.filling import forms
from engine.core.reading.compiled import Workflow
from engine.core.times import to_date
from engine.core.workflow import BoundResult
from engine.person_pages import PersonPage
from engine.runtime import Runtime
from engine.store.queries import person_cases, scope

BESIDE = ("children.", "case.")


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A case of his (its row of `person_cases.of_person`) that is over, and what its reader may know of it.

    more: it has results that only its own page may tell.
    """

    row: Any
    workflow: Workflow
    known: tuple[tuple[BoundResult, Outcome], ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Evaluations:
    """All of his that concern the reader, the latest period first. running: the ref of the one to go by now."""

    over: tuple[Evaluation, ...]
    running: str | None


def of_person(rt: Runtime, db: Connection, page: PersonPage, actor: Actor) -> Evaluations:
    """His evaluations as far as they concern the actor: as many questions for ten years as for one."""
    rows = person_cases.of_person(db, page.whom.id)
    books = {row.definition_digest: rt.library.workflow(db, row.definition_digest) for row in rows}
    running = next((row for row in rows if row.is_open and not row.is_child), None)
    over = [row for row in rows if _is_over(books[row.definition_digest], row.state)]
    found = tuple(_judged(rt, db, page, over, books, actor)) if over else ()
    return Evaluations(found, None if running is None else running.ref)


def _is_over(workflow: Workflow, state: str) -> bool:
    spec = workflow.states.get(state)  # None of a case that was cancelled
    return spec is not None and spec.final


def _judged(
    rt: Runtime, db: Connection, page: PersonPage, rows: Sequence[Any], books: dict[str, Workflow], actor: Actor
) -> Iterator[Evaluation]:
    ids, today = [row.id for row in rows], page.whom.today
    told, sent = person_cases.outcomes(db, ids), person_cases.sent(db, ids)
    held = _held(db, rows, books, today)
    reach = {
        unit: not page.mine and ((unit == page.whom.unit_id and page.whom.oversees) or scope.covers(db, actor, unit))
        for unit in {row.unit_id for row in rows}
    }
    for row in rows:
        workflow, roles = books[row.definition_digest], held[row.id]
        if not (page.mine or reach[row.unit_id] or any(_holds(each, actor) for each in roles.values())):
            continue
        view = _view(rt, row, roles, sent[row.id], told[row.id])
        may = forms.access(workflow, view, actor, see_all=reach[row.unit_id])
        ours = [(each, view.results[each.spec.key]) for each in workflow.results if each.spec.key in view.results]
        known = [(each, out) for each, out in ours if _is_known(workflow, view, actor, each, may)]
        yield Evaluation(
            row, workflow, tuple((b, o) for b, o in known if isinstance(o, Outcome)), len(known) < len(ours)
        )


def _is_known(workflow: Workflow, view: CaseView, actor: Actor, result: BoundResult, may: Any) -> bool:
    if any(path.startswith(BESIDE) for path in results.read_by(workflow, result)):
        return False
    return forms.knows(workflow, view, actor, result, may)


def _held(db: Connection, rows: Sequence[Any], books: dict[str, Workflow], today: date) -> dict[int, Any]:
    """Case → role → its holders today."""
    asked, order = [], list[int]()
    for digest in dict.fromkeys(row.definition_digest for row in rows):
        some = [row for row in rows if row.definition_digest == digest]
        about = holders.about_cases(db, books[digest], some, today)
        asked += [(books[digest], each, today) for each in about]
        order += [row.id for row in some]
    return dict(zip(order, holders.resolve_any(db, asked), strict=True))


def _holds(held: Any, actor: Actor) -> bool:
    return any(each.person_id == actor.person_id for each in held)


def _view(rt: Runtime, row: Any, roles: Any, sent: Any, told: Any) -> CaseView:
    """The case as far as its rules of reading ask: no task is open, and of its answers only which there are."""
    now = rt.clock()
    return CaseView(
        ref=row.ref, state=row.state, version=0, subject_id=row.subject_id, subject_ref=row.subject_ref,
        unit_id=row.unit_id, entered_at=now, period_start=to_date(row.period_start),
        period_end=to_date(row.period_end), now=now, today=now.date(), roles=roles,
        answers={form: {} for form, (_, there) in sent.items() if there},
        sent_by={form: by for form, (by, _) in sent.items()},
        results={key: Outcome(each.value, json.loads(each.body)) for key, each in told.items()},
    )  # fmt: skip
