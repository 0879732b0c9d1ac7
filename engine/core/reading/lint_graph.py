"""The walk through the states: can a case get everywhere, and out again; and does somebody hold the key to each move.

Only what is certain is reported: a move to or from a name that is not declared might lead anywhere, or to the state
that was probably meant, so that one slip of the pen is one problem.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from engine.core.definition import State, Transition, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.hints import likely
from engine.core.messages import Message

Edge = tuple[str | None, str | None]  # None: a state that nobody declared


def graph_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield states that cannot be reached or left for good, moves without an actor, and circles."""
    edges = tuple(_edges(definition))
    yield from _exits_from_final(definition)
    yield from _unreachable(definition, edges)
    yield from _traps(definition, edges)
    yield from _nobody_decides(definition)
    for state in definition.states:
        yield from _circle_of_tasks(state)
    yield from _endless(definition)


def _edges(definition: WorkflowDefinition) -> Iterator[Edge]:
    declared = tuple(state.key for state in definition.states)
    for transition in definition.transitions:
        for start in transition.from_:
            yield _meant(start, declared), _meant(transition.to, declared)


def _meant(state: str, declared: tuple[str, ...]) -> str | None:
    return state if state in declared else likely(state, declared)


def _exits_from_final(definition: WorkflowDefinition) -> Iterator[Problem]:
    final = {state.key for state in definition.states if state.final}
    for transition in definition.transitions:
        for index, start in enumerate(transition.from_):
            if start in final:
                message = Message("lint.final_exit", transition=transition.key, state=start)
                yield Problem(f"transitions.{transition.key}.from.{index}", message)


def _unreachable(definition: WorkflowDefinition, edges: Iterable[Edge]) -> Iterator[Problem]:
    start = [state.key for state in definition.states if state.initial]
    reached = _spread(start, edges, definition)
    for state in definition.states:
        if start and state.key not in reached:
            yield Problem(f"states.{state.key}", Message("lint.unreachable", state=state.key))


def _traps(definition: WorkflowDefinition, edges: Iterable[Edge]) -> Iterator[Problem]:
    final = [state.key for state in definition.states if state.final]
    leading = _spread(final, ((target, start) for start, target in edges), definition)
    for state in definition.states:
        if final and state.key not in leading:
            yield Problem(f"states.{state.key}", Message("lint.no_way_out", state=state.key))


def _spread(start: Iterable[str], edges: Iterable[Edge], definition: WorkflowDefinition) -> set[str]:
    """The states that edges lead to from `start`; an unknown end of an edge stands for every state."""
    everything = {state.key for state in definition.states}
    reached, growing = set(start), True
    known = tuple(edges)
    while growing:
        found = {target for source, target in known if source is None or source in reached}
        grown = everything if None in found else reached | {target for target in found if target is not None}
        growing = grown != reached
        reached = set(grown)
    return reached


def _nobody_decides(definition: WorkflowDefinition) -> Iterator[Problem]:
    decided = {(state.key, key) for state in definition.states for task in state.tasks for key in task.decide}
    decided |= set(_fired(definition))
    declared = {state.key: state for state in definition.states}
    for transition in definition.transitions:
        for start in transition.from_:
            state = declared.get(start)
            if transition.automatic or state is None or state.final or (start, transition.key) in decided:
                continue
            if _is_misspelt(transition, state, definition):
                continue
            yield Problem(
                f"transitions.{transition.key}",
                Message("lint.nobody_decides", transition=transition.key, state=start),
            )


def _fired(definition: WorkflowDefinition) -> Iterator[tuple[str, str]]:
    """State and transition, where a deadline fires it."""
    for state in definition.states:
        dues = (definition.due, state.due, *(task.due for task in state.tasks))
        yield from ((state.key, due.fire) for due in dues if due is not None and due.fire is not None)


def _is_misspelt(transition: Transition, state: State, definition: WorkflowDefinition) -> bool:
    """Whether a task of the state offers a name that nobody declared, and that was probably meant to be this one."""
    declared = tuple(each.key for each in definition.transitions)
    offered = {key for task in state.tasks for key in task.decide if key not in declared}
    return any(likely(key, declared) in (transition.key, None) for key in offered)


def _circle_of_tasks(state: State) -> Iterator[Problem]:
    around = _circle({task.key: tuple(task.after) for task in state.tasks})
    if around:
        yield Problem(f"states.{state.key}.tasks.{around[0]}.after", Message("lint.after_circle", tasks=around))


def _endless(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Moves that nothing holds back and that lead round in a circle would fire for ever."""
    free = [each for each in definition.transitions if each.automatic and each.when is None and not each.guards]
    moves: dict[str, tuple[str, ...]] = {}
    for transition in free:
        for start in transition.from_:
            moves[start] = (*moves.get(start, ()), transition.to)
    around = _circle(moves)
    if around:
        guilty = next(each for each in free if each.to in around and set(each.from_) & set(around))
        yield Problem(f"transitions.{guilty.key}", Message("lint.endless", states=around))


def _circle(graph: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """One circle of a graph, each node once; nothing where there is none."""
    for node, targets in graph.items():
        if node in targets:
            return (node,)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(error.args[1][:-1])
    return ()
