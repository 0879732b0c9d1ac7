"""Does an indicator make sense: one source, what its method needs and nothing that it does not, a window that ends."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import Goal, IndicatorDefinition, Quantity, Window
from engine.core.errors import Problem
from engine.core.messages import Message

OF_NUMBERS = ("sum", "mean", "median", "percentile", "min", "max", "longest_run")
# Key → the one method that takes it.
TAKEN_BY = {"over": "ratio", "part": "share", "percentile": "percentile", "rank": "percentile"}


def indicator_problems(indicator: IndicatorDefinition) -> Iterator[Problem]:
    """Yield what is wrong with an indicator; the paths are by names."""
    for place, quantity in indicator.quantities:
        yield from _source(place, quantity)
    yield from _method(indicator)
    yield from window_problems("window", indicator.window)
    yield from _days(indicator)
    yield from _whom(indicator)
    if indicator.goal is not None:
        yield from _goal(indicator.goal)
    if indicator.manual is None:
        yield Problem("manual", Message("lint.indicator_manual"), warning=True)


def window_problems(path: str, window: Window) -> Iterator[Problem]:
    """What does not fit together in a window."""
    if window.length == "rolling" and window.days is None:
        yield Problem(f"{path}.days", Message("lint.rolling_days"))
    if window.length != "rolling" and window.days is not None:
        yield Problem(f"{path}.days", Message("lint.days_alone", length=window.length))


def _source(place: str, quantity: Quantity) -> Iterator[Problem]:
    if (quantity.book is None) == (quantity.workflow is None):
        yield Problem(f"{place}register", Message("lint.indicator_source"))
    if quantity.workflow is not None and quantity.form is None:
        yield Problem(f"{place}form", Message("lint.indicator_form", workflow=quantity.workflow))
    if quantity.workflow is None and quantity.form is not None:
        yield Problem(f"{place}form", Message("lint.form_alone", form=quantity.form))
    if quantity.verified and quantity.book is None:
        yield Problem(f"{place}verified", Message("lint.verified_alone"))


def _method(indicator: IndicatorDefinition) -> Iterator[Problem]:
    method = indicator.method
    for key, owner in TAKEN_BY.items():
        there = getattr(indicator, key) is not None
        if there and method != owner:
            yield Problem(key, Message("lint.method_takes_not", key=key, method=method, owner=owner))
        elif not there and method == owner:
            yield Problem("method", Message(f"lint.method_needs_{key}"))  # where something stands that can be shown
    if method in OF_NUMBERS and indicator.of is None:
        yield Problem("method", Message("lint.method_needs_of", method=method))
    if method in ("count", "share") and indicator.of is not None:
        yield Problem("of", Message("lint.counted_of", method=method))
    if method == "longest_run" and "unit" in indicator.about:
        yield Problem("about", Message("lint.run_of_unit"))


def _days(indicator: IndicatorDefinition) -> Iterator[Problem]:
    if indicator.freeze_after is not None and indicator.window.length in ("rolling", "as_of"):
        yield Problem("freeze_after", Message("lint.never_frozen", length=indicator.window.length))


def _whom(indicator: IndicatorDefinition) -> Iterator[Problem]:
    if not indicator.about:
        yield Problem("about", Message("lint.about_nobody"))
    if len(set(indicator.about)) < len(indicator.about):
        yield Problem("about", Message("lint.twice", key=indicator.about[0]))
    if indicator.people > 1 and "unit" not in indicator.about:
        yield Problem("people", Message("lint.people_alone"))


def _goal(goal: Goal) -> Iterator[Problem]:
    if goal.direction == "range" and (goal.to is None or goal.to <= goal.at):
        yield Problem("goal.to", Message("lint.goal_range"))
    if goal.direction != "range" and goal.to is not None:
        yield Problem("goal.to", Message("lint.goal_to", direction=goal.direction))
