"""Mends a document of a wrong shape as far as it can be guessed, so that its meaning can be looked at all the same.

A misspelt key is read as the likely one, other strange keys are dropped, what is missing becomes UNKNOWN.
"""

from __future__ import annotations

import copy
from typing import Any

from pydantic import BaseModel

from engine.core.definition import FORMAT
from engine.core.hints import likely
from engine.core.reading.positions import Path
from engine.core.reading.wrong import Wrong, keys, model_at, value_at

UNKNOWN = "siklus_unknown"
FILLERS: dict[str, Any] = {"missing": UNKNOWN, "tuple_type": [], "list_type": [], "dict_type": {}, "model_type": {}}


def mend(root: type[BaseModel], document: Any, wrong: list[Wrong]) -> Any:
    """A copy in which each mistake is mended; the mending may bring other mistakes to light."""
    mended = copy.deepcopy(document)
    by_path = {each.at: each for each in reversed(wrong)}
    for at in sorted(by_path, key=_depth_first, reverse=True):
        if at:
            _mend_one(value_at(mended, at[:-1]), at[-1], by_path[at], root)
    return mended


def _depth_first(path: Path) -> tuple[int, tuple[str, ...]]:
    return len(path), tuple(f"{step:09d}" if isinstance(step, int) else step for step in path)


def _mend_one(parent: Any, step: Any, wrong: Wrong, root: type[BaseModel]) -> None:
    if wrong.kind == "extra_forbidden":
        value, right = parent.pop(step), meant(root, wrong)
        if right is not None:
            parent.setdefault(right, value)
    elif wrong.kind == "too_short":
        parent[step] = [UNKNOWN]
    elif wrong.kind == "string_pattern_mismatch" and step == "key":
        parent[step] = UNKNOWN
    elif wrong.kind == "missing" and step == "format":
        parent[step] = FORMAT
    elif wrong.kind in FILLERS:
        parent[step] = copy.copy(FILLERS[wrong.kind])
    else:
        del parent[step]


def meant(root: type[BaseModel], wrong: Wrong) -> str | None:
    """The key that a strange one was probably meant to be."""
    return likely(str(wrong.at[-1]), keys(model_at(root, wrong.at[:-1])))
