"""How a number was made, as a tree: each node with its number before and after rounding, its weight, rule and source.

A node is plain JSON when it is kept (`as_document`), with every number as text. `adds_up` proves a kept tree: it needs
no definition. What a node means is worked out elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from statistics import median
from typing import Any

from engine.core.expression.run import ARITHMETIC
from engine.core.messages import Message, Text
from engine.core.scorespec import Combine, Rounding

MODES = {"half_up": ROUND_HALF_UP, "up": ROUND_UP, "down": ROUND_DOWN}
HUNDRED = Decimal(100)
EXACT = Context(prec=200)  # of numbers of 28 digits, however far apart they lie, every product and sum fits
ONCE = {"divided": "once"}  # in the rule of a weighted sum; without it its shares were rounded and added up


@dataclass(frozen=True, slots=True)
class Node:
    """One node: what it is, what it found, by which rule, and the nodes that it comes from.

    what: score, step, part, input or one (of several numbers). `before` is the number before `rounding`; `band` the
    key of a band or item, `cell` where in a table it stands. `share` is what a part brings to the sum of its parent.
    `why`: what happened that the reader must know – why it is missing, what was put in its place.
    """

    what: str
    key: str
    label: Text
    rule: Mapping[str, Any]
    value: Decimal | None = None
    before: Decimal | None = None
    rounding: Rounding | None = None
    band: str | None = None
    band_label: Text | None = None
    cell: str | None = None
    said: str | None = None  # of an input that is no number
    unit: Text | None = None
    weight: Decimal | None = None
    share: Decimal | None = None
    why: tuple[Message, ...] = ()
    source: Mapping[str, Any] = field(default_factory=dict)
    children: tuple[Node, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """The node and all below it as JSON, without what it has not."""
        numbers = {"value": self.value, "before": self.before, "weight": self.weight, "share": self.share}
        found: dict[str, Any] = {"what": self.what, "key": self.key, "label": self.label.as_document()}
        found |= {name: str(number) for name, number in numbers.items() if number is not None}
        words = {"band": self.band, "cell": self.cell, "said": self.said}
        found |= {name: said for name, said in words.items() if said is not None}
        if self.rounding is not None:
            found["round"] = {"places": self.rounding.places, "mode": self.rounding.mode}
        if self.band_label is not None:
            found["band_label"] = self.band_label.as_document()
        if self.unit is not None:
            found["unit"] = self.unit.as_document()
        if self.rule:
            found["rule"] = dict(self.rule)
        if self.why:
            found["why"] = [each.as_document() for each in self.why]
        if self.source:
            found["source"] = dict(self.source)
        if self.children:
            found["children"] = [each.as_document() for each in self.children]
        return found


def arithmetic() -> Context:
    """The arithmetic of every score: that of expressions, 28 digits."""
    return ARITHMETIC.copy()


def rounded(number: Decimal, rounding: Rounding | None) -> Decimal:
    """A number as its step wants it; unrounded where none is declared."""
    if rounding is None:
        return number
    return number.quantize(Decimal(1).scaleb(-rounding.places), MODES[rounding.mode]) + Decimal(0)


def combined(numbers: list[Decimal], how: Combine) -> Decimal:
    """Several numbers as one; there is at least one."""
    context = arithmetic()
    if how == "least":
        return min(numbers)
    if how == "most":
        return max(numbers)
    if how == "median":
        return context.plus(median(numbers))
    total = added(numbers)
    return total if how == "sum" else context.divide(total, Decimal(len(numbers)))


def added(numbers: list[Decimal]) -> Decimal:
    """The sum, in the order of the list, in the arithmetic of scores."""
    context, total = arithmetic(), Decimal(0)
    for number in numbers:
        total = context.add(total, number)
    return total


def weighed_sum(parts: Iterable[tuple[Decimal, Decimal]], whole: Decimal) -> Decimal:
    """Numbers by their weights (each with its own), in parts of the whole: exact until the one division.

    Shares that were rounded each come to less than their whole: 76, 76 and 76 by thirds to 75.99…
    """
    total = Decimal(0)
    for number, weight in parts:
        total = EXACT.add(total, EXACT.multiply(number, weight))
    return arithmetic().divide(total, whole)


def adds_up(document: Mapping[str, Any]) -> bool:
    """Whether a kept tree holds: every sum is that of its parts, every rounded number that of the one before."""
    return _rounds(document) and _sums(document) and all(adds_up(each) for each in document.get("children", ()))


def _rounds(node: Mapping[str, Any]) -> bool:
    before, value, said = node.get("before"), node.get("value"), node.get("round")
    if before is None or value is None:
        return value is None or said is None
    rounding = None if said is None else Rounding(places=said["places"], mode=said["mode"])
    return rounded(Decimal(before), rounding) == Decimal(value)


def _sums(node: Mapping[str, Any]) -> bool:
    rule, children = node.get("rule", {}), node.get("children", ())
    if rule.get("name") == "weighted" and "before" in node:
        if "divided" in rule:
            return _weighs(node)
        return added([Decimal(each["share"]) for each in children if "share" in each]) == Decimal(node["before"])
    if rule.get("name") == "combined" and "before" in node:
        numbers = [Decimal(each["value"]) for each in children if "value" in each]
        return bool(numbers) and combined(numbers, rule["how"]) == Decimal(node["before"])
    return True


def _weighs(node: Mapping[str, Any]) -> bool:
    """Whether a weighted sum is that of its parts by their weights, and the share of each what it brings to it."""
    rule, children = node["rule"], node.get("children", ())
    equal, whole = rule["weights"] == "equal", Decimal(rule["of"])
    parts = [(each, Decimal(1) if equal else Decimal(each.get("weight", 0))) for each in children]
    there = [(Decimal(each["value"]), weight) for each, weight in parts if "share" in each]
    counts = [weight for each, weight in parts if rule["missing"] == "zero" or "share" in each]
    shares = [Decimal(each["share"]) for each, _ in parts if "share" in each]
    holds = whole == sum(counts) and weighed_sum(there, whole) == Decimal(node["before"])
    return holds and all(weighed_sum([each], whole) == share for each, share in zip(there, shares, strict=True))


def is_by_shares(document: Mapping[str, Any]) -> bool:
    """Whether a kept tree is of the time when weighted sums were made of shares that had been rounded."""
    rule = document.get("rule", {})
    own = rule.get("name") == "weighted" and "before" in document and "divided" not in rule
    return own or any(is_by_shares(each) for each in document.get("children", ()))
