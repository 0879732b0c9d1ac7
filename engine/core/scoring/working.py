"""Works a score out: the same inputs give the same number, band and tree for ever. Pure.

What is missing stays missing until a step says what becomes of it; what must not be refuses the whole score. Each says
why. Each method is weighing.py, banding.py or looking_up.py; formulas are here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.core.expression import ExpressionFailed
from engine.core.messages import Message, readable
from engine.core.scorespec import ScoreInput
from engine.core.scoring import banding, looking_up, weighing
from engine.core.scoring.nodes import Node, rounded
from engine.core.scoring.score import BoundStep, Score
from engine.core.scoring.state import Found, State

MOST_NUMBERS = 1000


@dataclass(frozen=True, slots=True)
class Input:
    """What is given for one input: its value (None: missing), and where it comes from (JSON-able)."""

    value: Any
    source: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Worked:
    """A score: its number, its band, the cell of its table, and the tree of how it was made.

    `reasons`: why there is none; then the tree is None.
    """

    value: Decimal | None = None
    band: str | None = None
    cell: str | None = None
    tree: Node | None = None
    reasons: tuple[Message, ...] = ()


def work(score: Score, inputs: Mapping[str, Input], *, by_shares: bool = False) -> Worked:
    """Work a score out. `inputs` by key; one that is not there is missing. by_shares: as State says."""
    state = State(by_shares=by_shares)
    for spec in score.definition.inputs:
        _take(state, score, spec, inputs.get(spec.key, Input(None, {})))
    found = Found(Node("step", "", readable(""), {}))
    for step in score.steps:
        found = _step(state, score, step)
        state.keep(step.spec.key, found)
    reasons = tuple(dict.fromkeys((*state.refused, *(() if found.is_there else found.reasons))))
    if state.refused or not found.is_there:
        return Worked(reasons=reasons)
    tree = state.whole(replace(found.node, what="score", key=score.definition.key, label=score.definition.name))
    return Worked(tree.value, tree.band, tree.cell, tree)


def _take(state: State, score: Score, spec: ScoreInput, given: Input) -> None:
    """Keep an input, judged by what its definition says of it."""
    label = spec.label or readable(spec.key)
    value = list(given.value) if isinstance(given.value, (list, tuple)) else given.value
    state.refused += _wrong(score, spec, value)
    node = Node("input", spec.key, label, {"name": "input"}, unit=spec.unit, source=given.source)
    if isinstance(value, Decimal):
        node = replace(node, value=value)
    elif isinstance(value, list):
        node = replace(node, children=ones(value))
    elif isinstance(value, bool):
        node = replace(node, said="true" if value else "false")
    elif value is not None:
        items = score.codelists[spec.list].items if spec.list is not None else ()
        words = next((item.label for item in items if item.key == value), None)
        node = replace(node, said=str(value), band_label=words)
    missing = value is None or value == []
    reasons = (Message("score.why.input_missing", name=label),) if missing else ()
    state.keep_input(spec.key, value, Found(replace(node, why=reasons), reasons=reasons))


def ones(numbers: list[Decimal | None]) -> tuple[Node, ...]:
    """Each of several numbers as a node, by its place from 1; without those that are missing."""
    there = ((place, number) for place, number in enumerate(numbers, start=1) if number is not None)
    return tuple(Node("one", str(place), readable(str(place)), {}, value=number) for place, number in there)


def _wrong(score: Score, spec: ScoreInput, value: Any) -> Iterator[Message]:
    name = spec.label or readable(spec.key)
    numbers = value if isinstance(value, list) else [value]
    if len(numbers) > MOST_NUMBERS:
        yield Message("score.why.too_many", name=name, found=len(numbers), most=MOST_NUMBERS)
        return
    for number in numbers:
        if isinstance(number, Decimal) and spec.least is not None and number < spec.least:
            yield Message("score.why.too_small", name=name, found=number, least=spec.least)
        if isinstance(number, Decimal) and spec.most is not None and number > spec.most:
            yield Message("score.why.too_large", name=name, found=number, most=spec.most)
    items = score.codelists[spec.list].items if isinstance(value, str) and spec.list is not None else None
    if items is not None and all(item.key != value for item in items):
        yield Message("score.why.no_item", name=name, found=value)


def _step(state: State, score: Score, step: BoundStep) -> Found:
    spec = step.spec
    label = spec.label or readable(spec.key)
    node = Node("step", spec.key, label, {}, unit=spec.unit)
    if spec.weighted is not None:
        found = weighing.weighed(state, step, spec.weighted, node)
    elif spec.bands is not None:
        found = banding.banded(state, step, spec.bands, node)
    elif spec.table is not None:
        found = looking_up.looked_up(state, step, spec.table, node, score.codelists[spec.table.list])
    else:
        found = _formula(state, step, node)
    before = found.node.before
    if before is None:
        return found
    return replace(found, node=replace(found.node, rounding=spec.round, value=rounded(before, spec.round)))


def _formula(state: State, step: BoundStep, node: Node) -> Found:
    formula = step.formulas["value"]
    told = {"name": "formula", "formula": formula.source}
    node = replace(node, rule=told, children=state.mentions(step.reads["value"]))
    try:
        value = formula.evaluate(state.names)
    except ExpressionFailed as failed:
        return _undefined(state, step, node, failed.message)
    if not isinstance(value, Decimal):
        reasons = state.reasons(step.reads["value"]) or (Message("score.why.nothing", name=node.label),)
        return Found(replace(node, why=reasons), reasons=reasons)
    return Found(replace(node, before=value))


def _undefined(state: State, step: BoundStep, node: Node, why: Message) -> Found:
    """A formula without a result is refused, missing or nothing, as it says; and it says so."""
    policy = step.spec.formula.undefined if step.spec.formula is not None else "refuse"
    reason = Message(f"score.why.undefined_{policy}", name=node.label, why=_short(why))
    if policy == "refuse":
        state.refused.append(reason)
    if policy == "zero":
        return Found(replace(node, before=Decimal(0), why=(reason,)))
    return Found(replace(node, why=(reason,)), reasons=(reason,))


def _short(why: Message) -> Message:
    """Why a formula failed, without its text: whoever reads it knows the parts by their labels."""
    return Message("score.why.by_zero" if why.key == "expression.division_by_zero" else "score.why.out_of_range")
