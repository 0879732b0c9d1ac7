"""Steps of a walk, one after another: from a play and a step to the play after it, or which step failed and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.core.case import Outcome
from engine.core.definition import Expected, Step
from engine.core.errors import EngineError, InvalidSubmission
from engine.core.messages import Message, Param, readable
from engine.core.simulating.play import Play, why

OUT_OF_TIME = (Message("play.out_of_time"),)


@dataclass(frozen=True, slots=True)
class Walked:
    """How far a walk came: the play, and where it stopped. `at`: the index of the step that failed; None when all
    went."""

    play: Play
    at: int | None = None
    reasons: tuple[Message, ...] = ()


def walk(play: Play, steps: Iterable[Step], go_on: Callable[[], bool] = lambda: True) -> Walked:
    """Take steps until one cannot be taken, or `go_on` says no."""
    for index, step in enumerate(steps):
        if not go_on():
            return Walked(play, index, OUT_OF_TIME)
        after = take(play, step)
        if after.reasons:
            return Walked(after.play, index, after.reasons)
        play = after.play
    return Walked(play)


def take(play: Play, step: Step) -> Walked:
    """Take one step; with the reasons where it cannot be taken, and then nothing has changed."""
    try:
        after = _acted(play, step)
    except EngineError as error:
        reasons = _reasons(error)
        return Walked(play.noted(step, reasons)) if step.refused else Walked(play, 0, reasons)
    if step.refused:
        return Walked(play, 0, (Message("play.not_refused"),))
    if step.expect is not None and (missed := tuple(differences(play, step.expect))):
        return Walked(play, 0, missed)
    return Walked(after)


def _acted(play: Play, step: Step) -> Play:
    if step.fill is not None:
        return play.fill(step.role or "", step.fill, step.answers)
    if step.fire is not None:
        return play.fire(step.role or "", step.fire, step.reason)
    if step.until is not None:
        return play.advance(step.until)
    if step.figures is not None:
        return play.give(step.figures)
    return play.noted(step)


def _reasons(error: EngineError) -> tuple[Message, ...]:
    if isinstance(error, InvalidSubmission):
        return tuple(Message("play.answer", field=path, why=message) for path, message in error.errors.items())
    return why(error)


def differences(play: Play, expected: Expected) -> Iterable[Message]:
    """What is not as expected: the state, the open tasks, the results."""
    if expected.state is not None and expected.state != play.case.state:
        yield Message("play.other_state", expected=_state(play, expected.state), found=_state(play, play.case.state))
    if expected.open is not None:
        is_open = {task.key for task in play.open()}
        if missing := [key for key in expected.open if key not in is_open]:
            yield Message("play.not_open", tasks=tuple(_task(play, key) for key in missing))
        if more := sorted(is_open - set(expected.open)):
            yield Message("play.open_too", tasks=tuple(_task(play, key) for key in more))
    for key, value in expected.results.items():
        found = result(play, key)
        if found != value:
            yield Message("play.other_result", result=_result(play, key), expected=value, found=found or "–")


def reached(play: Play) -> Expected:
    """Where a play stands, as something to be expected."""
    results = {key: value for key in play.case.results if (value := result(play, key)) is not None}
    return Expected(state=play.case.state, open=tuple(task.key for task in play.open()), results=results)


def result(play: Play, key: str) -> str | None:
    """The value of a result; None while there is none."""
    found = play.case.results.get(key)
    return found.value if isinstance(found, Outcome) else found


def _state(play: Play, key: str) -> Param:
    state = play.workflow.states.get(key)
    return (state.label if state is not None else None) or readable(key)


def _task(play: Play, key: str) -> Param:
    tasks = (task for state in play.workflow.definition.states for task in state.tasks)
    return next((task.label for task in tasks if task.key == key and task.label), readable(key))


def _result(play: Play, key: str) -> Param:
    specs = (each.spec for each in play.workflow.results)
    return next((spec.label for spec in specs if spec.key == key and spec.label), key)
