"""The method `weighted`: parts by their weights; what becomes of one that is missing is declared, and told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.core.messages import Message, Text, readable
from engine.core.scorespec import WeighedPart, Weighting
from engine.core.scoring.nodes import ONCE, Node, added, arithmetic, combined, rounded, weighed_sum
from engine.core.scoring.score import BoundStep
from engine.core.scoring.state import Found, State


def weighed(state: State, step: BoundStep, weighting: Weighting, node: Node) -> Found:
    """The sum of the parts by their weights.

    `refuse`: missing while a part is; `reweight`: the weights of those that are there count as the whole; `zero`: a
    missing part counts as nothing. Where every part is missing there is no sum, whatever is declared.
    """
    parts = [_part(state, step, part) for part in weighting.parts]
    there = [part for part in parts if part.is_there]
    reasons = tuple(reason for part in parts for reason in part.reasons)
    rule = {"name": "weighted", "missing": weighting.missing, "weights": weighting.weights}
    if not there or (weighting.missing == "refuse" and len(there) < len(parts)):
        children = tuple(part.node for part in parts)
        return Found(replace(node, rule=rule, children=children, why=reasons), reasons=reasons)
    whole = _whole(parts if weighting.missing == "zero" else there, weighting)
    nodes = tuple(_with_share(part, weighting, whole, state) for part in parts)
    if not whole:
        reason = Message("score.why.no_weight", name=node.label)
        return Found(replace(node, rule=rule, children=nodes, why=(reason,)), reasons=(reason,))
    rule = {**rule, "of": str(whole)}
    if state.by_shares:
        before = added([each.share for each in nodes if each.share is not None])
        return Found(replace(node, rule=rule, children=nodes, before=before))
    weighed = [(each.value, _weight(each, weighting)) for each in nodes if each.value is not None]
    return Found(replace(node, rule={**rule, **ONCE}, children=nodes, before=weighed_sum(weighed, whole)))


def _part(state: State, step: BoundStep, part: WeighedPart) -> Found:
    label = part.label or readable(part.key)
    node = Node("part", part.key, label, {"name": "value"}, weight=part.weight)
    value, reads = state.asked(step, part.key), step.reads[part.key]
    if part.combine is not None:
        return _combined(part, node, label, value, state, reads)
    node = replace(node, children=state.mentions(reads))
    if not isinstance(value, Decimal):
        reasons = state.reasons(reads) or (Message("score.why.nothing", name=label),)
        return Found(replace(node, why=reasons), reasons=reasons)
    return Found(replace(node, before=value, rounding=part.round, value=rounded(value, part.round)))


def _combined(part: WeighedPart, node: Node, label: Text, value: Any, state: State, reads: tuple[str, ...]) -> Found:
    """A part of several numbers, such as raters: fewer than it asks for, and it is missing."""
    there = [each for each in value or () if isinstance(each, Decimal)]
    least = part.at_least or 1
    source = state.found[reads[0]].node.source if len(reads) == 1 else {}
    rule = {"name": "combined", "how": part.combine, "count": len(there), "at_least": least}
    node = replace(node, rule=rule, source=source)
    if len(there) < least or part.combine is None:
        reason = Message("score.why.too_few", name=label, found=len(there), least=least)
        return Found(replace(node, rule={**rule, "name": "too_few"}, why=(reason,)), reasons=(reason,))
    ones = tuple(Node("one", str(place), readable(str(place)), {}, value=each) for place, each in enumerate(there, 1))
    before = combined(there, part.combine)
    return Found(replace(node, children=ones, before=before, rounding=part.round, value=rounded(before, part.round)))


def _whole(parts: list[Found], weighting: Weighting) -> Decimal:
    """What the weights of these parts come to."""
    if weighting.weights == "equal":
        return Decimal(len(parts))
    return sum((_weight(part.node, weighting) for part in parts), Decimal(0))


def _with_share(part: Found, weighting: Weighting, whole: Decimal, state: State) -> Node:
    """A part with what it brings; one that is missing brings nothing, and says what becomes of it."""
    node = part.node
    if node.value is None:
        became = Message(f"score.why.part_{weighting.missing}", name=node.label)
        return replace(node, why=(*node.why, became))
    if not whole:
        return node
    weight = _weight(node, weighting)
    if state.by_shares:
        context = arithmetic()
        return replace(node, share=context.divide(context.multiply(node.value, weight), whole))
    return replace(node, share=weighed_sum([(node.value, weight)], whole))


def _weight(node: Node, weighting: Weighting) -> Decimal:
    return Decimal(1) if weighting.weights == "equal" else node.weight or Decimal(0)
