"""The figures that a case reads, as facts for the core: frozen ones as they were frozen, others as they are now.

Reads only. Whoever may act on the case by its definition acts on what it says; nobody's right to a figure is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

from engine import measuring
from engine.core.case import CaseView, Figure
from engine.core.definition import FigureSpec
from engine.core.errors import NotFound
from engine.core.figuring import Found, refuses
from engine.core.filling import picked
from engine.core.indicator import Days, Indicator, days_of
from engine.core.indicatorspec import Who
from engine.core.messages import Message
from engine.core.reading.figures import who
from engine.core.scope import plain
from engine.core.times import to_text
from engine.core.workflow import Workflow
from engine.measuring import Computed
from engine.runtime import Runtime
from engine.store.queries import definitions, figures_kept

Asked = tuple[Who, str, int, Days]  # of whom, digest of the indicator, person or unit, days
_counted: WeakKeyDictionary[Connection, tuple[object, dict[Asked, Computed]]] = WeakKeyDictionary()


def of_case(rt: Runtime, db: Connection, workflow: Workflow, case: CaseView) -> dict[str, Figure]:
    """Figure → its number as of now, with what it comes from; none of whom the case is not about."""
    found = {}
    for spec in workflow.definition.figures:
        of = who(workflow.definition, spec)
        about = case.subject_id if of == "person" else case.unit_id
        if about is None:
            continue
        if spec.chosen is not None:
            found[spec.key] = _chosen(rt, db, workflow, case, spec, spec.chosen, about)
        elif spec.indicator is not None:
            found[spec.key] = _pinned(rt, db, case, spec, of, _digest(db, workflow, spec.indicator), about)
    return found


def _chosen(
    rt: Runtime, db: Connection, workflow: Workflow, case: CaseView, spec: FigureSpec, chosen: str, about: int
) -> Figure:
    """The figures of the indicators that were chosen in a form, each by the version that was chosen; none before."""
    form, _, path = chosen.partition(".")
    rows, sources = [], []
    answers = case.answers.get(form)
    some = tuple(picked.picked(workflow.forms[form], answers, path, spec.indicator)) if answers is not None else ()
    every = figures_kept.among(db, {one.key for one in some}, about)
    figures: dict[str, Figure] = {}
    for one in some:
        figure = figures.get(one.digest)
        if figure is None:
            days = _days(case, spec, rt.library.indicator(db, one.digest))
            there = {row.indicator: row for row in every if (row.first, row.last) == _text(days)}
            known = _taken(there.get(one.key), one.digest)
            figure = figures[one.digest] = _figure(rt, db, case, "person", one.digest, about, days, known)
        number = figure.value if isinstance(figure.value, Decimal) else None
        row = picked.row_of(one, number, rt.library.indicator(db, one.digest).definition.goal)
        rows.append(row)
        sources.append({**figure.source, **{name: plain(row[name]) for name in ("target", "value", "achieved")}})
    holding = next(({name: each[name] for name in ("why", "refuses")} for each in sources if each.get("refuses")), {})
    return Figure(tuple(rows), {"chosen": chosen, "rows": sources, **holding})


def _pinned(rt: Runtime, db: Connection, case: CaseView, spec: FigureSpec, of: Who, digest: str, about: int) -> Figure:
    indicator = rt.library.indicator(db, digest)
    days = _days(case, spec, indicator)
    whom = {"person_id": about} if of == "person" else {"unit_id": about}
    kept = figures_kept.over(db, indicator.definition.key, *_text(days), **whom)
    return _figure(rt, db, case, of, digest, about, days, _taken(kept, digest))


def _taken(kept: Any, digest: str) -> Any:
    """What is kept, where a case of this version of the indicator goes on with it; None: it counts anew.

    What another version made of the same days is another figure. What is erased stays so, whichever version froze it.
    """
    if kept is None or kept.definition_digest == digest:
        return kept
    return kept if kept.frozen_ref is not None and not kept.seed else None


def _figure(
    rt: Runtime, db: Connection, case: CaseView, of: Who, digest: str, about: int, days: Days, kept: Any
) -> Figure:
    indicator, (first, last) = rt.library.indicator(db, digest), _text(days)
    source = {"indicator": indicator.definition.key, "digest": digest, "about": of, "first": first, "last": last}
    frozen = kept is not None and kept.frozen_ref is not None
    if frozen:
        found = Found(_number(kept.value), None, kept.n, kept.people, kept.outcome)
        source |= {"as_of": kept.as_of, "inputs": bytes(kept.inputs).hex()}
    else:
        now = _now(rt, db, of, digest, indicator, about, days)
        found = now.found
        source |= {"as_of": to_text(case.now), "inputs": now.inputs.hex()}
    source |= {"figure": None if kept is None else kept.ref, "frozen": frozen, "n": str(found.n)}
    if frozen and not kept.seed:  # what is erased is nothing that anything may go on with, whatever is said of nothing
        return Figure(None, {**source, "why": Message("indicator.why.erased").as_document(), "refuses": True})
    return Figure(found.value, {**source, **_why(indicator, found)})


def _now(rt: Runtime, db: Connection, of: Who, digest: str, indicator: Indicator, about: int, days: Days) -> Computed:
    """The figure as of now, counted once in a transaction. A unit's is the same for all of its cases."""
    known = _of_transaction(db)
    asked = (of, digest, about, days)
    if asked not in known:
        count = measuring.of_person if of == "person" else measuring.of_unit
        known[asked] = count(rt, db, indicator, about, days)
    return known[asked]


def _of_transaction(db: Connection) -> dict[Asked, Computed]:
    """What was counted in the transaction that runs: a connection outlives it, and entries are added between two."""
    running = db.get_transaction()
    kept = _counted.get(db)
    if running is None or kept is None or kept[0] is not running:
        kept = (running, {})
        _counted[db] = kept
    return kept[1]


def _why(indicator: Indicator, found: Found) -> Mapping[str, object]:
    """What is said where there is no number of its own, and whether nothing can go on without it."""
    if found.why is None:
        return {}
    refused = {"refuses": True} if refuses(indicator.definition, found.outcome) else {}
    return {"why": found.why.as_document(), **refused}


def _days(case: CaseView, spec: FigureSpec, indicator: Indicator) -> Days:
    """The days of a figure: those in which today lies, or the last day of the period once that is over."""
    on = max(case.period_start, min(case.today, case.period_end))
    return days_of(spec.window or indicator.definition.window, on, (case.period_start, case.period_end))


def _digest(db: Connection, workflow: Workflow, key: str) -> str:
    """The version that publishing pinned; for a draft the one in force today."""
    reference = f"indicator:{key}"
    for lock in workflow.definition.lock:
        if lock.reference == reference:
            return lock.digest
    for row in definitions.published(db, "indicator"):
        if row.key == key:
            return str(row.digest)
    raise NotFound(Message("indicator.not_found"))


def _text(days: Days) -> tuple[str, str]:
    return "" if days.first is None else days.first.isoformat(), days.last.isoformat()


def _number(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)
