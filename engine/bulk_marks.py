"""By what a set of cases is known for ever: the digest that freezes it, and the key by which it acts on each case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.core.proof.canonical import digest


def words_digest(seed: bytes, body: Mapping[str, Any]) -> str:
    """SHA-256 of the parameters of a set: what is left of them once they are erased, and the seed with them.

    The seed keeps a reason among the parameters from being found by trial.
    """
    return digest({"body": dict(body), "seed": seed.hex()})


def frozen_digest(act: str, words: str, cases: Sequence[tuple[str, int]]) -> str:
    """SHA-256 of an act, its parameters (by `words_digest`), and its cases (ref, version) in their order."""
    return digest({"act": act, "words": words, "cases": [list(each) for each in cases]})


def former_digest(seed: bytes, act: str, body: Mapping[str, Any], cases: Sequence[tuple[str, int]]) -> str:
    """The digest of sets whose event does not hold that of their parameters."""
    return digest({"act": act, "body": dict(body), "cases": [list(each) for each in cases], "seed": seed.hex()})


def erased(body: Mapping[str, Any]) -> str | None:
    """What is left of parameters that were erased; None where they were not."""
    found = body.get("erased")
    return found if isinstance(found, str) and len(body) == 1 else None


def key_of(set_ref: str, case_ref: str) -> str:
    """The idempotency key by which a set acts on a case: the leaf of the case's event holds its SHA-256."""
    return f"bulk:{set_ref}:{case_ref}"
