"""Answers leave as workbooks: what overseers of a cycle may read, in one file. Each export is an event of the cycle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from engine.core.case import Actor
from engine.core.errors import NotFound, Refused
from engine.core.filling import grid
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.formviews import to_read
from engine.core.messages import Message
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.sheets import writing
from engine.store import apply
from engine.store.queries import cycle_answers, cycle_lists

MOST = 5_000  # cases in one workbook, which a request makes in some seconds


def answers_of_cycle(
    rt: Runtime, cycle_ref: str, form_key: str, *, actor: Actor, zone: str, words: writing.Words
) -> bytes:
    """The workbook of the last answers to one form, of every case of the cycle that the actor oversees.

    `words.who` heads five columns: name, NIP, unit, the day in `zone` (IANA) on which it was sent, and as which number.
    NotFound outside his scope and for forms that nobody has sent; Refused for more cases than one workbook takes.
    """
    at, there = rt.clock(), ZoneInfo(zone)
    with rt.db.begin() as db:
        cycle = cycle_lists.cycle(db, actor, cycle_ref)
        form = rt.library.workflow(db, cycle.definition_digest).forms.get(form_key)
        rows = cycle_answers.last_of_each(db, actor, cycle.id, form_key, MOST + 1) if form else ()
        if form is None or not rows:
            raise NotFound(Message("export.nothing_sent"))
        if len(rows) > MOST:
            raise Refused(Message("export.too_many", limit=MOST))
        # Whoever oversees a cycle has no role in its cases: what is kept to roles does not leave with the rest.
        sight = form.bounds.sight((), "")
        period = date.fromisoformat(cycle.period_start), date.fromisoformat(cycle.period_end)
        facts = FormFacts(at.astimezone(there).date(), *period)
        views = ((row, to_read(form, form.questions.load(json.loads(row.body)), facts, sight)) for row in rows)
        lines = [_line(row, grid.cells(view, words.language), there) for row, view in views]
        apply.append_event(
            db,
            stream=f"cycle:{cycle_ref}",
            kind="answers.exported",
            at=at,
            actor=actor,
            public={"cycle": cycle_ref, "form": form_key, "cases": len(lines)},
            private={},
            product=rt.version,
        )
    shown = [each for each in grid.columns(form) if each.path.partition(".")[0] not in sight.hidden]
    return writing.write(shown, lines, words)


def _line(row: Any, cells: Mapping[str, grid.Cell], there: tzinfo) -> writing.Line:
    sent_on = to_datetime(row.sent_at).astimezone(there).date().isoformat()
    who = (row.name or "", row.nip or "", row.unit, sent_on, str(row.number))
    return writing.Line(row.ref, row.number, who, cells, frozenset(cells))
