"""A score of a case: its inputs from what the case knows, the number set by hand where a person may, and the outcome.

The outcome keeps everything that it came from: each input with what was read and who had sent it, the digest of the
score's definition, and the tree. `again` works it out from what was kept, for whoever doubts it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.core.case import CaseView, LinkedCase, Outcome
from engine.core.definition import WorkflowDefinition
from engine.core.expression import Expression, ExpressionFailed
from engine.core.messages import Message, Text
from engine.core.proof.canonical import digest
from engine.core.scope import SCORE_METHOD, plain, projected
from engine.core.scorespec import ScoreUse
from engine.core.scoring.byhand import ByHand, set_by_hand
from engine.core.scoring.nodes import is_by_shares
from engine.core.scoring.score import Score
from engine.core.scoring.working import Input, Worked, work
from engine.core.workflow import BoundCall

INPUT = "inputs."


@dataclass(frozen=True, slots=True)
class ScoreCall(BoundCall):
    """The use of a score by a workflow, as the method of a result; `use` says when it is worked out."""

    use: ScoreUse = field(kw_only=True)
    score: Score = field(kw_only=True)

    def is_due(self, transition: str | None, to: str) -> bool:
        """Whether a move works it out: that transition, or entering that state."""
        return transition in self.use.at or to in self.use.entering

    def worked(self, case: CaseView, names: Mapping[str, Any]) -> tuple[Worked, Mapping[str, Input], ByHand | None]:
        """What it comes to for a case, from which inputs, and what a person has set."""
        inputs = {
            name.removeprefix(INPUT): Input(_value(found, names), _source(found, case, names))
            for name, found in self.expressions.items()
            if name.startswith(INPUT)
        }
        given = {
            name: _value(self.expressions[f"by_hand.{name}"], names)
            for name in ("value", "band", "reason")
            if f"by_hand.{name}" in self.expressions
        }
        by_hand = ByHand(given.get("value"), given.get("band"), given.get("reason")) if given else None
        found = work(self.score, inputs)
        if by_hand is not None and by_hand.is_set:
            return set_by_hand(self.score, found, inputs, by_hand), inputs, by_hand
        return found, inputs, None

    def __call__(self, definition: WorkflowDefinition, case: CaseView, names: Mapping[str, Any]) -> Outcome | None:
        """The outcome for a case; None while it cannot be worked out."""
        found, inputs, by_hand = self.worked(case, names)
        return None if found.tree is None else outcome(self.score, found, inputs, by_hand)

    def refusals(self, case: CaseView, names: Mapping[str, Any]) -> tuple[Message, ...]:
        """Why it cannot be worked out; nothing where it can."""
        label = self.use.label or self.score.definition.name
        reasons = self.worked(case, names)[0].reasons
        return tuple(Message("score.refused", name=label, why=each) for each in reasons)


def outcome(score: Score, found: Worked, inputs: Mapping[str, Input], by_hand: ByHand | None) -> Outcome:
    """A score as a result of a case: its band, or its number, with all that it came from."""
    if found.tree is None:
        raise ValueError("a score that was not worked out is no outcome")
    tree = found.tree.as_document()
    words = found.tree.band_label
    derivation = {
        "method": SCORE_METHOD,
        "definition": score.definition.key,
        "digest": score.digest,
        "name": score.definition.name.as_document(),
        "value": None if found.value is None else str(found.value),
        "band": found.band,
        "cell": found.cell,
        "inputs": {key: {"value": plain(each.value), **each.source} for key, each in inputs.items()},
        "by_hand": None if by_hand is None else by_hand.as_document(),
        "tree": tree,
        "tree_digest": digest(tree),
    }
    text = found.band if found.band is not None else str(found.value)
    derivation["result"] = {"key": text, "label": _said(found.value, words).as_document()}
    return Outcome(text, derivation)


def again(score: Score, kept: Mapping[str, Any]) -> Outcome | None:
    """The outcome worked out once more from what a derivation kept, in the arithmetic of its time.

    None where it cannot be, or is malformed.
    """
    try:
        by_shares = is_by_shares(kept["tree"])
        inputs = inputs_of(score, kept)
        by_hand = None if kept["by_hand"] is None else ByHand.from_document(kept["by_hand"])
    except (ArithmeticError, AttributeError, KeyError, TypeError):
        return None
    found = work(score, inputs, by_shares=by_shares)
    if by_hand is not None:
        found = set_by_hand(score, found, inputs, by_hand)
    return None if found.tree is None else outcome(score, found, inputs, by_hand)


def inputs_of(score: Score, kept: Mapping[str, Any]) -> dict[str, Input]:
    """The inputs that a derivation kept, as they were given."""
    types = {each.key: each.type for each in score.definition.inputs}
    return {key: _kept(types.get(key, "text"), each) for key, each in kept["inputs"].items()}


def _kept(kind: str, each: Mapping[str, Any]) -> Input:
    value, source = each["value"], {name: said for name, said in each.items() if name != "value"}
    if kind == "number" and value is not None:
        return Input(Decimal(value), source)
    if kind == "numbers" and value is not None:
        return Input([None if one is None else Decimal(one) for one in value], source)
    return Input(value, source)


def _said(value: Decimal | None, words: Text | None) -> Text:
    """A score in words: its number as each language writes it, and the name of its band."""
    if value is None:
        return words or Text("", "")
    number = Text(f"{value:f}".replace(".", ","), f"{value:f}")
    return number if words is None else Text(f"{number.id} – {words.id}", f"{number.en} – {words.en}")


def _value(formula: Expression, names: Mapping[str, Any]) -> Any:
    """What an input is given; what cannot be computed is missing, and the score says what becomes of it."""
    try:
        return formula.evaluate(names)
    except ExpressionFailed:
        return None


def _source(formula: Expression, case: CaseView, names: Mapping[str, Any]) -> dict[str, Any]:
    """Where an input comes from: its formula, what it read, and whose answers and cases those were."""
    read = projected(formula.references, names)
    return {"formula": formula.source, "read": plain(read), "from": list(_places(formula, case))}


def _places(formula: Expression, case: CaseView) -> Iterator[dict[str, Any]]:
    for path in formula.references:
        first, _, rest = path.partition(".")
        second = rest.partition(".")[0]
        if first in case.answers:
            sent = case.submitted.get(first)
            known = {} if sent is None else {"submission": sent.ref, "by": sent.by, "at": sent.at}
            yield {"kind": "answer", "path": path, "form": first, **known}
        elif first == "figures" and second in case.figures:
            source = plain(dict(case.figures[second].source))
            yield from ({"kind": "figure", "path": path, "figure": each} for each in source.get("rows", [source]))
        elif first == "children":
            cases = [each.ref for each in case.children.get(second, ())]
            yield {"kind": "cases", "path": path, "cases": cases}
        elif first == "case" and isinstance(case.parent, LinkedCase):
            yield {"kind": "cases", "path": path, "cases": [case.parent.ref]}
        else:
            yield {"kind": "result" if first in case.results else "other", "path": path}
