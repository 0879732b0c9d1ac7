"""What a path is about, also when nothing stands there any more: by the grammar alone, for telling what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from engine.core.designing.spots import find, title_of
from engine.core.messages import Text, readable
from engine.core.reading.shapes import ROOTS, shapes

LISTS = ("keyed", "calls", "circles", "grants", "locks", "pairs")


@dataclass(frozen=True, slots=True)
class About:
    """An element by what it is called, its model, and the property of it that a path ends in ("" for itself)."""

    path: str
    title: Text
    model: type[BaseModel] | None
    name: str


def about(document: Mapping[str, Any], path: str) -> About:
    """The element that a path leads into, and the property."""
    model: type[BaseModel] | None = ROOTS.get(str(document.get("kind")))
    host, host_model, rest = "", model, path.split(".") if path else []
    steps = rest
    while steps and model is not None and (shape := shapes(model).get(steps[0])) is not None:
        in_list = shape.kind in LISTS
        taken, model = steps[: 2 if in_list else 1], shape.model
        if (in_list and len(steps) < 2) or model is None:
            break
        steps = steps[len(taken) :]
        if in_list and "key" in model.model_fields:
            host, host_model, rest = path.removesuffix(".".join(["", *steps])) if steps else path, model, steps
    return About(host, _title(document, host), host_model, rest[0] if rest else "")


def _title(document: Mapping[str, Any], path: str) -> Text:
    spot = find(document, path)
    if spot is not None and isinstance(spot.value, Mapping):
        return title_of(spot.node())
    return readable(path.rpartition(".")[2])
