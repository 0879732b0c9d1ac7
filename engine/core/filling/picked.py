"""What indicators were chosen in a form, and each with its figure beside the target that was agreed on.

Pure. Which may be chosen is engine/offers.py's, what a figure comes to engine/case_figures.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.core import figuring
from engine.core.chosen import KIND
from engine.core.filling.form import Form
from engine.core.filling.questions import Question
from engine.core.indicatorspec import Goal


@dataclass(frozen=True, slots=True)
class Picked:
    """One indicator that was chosen, and the target that stands beside it; by the version that was in force then."""

    key: str
    name: str
    unit: str
    target: Decimal | None
    digest: str


def question_at(form: Form, path: str) -> Question | None:
    """The question of a form (`which`), or column of a table (`targets.which`), where an indicator is chosen."""
    key, _, column = path.partition(".")
    found = next((each for each in form.questions if each.key == key), None)
    if column and found is not None:
        columns = getattr(found.type, "columns", ())
        found = next((each for each in columns if each.key == column), None)
    return found if found is not None and found.type.name == KIND else None


def picked(form: Form, values: Mapping[str, Any], path: str, only: str | None = None) -> Iterator[Picked]:
    """What was chosen there, in the order of the rows; `only`: this indicator and no other."""
    question = question_at(form, path)
    key, _, column = path.partition(".")
    rows = values.get(key) or () if column else (values,)
    target_in = getattr(question.type, "target_in", None) if question is not None else None
    for row in rows:
        chosen = row.get(column or key)
        if chosen is None or (only is not None and chosen["ref"] != only):
            continue
        beside = row.get(target_in) if target_in is not None else None
        target = beside if isinstance(beside, Decimal) else chosen["target"]
        yield Picked(chosen["ref"], chosen["label"], chosen["unit"], target, chosen["digest"])


def row_of(one: Picked, value: Decimal | None, goal: Goal | None) -> dict[str, Any]:
    """The row of a figure: what was chosen, the target agreed on, the number, and percent of the target.

    goal: of the indicator, which says what is better and how far above all it counts.
    """
    achieved = None
    if value is not None and one.target is not None:
        direction, cap = ("up", None) if goal is None else (goal.direction, goal.cap)
        upper = None if goal is None or goal.to is None or goal.to < one.target else goal.to
        achieved = figuring.achieved(Goal(at=one.target, to=upper, direction=direction, cap=cap), value)
    row = {"ref": one.key, "name": one.name, "unit": one.unit, "target": one.target}
    return {**row, "value": value, "achieved": achieved}
