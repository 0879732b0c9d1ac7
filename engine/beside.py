"""The cases beside a case, as the core reads them: who opened it, what it opened, and what expressions find there.

Reads only, and only what the definition names: two statements for all cases that one has opened, whatever their number.
Called by snapshot.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Connection

from engine import kept
from engine.core.case import CANCELLED, LinkedCase, Outcome
from engine.core.definition import WorkflowDefinition
from engine.core.filling import forms
from engine.core.scope import SCORE_METHOD, projected, value_of
from engine.core.workflow import Workflow
from engine.runtime import Runtime
from engine.store.queries import cases
from engine.store.queries import linked as queries

RESULTS = "results"
SCORED = f'"method":"{SCORE_METHOD}"'
Values = dict[int, dict[str, Any]]


def children(
    rt: Runtime, db: Connection, workflow: Workflow, case_id: int, ended: date | None = None
) -> dict[str, tuple[LinkedCase, ...]]:
    """The cases that a case has opened, by link; every link that its definition declares is there.

    ended: today, where the case is over: then it is known, too, what of them is kept to whom.
    """
    rows = queries.children(db, case_id)
    read = {key: bound.reads for key, bound in workflow.links.items()}
    values = _values(rt, db, case_id, rows, read)
    found: dict[str, tuple[LinkedCase, ...]] = dict.fromkeys(workflow.links, ())
    secret = kept.of_cases(rt, db, [row for row in rows if read.get(row.link)], ended) if ended is not None else {}
    for row in rows:
        linked = _linked(rt, db, row, values.get(row.id, {}), secret.get(row.id, {}))
        found[row.link] = (*found.get(row.link, ()), linked)
    return found


def _values(rt: Runtime, db: Connection, case_id: int, rows: list[Any], read: Mapping[str, frozenset[str]]) -> Values:
    """What expressions read of each case, by its key."""
    wanted = {row.id: read.get(row.link, frozenset()) for row in rows}
    found: Values = {}
    if any(names - {RESULTS} for names in wanted.values()):
        digests = {row.id: row.definition_digest for row in rows}
        for row in queries.answers(db, case_id):
            if row.form in wanted[row.case_id]:
                form = rt.library.workflow(db, digests[row.case_id]).forms[row.form]
                found.setdefault(row.case_id, {})[row.form] = forms.load(form, json.loads(row.body))
    if any(RESULTS in names for names in wanted.values()):
        for row in queries.outcomes(db, case_id):
            found.setdefault(row.case_id, {}).setdefault(RESULTS, {})[row.key] = _result(row)
    return found


def _result(row: Any) -> Any:
    """A result as expressions find it. Only what may be a score is read whole."""
    return value_of(Outcome(row.value, json.loads(row.body))) if SCORED in row.body else row.value


def parent(
    rt: Runtime, db: Connection, definition: WorkflowDefinition, case_id: int, ended: date | None = None
) -> LinkedCase | None:
    """The case that opened a case, with what the definition reads of it; `ended` as for children."""
    row = queries.parent(db, case_id)
    if row is None:
        return None
    workflow = rt.library.workflow(db, row.definition_digest)
    sent = {
        each.form: forms.load(workflow.forms[each.form], json.loads(each.body))
        for each in cases.last_answers(db, row.id)
        if each.form in workflow.forms and each.body is not None
    }
    results = {each.key: Outcome(each.value, json.loads(each.body)) for each in cases.outcomes(db, row.id)}
    secret = kept.of_cases(rt, db, [row], ended) if ended is not None else {}
    return _linked(rt, db, row, read_of(definition, sent, results), secret.get(row.id, {}))


def read_of(
    definition: WorkflowDefinition, answers: Mapping[str, Any], results: Mapping[str, Outcome | str]
) -> dict[str, Any]:
    """What a definition reads of its parent, from what that one knows."""
    if definition.parent is None:
        return {}
    known = {key: value_of(found) for key, found in results.items()}
    return projected([read.path for read in definition.parent.reads], {**answers, RESULTS: known})


def _linked(
    rt: Runtime, db: Connection, row: Any, values: Mapping[str, Any], secret: Mapping[str, frozenset[int]]
) -> LinkedCase:
    return LinkedCase(
        row.ref,
        row.link,
        row.state,
        is_over(rt, db, row),
        date.fromisoformat(row.period_start),
        date.fromisoformat(row.period_end),
        row.about,
        values,
        secret,
    )


def is_over(rt: Runtime, db: Connection, row: Any) -> bool:
    """Whether a case (state, definition_digest) has come to an end."""
    if row.state == CANCELLED:
        return True
    return any(
        state.key == row.state and state.final for state in rt.library.definition(db, row.definition_digest).states
    )
