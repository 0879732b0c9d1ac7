"""The private part of a move: reason, what guards looked at, results. Flat fields, so that each has its own commitment.

Paths are `reason`, `verdict.<i>.<input>`, `figure.<key>` and `result.<key>`. The leaf names only roots over them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.core.effects import Decision, SetValue
from engine.core.messages import Message, Text
from engine.core.proof import commitment
from engine.core.proof.canonical import digest


def private_part(decision: Decision, reason: str | None) -> dict[str, Any]:
    """Path → JSON-able value of everything about a move that is nobody else's business."""
    fields: dict[str, Any] = {} if reason is None else {"reason": reason}
    for index, asked in enumerate(decision.asked):
        fields |= {f"verdict.{index}.{name}": plain(value) for name, value in asked.verdict.inputs.items()}
    for key, figure in decision.figures.items():
        fields[f"figure.{key}"] = {"value": plain(figure.value), "source": plain(figure.source)}
    for effect in decision.effects:
        if isinstance(effect, SetValue):
            fields[f"result.{effect.key}"] = result(effect.value, plain(effect.derivation))
    return fields


def result(value: str, derivation: Any) -> dict[str, str]:
    """What is committed to of a result: its value, and the digest of how it was found."""
    return {"value": value, "derivation": digest(derivation)}


def verdicts(decision: Decision, commitments: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """The verdicts as the leaf names them: the root over each one's inputs, hex, or None where it had none."""
    return [
        {"name": asked.name, "allowed": asked.verdict.allowed, "inputs": inputs_root(index, commitments)}
        for index, asked in enumerate(decision.asked)
    ]


def inputs_root(index: int, commitments: Mapping[str, bytes]) -> str | None:
    """The root over the inputs of verdict number `index`, hex; None where it looked at nothing."""
    prefix = f"verdict.{index}."
    own = {path: found for path, found in commitments.items() if path.startswith(prefix)}
    return commitment.root_of(own).hex() if own else None


def plain(value: Any) -> Any:
    """A value of the core as JSON: Decimals, dates and times as text, texts and messages as documents."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (Decimal, date, datetime)):
        return str(value)
    if isinstance(value, (Text, Message)):
        return value.as_document()
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return [plain(item) for item in sorted(value)]
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    return str(value)
