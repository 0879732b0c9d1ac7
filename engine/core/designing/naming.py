"""Which keys of a definition name something else in it: the table that renaming, removing and choosing go by.

A new key of the definition format that names a state, role, … is one line here; tests/core/designing/test_naming.py
fails on a key of the models that is neither here nor among those that name nothing. Expressions are found by
themselves: by the mark on their type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from pydantic import BaseModel

from engine.core.definition import (
    Check,
    ChildSpec,
    Circle,
    Due,
    Expected,
    FieldSpec,
    FigureSpec,
    FollowUpSpec,
    Grant,
    NoticeSpec,
    Prefill,
    RegisterDefinition,
    Rights,
    RoleSpec,
    RuleSpec,
    Scenario,
    ScoreUse,
    Span,
    Step,
    TaskSpec,
    Transition,
    WorkingDays,
)
from engine.core.designing.paths import Steps
from engine.core.printing.spec import BlockSpec, ColumnSpec, PartySpec, PrintSpec, SignerSpec
from engine.core.scorespec import ScaleBand

# answer: a dotted path of a form, field, column or result; own: a field of the same form, or `table.column`;
# entry: a field of the one form of a register; column: a column of the table in `rows`; match: the same, and of every
# other table there; band: one of the same step of a score.
What = Literal[
    "role", "state", "task", "transition", "form", "link", "answer", "own", "entry", "column", "match", "band"
]
# What becomes of the name, or of its owner, when the thing named goes. out: the name goes from its list, and the owner
# too when that leaves it saying nothing; clear: the key goes; owner: the owner goes; blocks: it has to be mended first.
Fate = Literal["out", "clear", "owner", "blocks"]


@dataclass(frozen=True, slots=True)
class Names:
    """What a key names, and what follows when that goes."""

    what: What
    fate: Fate = "blocks"


Prefix = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that names something.

    what: as in What, or of items as choosing.py has it; prefix: what comes before the written name to make it a full
    one, as in `plan.targets`; is_key: the name is the last step itself, not what stands there;
    in_words: it stands in `{{…}}` in a text.
    """

    steps: Steps
    text: str
    what: str
    prefix: Prefix = ()
    fate: Fate = "blocks"
    in_expression: bool = False
    is_key: bool = False
    in_words: bool = False


NAMES: Mapping[type[BaseModel], Mapping[str, Names]] = {
    RuleSpec: {"role": Names("role"), "by": Names("role"), "approved_by": Names("role")},
    RoleSpec: {"except": Names("role", "out")},
    Rights: {right: Names("role", "out") for right in Rights.model_fields},
    RegisterDefinition: {"tells": Names("role", "out")},
    Span: {"start": Names("entry"), "end": Names("entry")},
    WorkingDays: {"since": Names("entry", "clear"), "until": Names("entry")},
    TaskSpec: {
        "role": Names("role"),
        "fill": Names("form"),
        "decide": Names("transition", "out"),
        "after": Names("task", "out"),
        "shows": Names("form", "out"),
    },
    Due: {"by": Names("answer", "owner"), "passes_to": Names("role", "clear"), "fire": Names("transition", "clear")},
    Transition: {"from": Names("state", "out"), "to": Names("state", "owner")},
    ScoreUse: {"at": Names("transition", "out"), "entering": Names("state", "out")},
    ScaleBand: {"otherwise": Names("band")},
    Circle: {"role": Names("role", "owner"), "states": Names("state", "out")},
    Grant: {"form": Names("form", "owner"), "role": Names("role", "owner"), "states": Names("state", "out")},
    Check: {"fields": Names("own", "out")},
    Prefill: {"key": Names("own", "owner")},
    PrintSpec: {"states": Names("state", "out"), "figures": Names("answer", "out")},
    BlockSpec: {
        "rows": Names("answer", "owner"),
        "of": Names("answer", "owner"),
        "values": Names("answer", "out"),
        "split": Names("column", "clear"),
        "group": Names("column", "clear"),
        "title": Names("column", "clear"),
        "match": Names("match", "out"),
    },
    ColumnSpec: {"from": Names("answer", "out")},
    PartySpec: {"role": Names("role", "owner")},
    SignerSpec: {
        "role": Names("role", "owner"),
        "form": Names("form", "clear"),
        "transition": Names("transition", "clear"),
    },
    NoticeSpec: {
        "enters": Names("state", "owner"),
        "transition": Names("transition", "owner"),
        "task": Names("task", "owner"),
        "remind": Names("task", "owner"),
        "to": Names("role", "out"),
    },
    ChildSpec: {"in": Names("state", "out"), "about": Names("role")},
    FollowUpSpec: {
        "in": Names("state", "out"),
        "states": Names("state", "out"),
        "by": Names("role"),
        "about": Names("role"),
    },
    FigureSpec: {"chosen": Names("answer", "owner")},
    Scenario: {"same": Names("role", "out")},
    Step: {"role": Names("role", "owner"), "fill": Names("task", "owner"), "fire": Names("transition", "owner")},
    Expected: {"state": Names("state", "clear"), "open": Names("task", "out")},
}
# Lists whose owner says nothing any more, or something else, once they are empty.
NEEDED: Mapping[type[BaseModel], tuple[str, ...]] = {
    TaskSpec: ("decide",),
    Transition: ("from",),
    Circle: ("states",),
    Grant: ("states",),
    PrintSpec: ("states", "blocks"),
    BlockSpec: ("values", "match", "people", "signers", "columns"),
    ColumnSpec: ("from",),
    NoticeSpec: ("to",),
}
# Keys that look like names and name nothing of their definition: their own key, what the catalog, the code lists or
# the government have, and the past.
FREE = frozenset({
    "name", "type", "method", "rule", "grant", "post", "workflow", "was", "cells", "heights", "reference", "digest",
    "nominates", "sends", "registers",
    "score", "list",
})  # fmt: skip
# An option of a field type that is a map by the keys of its columns.
BY_COLUMN: Mapping[type[BaseModel], tuple[str, ...]] = {FieldSpec: ("totals",)}


@cache
def names(model: type[BaseModel]) -> Mapping[str, Names]:
    """What the keys of a model name, those of the models that it builds on among them."""
    found: dict[str, Names] = {}
    for kind in reversed(model.__mro__):
        found.update(NAMES.get(kind, {}))
    return found


@cache
def expressions(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys of a model that hold an expression."""
    return tuple(info.alias or name for name, info in model.model_fields.items() if _is_expression(info))


def _is_expression(info: Any) -> bool:
    parts = (*get_args(info.annotation), info.annotation)
    marks = [mark for part in parts for mark in getattr(part, "__metadata__", ())]
    return any(map(_marked, (info, *info.metadata, *marks)))


def _marked(mark: Any) -> bool:
    extra = getattr(mark, "json_schema_extra", None)
    return isinstance(extra, Mapping) and extra.get("format") == "siklus-expression"
