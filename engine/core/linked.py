"""Cases beside a case: which of them a definition wants opened now, and which are still waited for. Pure.

Which parts a period has, on which day each of them is due, who a case is about. Opening is engine/linked.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from engine.core.calendar import due_at
from engine.core.case import Actor, CaseView, Holder, LinkedCase
from engine.core.definition import ChildSpec, Due, FollowUpSpec, LinkSpec, WorkflowDefinition
from engine.core.effects import OpenCase
from engine.core.messages import Message, Param
from engine.core.scope import holds
from engine.core.tasks import suspended_message
from engine.core.workflow import Workflow

MONTHS = {"half_year": 6, "quarter": 3, "month": 1}
DAY = timedelta(days=1)
MOST = 50
"""So many cases one case may have beside it."""
SOME_YEAR = (date(2026, 1, 1), date(2026, 12, 31))


class Part(NamedTuple):
    """A part of a period: its first day and its last."""

    first: date
    last: date


def parts(link: LinkSpec, start: date, end: date) -> tuple[Part, ...]:
    """The parts of a period for each of which a link has a case; the whole period where it is no child of parts."""
    if isinstance(link, FollowUpSpec) or link.every is None:
        return (Part(start, end),)
    found: list[Part] = []
    first = start
    while first <= end:
        after = _months_later(start, MONTHS[link.every] * (len(found) + 1))
        found.append(Part(first, min(after - DAY, end)))
        first = after
    return tuple(found)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the first of the month after where that month is shorter."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    moved = first + (day.day - 1) * DAY
    return moved if moved.month == first.month else moved.replace(day=1)


def opens_on(link: LinkSpec, part: Part) -> date | None:
    """The day on which the case of a part is due; None where that is at once."""
    if isinstance(link, FollowUpSpec):
        return None
    opens = link.opens or ("when_it_begins" if link.every is not None else "at_once")
    return {"at_once": None, "when_it_begins": part.first, "after_it_ends": part.last + DAY}[opens]


def due(workflow: Workflow, case: CaseView, state: str, names: Mapping[str, Any]) -> Iterator[OpenCase]:
    """The cases that standing in a state asks for today, and that are not there yet.

    `names`: the values behind the scope of the case, its newest results among them.
    """
    for bound in workflow.links.values():
        link = bound.spec
        if state in link.in_ and (bound.when is None or holds(bound.when, names)):
            yield from _opened(link, case, on_time=True)


def asked(definition: WorkflowDefinition, case: CaseView, key: str) -> Iterator[OpenCase]:
    """The cases of one link that an action or a person asks for: what is not there yet of a child, by the day on which
    it is due; one more of a follow-up, while there are fewer than its `most`."""
    link = definition.link(key)
    if isinstance(link, ChildSpec):
        yield from _opened(link, case, on_time=True)
    elif len(case.children.get(key, ())) < link.most:
        yield from _opened(link, case, on_time=True, again=True)


def _opened(link: LinkSpec, case: CaseView, *, on_time: bool, again: bool = False) -> Iterator[OpenCase]:
    have = {(each.first, each.about) for each in case.children.get(link.key, ())}
    for part in parts(link, case.period_start, case.period_end):
        day = opens_on(link, part)
        if on_time and day is not None and case.today < day:
            continue
        for who in _about(link, case):
            if again or (part.first, _ref_of(who)) not in have:
                yield OpenCase(link.key, link.workflow, part.first, part.last, who)


def _about(link: LinkSpec, case: CaseView) -> Sequence[Holder | None]:
    """The holders of the role that a link's cases are about; None: about what this case is about."""
    return (None,) if link.about is None else case.roles.get(link.about, ())


def _ref_of(who: Holder | None) -> str:
    return "" if who is None else who.ref


def is_told_by_day(link: LinkSpec) -> bool:
    """Whether some case of a link may be due on a later day than that on which its state was entered."""
    return bool(link.in_) and any(opens_on(link, part) is not None for part in parts(link, *SOME_YEAR))


def once(effects: Sequence[Any]) -> tuple[Any, ...]:
    """Effects, of which none opens what an earlier one opens already."""
    seen: set[tuple[str, date, str]] = set()
    found = []
    for effect in effects:
        if isinstance(effect, OpenCase):
            same = (effect.link, effect.first, _ref_of(effect.about))
            if same in seen:
                continue
            seen.add(same)
        found.append(effect)
    return tuple(found)


def after_opening(case: CaseView, opened: Sequence[OpenCase]) -> Mapping[str, tuple[LinkedCase, ...]]:
    """The cases beside a case once these are there too; their refs are not known yet."""
    found = dict(case.children)
    for each in opened:
        there = LinkedCase("", each.link, "", False, each.first, each.last, _ref_of(each.about))
        found[each.link] = (*found.get(each.link, ()), there)
    return found


class Waited(NamedTuple):
    """A case that is waited for: its link, its part, and whether it has been opened."""

    link: LinkSpec
    part: Part
    is_open: bool


def waited_for(definition: WorkflowDefinition, case: CaseView, keys: Sequence[str] = ()) -> tuple[Waited, ...]:
    """The cases of these links that are not over, those that are still to come among them.

    Without `keys`: of every child that is not optional. To come is what a state opens by itself, without a condition.
    """
    wanted = [link for link in definition.links if (link.key in keys if keys else _is_needed(link))]
    return tuple(each for link in wanted for each in _waited(link, case))


def _is_needed(link: LinkSpec) -> bool:
    return isinstance(link, ChildSpec) and not link.optional


def _waited(link: LinkSpec, case: CaseView) -> Iterator[Waited]:
    have = case.children.get(link.key, ())
    for each in have:
        if not each.is_over:
            yield Waited(link, Part(each.first, each.last), True)
    if isinstance(link, FollowUpSpec) or not link.in_ or link.when is not None:
        return
    there = {(each.first, each.about) for each in have}
    for part in parts(link, case.period_start, case.period_end):
        for who in _about(link, case):
            if (part.first, _ref_of(who)) not in there:
                yield Waited(link, part, False)


def named(link: LinkSpec) -> Param:
    """What people call the cases of a link."""
    return link.label if link.label is not None else link.key


def why_not(case: CaseView, actor: Actor, link: FollowUpSpec) -> Message | None:
    """Why somebody may not open a follow-up of a case himself now; None when he may."""
    if link.by is None or case.holds(actor, link.by) is None:
        return Message("linked.not_yours", link=named(link))
    if case.suspended_at is not None:
        return suspended_message(case)
    if case.state not in link.states:
        return Message("linked.not_now", link=named(link))
    if link.working_days is not None:
        until = Due(working_days=link.working_days, after="entered")
        late = due_at(until, case.entered_at, case.period_start, case.period_end, case.zone, case.calendar)
        if late is not None and case.now >= late:
            return Message("linked.too_late", link=named(link), days=link.working_days)
    if len(case.children.get(link.key, ())) >= link.most:
        return Message("linked.most", link=named(link), most=link.most)
    return None


def offered(workflow: Workflow, case: CaseView, actor: Actor) -> tuple[FollowUpSpec, ...]:
    """The follow-ups that somebody may open now."""
    return tuple(link for link in workflow.definition.follow_ups if why_not(case, actor, link) is None)
