"""A score that a person sets by hand: only where its definition lets him, with a reason, and the tree keeps both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from engine.core.messages import Message, Text, readable
from engine.core.scoring import banding
from engine.core.scoring.nodes import Node, rounded
from engine.core.scoring.score import BoundStep, Score
from engine.core.scoring.state import State
from engine.core.scoring.working import Input, Worked


@dataclass(frozen=True, slots=True)
class ByHand:
    """What a person has set: a number or the key of a band, and why."""

    value: Decimal | None
    band: str | None
    reason: str | None

    @property
    def is_set(self) -> bool:
        """Whether there is anything that takes the place of what was worked out."""
        return self.value is not None or bool(self.band)

    def as_document(self) -> dict[str, Any]:
        """As it is kept with the score."""
        return {"value": None if self.value is None else str(self.value), "band": self.band, "reason": self.reason}

    @classmethod
    def from_document(cls, kept: Mapping[str, Any]) -> ByHand:
        """Read back what `as_document` wrote."""
        return cls(None if kept["value"] is None else Decimal(kept["value"]), kept["band"], kept["reason"])


def set_by_hand(score: Score, found: Worked, inputs: Mapping[str, Input], by_hand: ByHand) -> Worked:
    """The score as it was set; without a reason, or with a band that there is not, it is refused.

    A number finds its band itself. What was worked out stays below it in the tree, where it could be.
    """
    name = score.definition.name
    if not (by_hand.reason or "").strip():
        return Worked(reasons=(Message("score.why.no_reason", name=name),))
    node = Node("score", score.definition.key, name, {"name": "by_hand"})
    step = score.steps[-1]
    if by_hand.band:
        label = _labels(score, step).get(by_hand.band)
        if label is None:
            return Worked(reasons=(Message("score.why.no_item", name=name, found=by_hand.band),))
        node = replace(node, band=by_hand.band, band_label=label, value=by_hand.value)
    elif step.spec.bands is not None and by_hand.value is not None:
        sought = rounded(by_hand.value, step.spec.bands.round)
        chosen = _set_of(step, found)
        lying = banding.in_band(State(names={key: each.value for key, each in inputs.items()}), chosen, sought, node)
        if lying.reasons:
            return Worked(reasons=lying.reasons)
        node = replace(lying.node, rule={"name": "by_hand"}, before=None, value=lying.node.before)
    else:
        node = replace(node, value=by_hand.value)
    worked_out = () if found.tree is None else (replace(found.tree, what="step"),)
    why = (Message("score.why.by_hand", reason=by_hand.reason or ""), *node.why)
    node = replace(node, why=why, children=worked_out)
    return Worked(node.value, node.band, None, node)


def _labels(score: Score, step: BoundStep) -> dict[str, Text]:
    """The bands or items that the score could have come to, with their words."""
    if step.spec.table is not None:
        return {item.key: item.label for item in score.codelists[step.spec.table.list].items}
    bands = [band.spec for each in step.sets for band in each.bands]
    return {band.key: band.label or readable(band.key) for band in bands}


def _set_of(step: BoundStep, found: Worked) -> Any:
    """The bands that hold for this case: of several sets the one that the working-out chose."""
    chosen = found.tree.rule.get("set") if found.tree is not None else None
    return next((each for each in step.sets if each.spec is not None and each.spec.key == chosen), step.sets[0])
