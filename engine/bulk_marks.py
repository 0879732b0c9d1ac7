"""By what a set of cases is known for ever: the digest that freezes it, and the key by which it acts on each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.proof.canonical import digest


def frozen_digest(seed: bytes, act: str, body: Mapping[str, Any], cases: Sequence[tuple[str, int]]) -> str:
    """SHA-256 of an act, its parameters, and its cases (ref, version) in their order.

    The seed keeps a reason among the parameters from being found by trial.
    """
    return digest({"act": act, "body": dict(body), "cases": [list(each) for each in cases], "seed": seed.hex()})


def key_of(set_ref: str, case_ref: str) -> str:
    """The idempotency key by which a set acts on a case: the leaf of the case's event holds its SHA-256."""
    return f"bulk:{set_ref}:{case_ref}"
