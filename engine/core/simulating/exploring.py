"""Every path of a workflow: plays it in all ways that may matter until each transition was taken, by shortest walks.

Breadth first, so the first walk that takes a transition is a shortest one. Answers are varied only where a rule reads
them, days only where one speaks of them. What was never possible is told with what the machine said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine.core.asking import refusals
from engine.core.definition import Step, Transition
from engine.core.errors import EngineError
from engine.core.expression import Expression
from engine.core.filling import forms
from engine.core.messages import Message, Param, readable
from engine.core.scope import plain
from engine.core.simulating import examples, given
from engine.core.simulating.beside import begin
from engine.core.simulating.play import Play
from engine.core.simulating.walking import result, take
from engine.core.workflow import Workflow

MOST_PLAYS = 2000
MOST_REASONS = 3
REASON = "Contoh alasan"
Group = tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """What was found: transition → a shortest walk that takes it; what never was possible, with why not.

    `walks`: as few of those walks as take them all. `complete`: everything was tried; else there was no time for more.
    """

    taken: Mapping[str, tuple[Step, ...]]
    never: Mapping[str, tuple[Message, ...]]
    unreached: Mapping[str, tuple[Message, ...]]
    walks: tuple[tuple[Step, ...], ...]
    ends: bool
    plays: int
    complete: bool

    @property
    def is_whole(self) -> bool:
        return not self.never and not self.unreached


@dataclass(slots=True)
class _Search:
    """What is known while plays spread."""

    workflow: Workflow
    groups: tuple[Group, ...]
    days: bool
    taken: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    along: list[tuple[tuple[Step, ...], frozenset[str]]] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    refused: dict[str, dict[Message, None]] = field(default_factory=dict)
    seen: set[Any] = field(default_factory=set)
    ends: bool = False
    plays: int = 0


def run_all_paths(
    workflow: Workflow, on: date, *, most: int = MOST_PLAYS, go_on: Callable[[], bool] = lambda: True
) -> Paths:
    """Play a workflow from a day on until every transition was taken and every state reached, or nothing is left.

    most: of plays, and `go_on` is asked before each: what bounds the time.
    """
    search = _Search(workflow, tuple(_groups(workflow)), _speaks_of_days(workflow))
    waiting = deque([begin(workflow, on)])
    _look(search, waiting[0])
    while waiting and not _is_done(search) and search.plays < most and go_on():
        play = waiting.popleft()
        for after in _next(search, play):
            if _look(search, after):
                waiting.append(after)
            if not go_on():
                break
    return _paths(search, complete=not waiting or _is_done(search))


def _is_done(search: _Search) -> bool:
    return len(search.taken) == len(search.workflow.moves) and len(search.reached) == len(search.workflow.states)


def _look(search: _Search, play: Play) -> bool:
    """Note what a play shows; whether it is one that was not seen yet."""
    search.plays += 1
    moves = [each.transition for each in play.history if each.transition is not None]
    if new := [key for key in moves if key not in search.taken]:
        search.taken.update(dict.fromkeys(new, play.steps))
        search.along.append((play.steps, frozenset(moves)))
    search.reached |= {play.case.state, *(each.to_state for each in play.history)}
    search.ends |= play.is_over
    like = _likeness(play)
    if play.is_over or like in search.seen:
        return False
    search.seen.add(like)
    _hear(search, play)
    return True


def _likeness(play: Play) -> Any:
    """What two plays have in common of which the same can come."""
    case = play.case
    tasks = tuple((task.key, task.state) for task in case.tasks)
    answers = tuple((key, repr(plain(values))) for key, values in case.answers.items())
    linked = tuple((key, each.first, each.is_over) for key, found in case.children.items() for each in found)
    found = tuple((key, result(play, key)) for key in case.results)
    return case.state, case.today, case.final_by_rule, tasks, linked, answers, found, tuple(play.figures.items())


def _hear(search: _Search, play: Play) -> None:
    """Keep what the machine says about what cannot be done here."""
    for key, asked in play.verdicts().items():
        for message in refusals(asked):
            search.refused.setdefault(key, {})[message] = None
    for role in search.workflow.definition.roles:
        for offer in play.available(role.key):
            for message in offer.refusals:
                search.refused.setdefault(offer.transition, {})[message] = None


def _next(search: _Search, play: Play) -> Iterator[Play]:
    for step in _steps(search, play):
        after = take(play, step)
        if after.at is None:
            yield after.play


def _steps(search: _Search, play: Play) -> Iterator[Step]:
    """All that may be done now, or might matter: moves first, then forms, then days."""
    for role in search.workflow.definition.roles:
        for offer in play.available(role.key):
            if offer.allowed:
                why = REASON if offer.reason == "required" else None
                yield Step(role=role.key, fire=offer.transition, reason=why)
    for role in search.workflow.definition.roles:
        for task in play.to_fill(role.key):
            yield Step(role=role.key, fill=task.key)
            yield from _otherwise(search, play, role.key, task.key, task.fill or "")
    if not play.figures and search.workflow.definition.figures:
        yield from (Step(figures=numbers) for numbers in given.tried(search.workflow, search.groups))
    if search.days:
        yield from (Step(until=day) for day in _days(play))


def _otherwise(search: _Search, play: Play, role: str, task: str, form: str) -> Iterator[Step]:
    """The same form with other answers, where rules may judge them otherwise."""
    facts = forms.facts(play.case)
    try:
        usual = play.example(task)
    except EngineError:
        return
    for raw in examples.variants(search.workflow.forms[form], facts, usual, search.groups):
        yield Step(role=role, fill=task, answers=raw)


def _days(play: Play) -> Iterator[date]:
    case = play.case
    later = {case.period_start, case.period_end, case.period_end + timedelta(days=1)}
    later |= {(task.due + timedelta(days=1)).date() for task in play.open() if task.due is not None}
    later |= {(clock.due + timedelta(days=1)).date() for clock in case.clocks}
    if any(not each.is_over for found in case.children.values() for each in found):
        later.add(case.today + timedelta(days=1))
    yield from sorted(day for day in later if day > case.today)


def _groups(workflow: Workflow) -> Iterator[Group]:
    """What each transition asks about answers, with what finds the results that it reads."""
    for move in workflow.moves.values():
        asked = [move.when] if move.when is not None else []
        asked += [each for call in (*move.guards, *move.actions) for each in call.expressions.values()]
        read = {path for each in asked for path in each.references}
        found = [each for each in workflow.results if each.spec.key in read]
        asked += [formula for each in found for formula in each.method.expressions.values()]
        if asked:
            yield tuple(asked)


def _speaks_of_days(workflow: Workflow) -> bool:
    return (
        bool(workflow.links)
        or workflow.fires
        or any("today" in rule.references for group in _groups(workflow) for rule in group)
    )


def _paths(search: _Search, *, complete: bool) -> Paths:
    workflow = search.workflow
    never = {
        key: tuple(_why_never(search, move.spec, complete))
        for key, move in workflow.moves.items()
        if key not in search.taken
    }
    unreached = {key: tuple(_why_unreached(search, key)) for key in workflow.states if key not in search.reached}
    taken = {key: search.taken[key] for key in workflow.moves if key in search.taken}
    return Paths(taken, never, unreached, tuple(_few(search)), search.ends, search.plays, complete)


def _why_never(search: _Search, spec: Transition, complete: bool) -> Iterator[Message]:
    if not search.reached.intersection(spec.from_):
        yield Message("play.never_there", states=tuple(_state(search, key) for key in spec.from_))
        return
    heard = tuple(search.refused.get(spec.key, ()))
    yield from heard[:MOST_REASONS]
    if not heard:
        yield Message("play.automatic_late" if spec.automatic else "play.nobody_offers")
    if not complete:
        yield Message("play.gave_up", plays=search.plays)


def _why_unreached(search: _Search, state: str) -> Iterator[Message]:
    leading = [move.spec for move in search.workflow.moves.values() if move.spec.to == state]
    if leading:
        yield Message("play.only_through", transitions=tuple(each.label or readable(each.key) for each in leading))
    else:
        yield Message("play.nothing_leads")


def _few(search: _Search) -> Iterator[tuple[Step, ...]]:
    """Walks that together take every transition that was taken: the one that adds most first, the shorter first."""
    left = set(search.taken)
    while left:
        walk, along = min(search.along, key=lambda each: (-len(each[1] & left), len(each[0])))
        left -= along
        yield walk


def _state(search: _Search, key: str) -> Param:
    state = search.workflow.states.get(key)
    return (state.label if state is not None else None) or readable(key)
