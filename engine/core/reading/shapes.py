"""How each key of a definition may be written by an author, read off the models: the grammar, as data.

normal.py brings every writing to the one normal form by it, schema.py publishes it. Nothing is read or judged here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from engine.core.definition import (
    AuthoredText,
    Call,
    Check,
    ChildSpec,
    Circle,
    CiteSpec,
    CodeList,
    Days,
    Due,
    EntriesSpec,
    Expected,
    FieldSpec,
    FigureSpec,
    FollowUpSpec,
    FormSchema,
    Goal,
    Grant,
    IndicatorDefinition,
    Item,
    Lock,
    Manual,
    Matrix,
    Measure,
    NoticeSpec,
    ParentRead,
    ParentSpec,
    Prefill,
    PublicSpec,
    Quantity,
    RegisterDefinition,
    Reminder,
    ResultSpec,
    Rights,
    RoleSpec,
    RuleSpec,
    Scenario,
    Section,
    Span,
    StartAnswer,
    StartSpec,
    State,
    Step,
    TaskSpec,
    Transition,
    Window,
    WorkflowDefinition,
    WorkingDays,
)
from engine.core.printing.spec import BlockSpec, ColumnSpec, PartySpec, PrintSpec, SignerSpec
from engine.core.scores import Band, ScorePart
from engine.core.scorespec import SHAPES as SCORE_SHAPES
from engine.core.scorespec import Given, ScoreDefinition

Kind = Literal[
    "keyed", "node", "nodes", "names", "text", "texts", "calls", "grants", "circles", "locks", "pairs", "plain"
]
MODELS: tuple[type[BaseModel], ...] = (
    WorkflowDefinition,
    RoleSpec,
    RuleSpec,
    State,
    TaskSpec,
    Due,
    Reminder,
    Transition,
    Call,
    FormSchema,
    Section,
    FieldSpec,
    Check,
    Prefill,
    Circle,
    Grant,
    ResultSpec,
    ScorePart,
    Band,
    PrintSpec,
    BlockSpec,
    ColumnSpec,
    PartySpec,
    SignerSpec,
    NoticeSpec,
    Scenario,
    Step,
    Expected,
    ParentSpec,
    ParentRead,
    ChildSpec,
    FollowUpSpec,
    Lock,
    CodeList,
    Item,
    Matrix,
    IndicatorDefinition,
    Quantity,
    Window,
    Goal,
    Manual,
    FigureSpec,
    EntriesSpec,
    *SCORE_SHAPES,
    RegisterDefinition,
    Rights,
    PublicSpec,
    Days,
    Span,
    Measure,
    WorkingDays,
    CiteSpec,
    StartSpec,
    StartAnswer,
)
ROOTS: Mapping[str, type[BaseModel]] = {
    "workflow": WorkflowDefinition,
    "register": RegisterDefinition,
    "score": ScoreDefinition,
    "indicator": IndicatorDefinition,
    "codelist": CodeList,
}

# A string in place of a map says this key: `employee: subject`, `quantity: Kuantitas`.
SHORT: Mapping[type[BaseModel], str] = {
    RoleSpec: "rule",
    Item: "label",
    Prefill: "value",
    Window: "length",
    FigureSpec: "indicator",
    EntriesSpec: "register",
    Given: "value",
    StartAnswer: "value",
}
# The word that an author may write, by the word of the normal form.
ALSO: Mapping[tuple[type[BaseModel], str], str] = {(WorkflowDefinition, "results"): "result"}


@dataclass(frozen=True, slots=True)
class Shape:
    """What stands under one key.

    keyed: a map of key → node, or a list of nodes with `key`; nodes: a list of nodes without one; names: one name or
    a list; text: a string or a map of languages; calls: names, one-key maps or nodes; grants: form → role → states;
    circles: roles, or role → states; locks: reference → digest; pairs: the first key → the second.
    """

    kind: Kind
    model: type[BaseModel] | None = None


# Options that are written like the rest of a definition: columns, items of a choice, texts, parts of a score.
OPTIONS: Mapping[type[BaseModel], Mapping[str, Shape]] = {
    FieldSpec: {
        "columns": Shape("keyed", FieldSpec),
        "choices": Shape("keyed", Item),
        "criteria": Shape("keyed", Item),
        "statement": Shape("text"),
        "text": Shape("text"),
        "unit": Shape("text"),
    },
    ResultSpec: {"parts": Shape("keyed", ScorePart), "bands": Shape("keyed", Band)},
}

SPECIAL: Mapping[type[BaseModel], Kind] = {
    Call: "calls", Grant: "grants", Circle: "circles", Lock: "locks", ParentRead: "pairs", Step: "nodes",
    Reminder: "nodes",
}  # fmt: skip


@cache
def shapes(model: type[BaseModel]) -> Mapping[str, Shape]:
    """The shape of every key that a node may have, by the key as it is written in the normal form."""
    found = {info.alias or name: _shape(info.annotation, info.metadata) for name, info in model.model_fields.items()}
    return {**found, **OPTIONS.get(model, {})}


def required(model: type[BaseModel]) -> tuple[str, ...]:
    """The keys that a node must have."""
    return tuple(info.alias or name for name, info in model.model_fields.items() if info.is_required())


def is_open(model: type[BaseModel]) -> bool:
    """Whether a node takes keys beyond its own: the options of its type or method."""
    return model.model_config.get("extra") == "allow"


def _shape(annotation: Any, metadata: list[Any]) -> Shape:
    plain = _without_none(annotation)
    if _is_text(plain, metadata):
        return Shape("text")
    if get_origin(plain) is tuple:
        return _several(get_args(plain)[0])
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return Shape("node", plain)
    return Shape("plain")


def _several(item: Any) -> Shape:
    if _is_text(item, []):
        return Shape("texts")
    if isinstance(item, type) and issubclass(item, BaseModel):
        return Shape(SPECIAL.get(item, "keyed"), item)
    return Shape("names")


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation


def _is_text(annotation: Any, metadata: list[Any]) -> bool:
    mark = get_args(AuthoredText)[1]
    return mark in metadata or (get_origin(annotation) is Annotated and mark in get_args(annotation))
