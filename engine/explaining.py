"""Why somebody holds a role of a case on a day, in messages; and who held it from when to when. Reads only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from engine import holders
from engine.core.case import Holder
from engine.core.messages import Message, Param
from engine.core.roles import labelled
from engine.core.rules import chain
from engine.core.times import to_date, to_datetime, to_text
from engine.store.queries import explained

if TYPE_CHECKING:
    from engine.core.definition import RoleSpec
    from engine.core.workflow import Workflow

Held = Mapping[str, tuple[Holder, ...]]
MOST_DAYS = 40
PERSONAL = ("superior_of", "head_of_unit", "holder_of_post")


@dataclass(frozen=True, slots=True)
class Why:
    """A holder of a role, and what gives it to him: sentences that a page shows one after the other."""

    holder: Holder
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """Who held a role in [since, until); until None: still."""

    role: str
    names: tuple[Holder, ...]
    since: date
    until: date | None


def explain(db: Connection, workflow: Workflow, held: Held) -> dict[str, tuple[Why, ...]]:
    """Role → each holder with the reasons, in the order of the definition. One statement for all of them."""
    behind = explained.behind(db, _refs(held))
    return {
        spec.key: tuple(Why(holder, tuple(_reasons(workflow, spec, holder, behind))) for holder in held[spec.key])
        for spec in workflow.definition.roles
    }


def _refs(held: Held) -> Iterator[str]:
    for holder in (holder for named in held.values() for holder in named):
        for each in (holder, holder.instead_of):
            if each is not None and each.basis is not None:
                yield each.basis


def _reasons(workflow: Workflow, spec: RoleSpec, holder: Holder, behind: Mapping[str, Any]) -> Iterator[Message]:
    if holder.order is not None and holder.instead_of is not None:
        row = behind.get(holder.order.ref)
        yield Message("acting.why.order", name=holder.instead_of.name, kind=_kind(holder.order.kind),
                      number=holder.order.number, period=_period(row))  # fmt: skip
        holder = holder.instead_of
    if holder.fallback:
        yield Message("acting.why.fallback", count=holder.fallback)
    yield _by_rule(workflow, spec, holder, behind)


def _by_rule(workflow: Workflow, spec: RoleSpec, holder: Holder, behind: Mapping[str, Any]) -> Message:
    row = behind.get(holder.basis or "")
    rule = next((each for place, each in enumerate(chain(spec)) if place == holder.fallback), spec)
    below = next((labelled(each) for each in workflow.definition.roles if each.key == rule.role), "")
    if row is None or holder.rule == "subject":
        return Message("acting.why.subject" if holder.rule == "subject" else "acting.why.unknown")
    if row.source == "event":
        return _put(holder, row)
    if row.source == "grant":
        right = Message(f"admin.right.{row.what}")
        return Message("acting.why.grant", right=right, unit=row.unit, since=to_date(row.since))
    steps = "_steps" if holder.rule == "superior_of" and (rule.steps or 1) > 1 else ""
    how = Message(f"admin.appointment_kind.{row.how}")
    said: dict[str, Param] = {"post": row.what, "unit": row.unit, "how": how, "period": _period(row), "role": below}
    return Message(f"acting.why.{holder.rule}{steps}", steps=rule.steps or 1, **said)


def _put(holder: Holder, row: Any) -> Message:
    by, on = row.what or Message("portal.system"), to_datetime(row.since).date()
    if holder.rule == "nominated":
        return Message("acting.why.nominated", name=by, on=on)
    if holder.instead_of is not None:
        return Message("acting.why.handed_over", left=holder.instead_of.name, name=by, on=on)
    return Message("acting.why.reassigned", name=by, on=on)


def _period(row: Any | None) -> Param:
    if row is None:
        return ""
    if row.until is None:
        return Message("acting.since", since=to_date(row.since))
    return Message("acting.since_until", since=to_date(row.since), until=to_date(row.until))


def _kind(kind: str) -> Message:
    return Message(f"acting.kind.{kind}")


def terms(db: Connection, workflow: Workflow, row: Any, last: date) -> tuple[Term, ...]:
    """Who held each role of a case that a person's post gives, one after the other, from the period's first day on.

    row: the case's (queries.case_head). Each day is judged by what is recorded now: a later correction shows.
    """
    first = to_date(row.period_start)
    if last < first:
        return ()
    rules = [rule for spec in workflow.definition.roles for rule in chain(spec)]
    posts = [rule.post for rule in rules if rule.post is not None]
    days = explained.days_of_change(db, row.id, row.subject_id, row.unit_id, first, last, posts)
    days = [first, *days][:MOST_DAYS]
    about = [holders.about_case(db, workflow, row, day, _end_of(day, row)) for day in days]
    found = holders.resolve_all(db, workflow, about, days)
    shown = [spec.key for spec in workflow.definition.roles if any(rule.rule in PERSONAL for rule in chain(spec))]
    return tuple(term for role in shown for term in _of_role(role, days, found))


def _end_of(day: date, row: Any) -> str:
    """The last moment of a day in the zone of the case."""
    return to_text(datetime.combine(day + timedelta(days=1), time.min, ZoneInfo(row.timezone)).astimezone(UTC))


def _of_role(role: str, days: Sequence[date], found: Sequence[Held]) -> Iterator[Term]:
    """The terms of one role: days on which nothing changed belong to the term before."""
    turns = [
        place for place in range(len(days)) if place == 0 or _same(found[place][role]) != _same(found[place - 1][role])
    ]
    for place, following in zip(turns, [*turns[1:], None], strict=True):
        yield Term(role, found[place][role], days[place], None if following is None else days[following])


def _same(named: tuple[Holder, ...]) -> list[tuple[int, str | None]]:
    return [(holder.person_id, holder.order.ref if holder.order else None) for holder in named]
