"""What one working-out knows so far: values by name, the nodes behind them, and what refuses the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from engine.core.expression import ExpressionFailed
from engine.core.messages import Message
from engine.core.scoring.nodes import Node
from engine.core.scoring.score import BoundStep

MENTION = "mention"


@dataclass(frozen=True, slots=True)
class Found:
    """What an input or a step found: its node, and the reasons where it is missing."""

    node: Node
    reasons: tuple[Message, ...] = ()

    @property
    def is_there(self) -> bool:
        """Whether there is a number or a band."""
        return self.node.value is not None or self.node.band is not None


@dataclass(slots=True)
class State:
    """The working-out of one score for one set of inputs; never shared.

    by_shares: weighted sums are made as they once were, of rounded shares; for scores that are kept since then.
    """

    by_shares: bool = False
    names: dict[str, Any] = field(default_factory=dict)
    found: dict[str, Found] = field(default_factory=dict)
    refused: list[Message] = field(default_factory=list)

    def keep_input(self, key: str, value: Any, found: Found) -> None:
        """Keep what was given for an input."""
        self.names[key] = value
        self.found[key] = found

    def keep(self, key: str, found: Found) -> None:
        """Keep what a step found, for the steps after it."""
        self.names[key] = {"value": found.node.value, "band": found.node.band}
        self.found[key] = found

    def asked(self, step: BoundStep, formula: str) -> Any:
        """The value of a formula of a step; what cannot be computed is missing."""
        try:
            return step.formulas[formula].evaluate(self.names)
        except ExpressionFailed:
            return None

    def mentions(self, keys: Iterable[str]) -> tuple[Node, ...]:
        """What a formula reads, as places of the tree to be filled in at the end."""
        return tuple(Node(MENTION, key, self.found[key].node.label, {}) for key in keys)

    def reasons(self, keys: Iterable[str]) -> tuple[Message, ...]:
        """Why what a formula reads is missing."""
        return tuple(reason for key in keys for reason in self.found[key].reasons)

    def whole(self, node: Node) -> Node:
        """The tree below a node. A step that several read is told once; after that only by what it found."""
        return _filled(node, self.found, set())


def _filled(node: Node, found: dict[str, Found], told: set[str]) -> Node:
    return replace(node, children=tuple(_children(node, found, told)))


def _children(node: Node, found: dict[str, Found], told: set[str]) -> Iterator[Node]:
    for child in node.children:
        if child.what != MENTION:
            yield _filled(child, found, told)
            continue
        meant = found[child.key].node
        if child.key in told and meant.what == "step":
            again = replace(meant, children=(), rule={"name": "above"}, before=None, rounding=None, why=())
            yield again
            continue
        told.add(child.key)
        yield _filled(meant, found, told)
