"""Taking a case back to where it has been: which places there are, and what it would do. Decides; whether somebody may
is not asked here. What was sent stays; tasks are opened anew, and results found since then no longer count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from engine.core import machine
from engine.core.case import CaseView, Holder, Outcome
from engine.core.effects import Decision
from engine.core.moving import rewind
from engine.core.workflow import Workflow

Results = Mapping[str, Outcome | str]


@dataclass(frozen=True, slots=True)
class Visit:
    """That a case came to a state by its version `n`."""

    n: int
    state: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a case back would do: the move, the case after it, and the results that no longer count."""

    decision: Decision
    after: CaseView
    withdrawn: tuple[str, ...]


def places(workflow: Workflow, case: CaseView, visits: Sequence[Visit]) -> tuple[Visit, ...]:
    """Where a case may be taken back to, the latest visit of each state, the last one first.

    Not to where it is (unless something is done there that could be done again), not to an end.
    """
    found: dict[str, Visit] = {}
    for visit in sorted(visits, key=lambda each: -each.n):
        state = workflow.states.get(visit.state)
        if state is None or state.final or visit.n > case.version:
            continue
        if visit.state == case.state and (visit.n < case.version or not _is_begun(case)):
            continue
        found.setdefault(visit.state, visit)
    return tuple(found.values())


def _is_begun(case: CaseView) -> bool:
    return any(task.state == "done" for task in case.tasks)


def take_back(workflow: Workflow, case: CaseView, to: str, by: Holder | None, results: Results) -> Taken:
    """What it would do to take a case back to a state; results: those that counted when it came there."""
    decision = rewind(workflow, case, to, by)
    after = replace(machine.moved(workflow, case, decision), results=dict(results))
    changed = (key for key in case.results if case.results[key] != results.get(key))
    return Taken(decision, after, tuple(sorted(changed)))


def goes_on(workflow: Workflow, taken: Taken) -> str | None:
    """The state to which the case would go on by itself at once, so that taking it back leads nowhere; or None."""
    onward = machine.settle(workflow, taken.after)
    return None if onward is None else onward.to_state
