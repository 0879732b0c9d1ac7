"""Whether the rows of designs are what their events say. Nothing is read here.

An event of a design commits to the edits of its step and to the draft that the step leaves; so the row of a design is
what its last event says, and each step is what its own does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.core.errors import BadRequest
from engine.core.proof import canonical

KIND = "design."


@dataclass(slots=True)
class Designs:
    """What the streams of definitions say of designs so far: ref → column → value."""

    said: dict[str, dict[str, Any]] = field(default_factory=dict)


def tell(designs: Designs, row: Any) -> None:
    """Add an event of a definition's stream to what is known of designs."""
    if not row.kind.startswith(KIND):
        return
    public = json.loads(row.leaf)["public"]
    kind, _, key = row.stream.removeprefix("definition:").partition("/")
    fact = designs.said.setdefault(
        str(public.get("design")),
        {"kind": kind, "key": key, "begun": row.actor_of_id, "begun_at": row.at, "from_version": public.get("from"),
         "version": None, "discarded_at": None},
    )  # fmt: skip
    fact |= {name: public.get(name) for name in ("number", "draft")}
    if row.kind == "design.begun" and row.note_body is not None:
        fact["name"] = json.loads(row.note_body).get("name")
    fact |= {"changed": row.actor_of_id, "changed_at": row.at}
    if row.kind == "design.handed_in":
        fact["version"] = public.get("version")
    if row.kind == "design.discarded":
        fact["discarded_at"] = row.at


def wrong_with_step(row: Any, stored: Sequence[Any]) -> str | None:
    """What does not fit between an event and the steps that name it, or None."""
    if not row.kind.startswith(KIND):
        return "design" if stored else None
    public = json.loads(row.leaf)["public"]
    if len(stored) != 1:
        return "design"
    step = stored[0]
    found = {name: getattr(step, name) for name in ("design", "number", "of", "version", "at", "person")}
    said = {name: public.get(name) for name in ("design", "number", "of", "version")}
    fits = found == {**said, "at": row.at, "person": row.actor_of_id} and row.kind == f"{KIND}{step.step}"
    return None if fits and _digest(step) == public.get("edits") else "design"


def _digest(step: Any) -> str | None:
    """The digest of what a step did; None when its text is not as it was written."""
    texts = {"edits": step.edits, "inverse": step.inverse, "document": step.document}
    try:
        found = {name: None if text is None else json.loads(text) for name, text in texts.items()}
        same = all(text is None or canonical.canonical(found[name]).decode() == text for name, text in texts.items())
        return canonical.digest(found) if same else None
    except (ValueError, RecursionError, BadRequest):
        return None


def wrong_rows(designs: Designs, rows: Sequence[Any]) -> Iterator[str]:
    """The refs of designs that are not what their events add up to, or that are not there."""
    found = {row.ref: row for row in rows}
    for ref in {**found, **designs.said}:
        fact = designs.said.get(ref)
        if ref not in found or fact is None or not _is_fitting(found[ref], fact):
            yield ref


def _is_fitting(row: Any, fact: Mapping[str, Any]) -> bool:
    try:
        left = canonical.digest({"document": json.loads(row.document), "places": json.loads(row.places)})
    except (ValueError, RecursionError, BadRequest):
        return False
    return left == fact["draft"] and all(getattr(row, name) == said for name, said in fact.items() if name != "draft")
