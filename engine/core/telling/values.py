"""A property of a definition in words: what it names by label, expressions read back, fixed words, numbers, texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from engine.core.catalog import Entry, Kind
from engine.core.definition import (
    Check,
    ChildSpec,
    Circle,
    Days,
    FieldSpec,
    FollowUpSpec,
    Grant,
    Measure,
    NoticeSpec,
    Prefill,
    ResultSpec,
    Rights,
    RoleSpec,
    RuleSpec,
    Scenario,
    Section,
    Span,
    TaskSpec,
    Transition,
)
from engine.core.messages import Message, Param, Text, readable
from engine.core.printing.spec import PartySpec, PrintSpec, SignerSpec
from engine.core.scores import ScorePart
from engine.core.telling.called import text_of
from engine.core.telling.deadlines import due
from engine.core.telling.teller import Teller
from engine.core.telling.wordlist import EXTENSIONS, fixed, property_name, type_name

# What a property names, by the kind of thing; `right`, `method` and `type` are of the catalog and the house.
NAMES: Mapping[tuple[type[BaseModel], str], str] = {
    **dict.fromkeys([(rule, name) for rule in (RuleSpec, RoleSpec) for name in ("role", "by", "approved_by")], "role"),
    (RoleSpec, "except"): "role",
    (TaskSpec, "role"): "role",
    (TaskSpec, "fill"): "form",
    (TaskSpec, "decide"): "transition",
    (TaskSpec, "after"): "task",
    (TaskSpec, "shows"): "form",
    (Transition, "from"): "state",
    (Transition, "to"): "state",
    (Grant, "form"): "form",
    (Grant, "role"): "role",
    (Grant, "states"): "state",
    (Circle, "role"): "role",
    (Circle, "states"): "state",
    (Check, "fields"): "field",
    (FieldSpec, "type"): "type",
    (ResultSpec, "method"): "method",
    (PrintSpec, "states"): "state",
    (NoticeSpec, "enters"): "state",
    (NoticeSpec, "transition"): "transition",
    (NoticeSpec, "task"): "task",
    (NoticeSpec, "remind"): "task",
    (NoticeSpec, "to"): "role",
    (PartySpec, "role"): "role",
    (SignerSpec, "role"): "role",
    (SignerSpec, "form"): "form",
    (SignerSpec, "transition"): "transition",
    **{(link, name): kind for link in (ChildSpec, FollowUpSpec) for name, kind in (("in", "state"), ("about", "role"))},
    (FollowUpSpec, "by"): "role",
    (FollowUpSpec, "states"): "state",
    (Scenario, "same"): "role",
    **{(Rights, right): "role" for right in Rights.model_fields},
    (Span, "start"): "entry",
    (Span, "end"): "entry",
}
# Keys that mean something else in one model than elsewhere.
OTHERWISE: Mapping[tuple[type[BaseModel] | None, str], str] = {(Days, "lock"): "lock_days"}
EXPRESSIONS = frozenset(
    [(model, name) for model in (FieldSpec, Section) for name in ("shown_when", "editable_when")]
    + [(FieldSpec, "required_when"), (Transition, "when"), (Check, "when"), (Prefill, "value")]
    + [(ChildSpec, "when"), (FollowUpSpec, "when"), (ScorePart, "value")]
    + [(Measure, "value")]
)


def name_of(model: type[BaseModel] | None, name: str) -> Message | Text:
    """What a property of an element is called, as a noun within a sentence."""
    return property_name(OTHERWISE.get((model, name), name))


def value(model: type[BaseModel] | None, name: str, found: Any, teller: Teller, path: str) -> Param:
    """What stands under a key of an element, in words."""
    if found is None:
        return Message("telling.nothing")
    if name == "due":
        return due(found, teller.called)
    if model is not None and (model, name) in EXPRESSIONS:
        return teller.expression(found, path)
    if model is FieldSpec and name == "default" and isinstance(found, str) and found.startswith("="):
        return teller.expression(found.removeprefix("=").strip(), path)
    kind = NAMES.get((model, name)) if model is not None else None
    if kind is not None:
        return named(kind, found, teller, path)
    if model in (FieldSpec, ResultSpec) and model is not None and name not in keys_of(model):
        return option(_entry(model, teller, path), name, found, teller, path)
    return plain(name, found)


def named(kind: str, found: Any, teller: Teller, path: str) -> Param:
    """What a key names by its label; each of several."""
    if isinstance(found, Sequence) and not isinstance(found, str):
        return tuple(named(kind, each, teller, path) for each in found)
    if kind == "type":
        return type_name(str(found))
    if kind == "method":
        return extension("method", str(found), teller)
    if kind == "entry":
        return Message("telling.quoted", text=teller.asked(str(found)))
    if kind == "field" and path.startswith("forms."):
        found = f"{path.split('.')[1]}.{found}"
    return Message("telling.quoted", text=teller.called.by(kind, found))


def extension(kind: Kind, name: str, teller: Teller) -> Message | Text:
    """What an action or method does, in a sentence: ours, else the first line of its description."""
    if f"{kind}.{name}" in EXTENSIONS:
        return Message(f"telling.{kind}.{name}")
    entry = teller.catalog.get(kind, name)
    return Text(entry.doc, entry.doc) if entry else readable(name)


def option(entry: Entry | None, name: str, found: Any, teller: Teller, path: str) -> Param:
    """An option of a field type, guard, action, job or method."""
    ref = entry.refs.get(name) if entry is not None else None
    if ref is None:
        return plain(name, found)
    if ref.to == "expression":
        return teller.expression(found, path)
    if ref.to == "codelist":
        return _codelists(found, teller)
    if ref.to in ("role", "form", "state", "task", "field", "link"):
        return named(ref.to, found, teller, path if "." not in str(found) else "")
    return plain(name, found)


def plain(name: str, found: Any) -> Param:
    """A value as it stands: texts, numbers, yes and no, words of closed lists; lists and maps piece by piece."""
    if isinstance(found, bool):
        return Message("common.yes" if found else "common.no")
    if isinstance(found, (int, Decimal)):
        return found
    if isinstance(found, float) or found is None:
        return str(found)
    if isinstance(found, str):
        return fixed(name, found)
    if (text := text_of(found)) is not None:
        return text
    if isinstance(found, Mapping):
        return _pieces(found)
    if isinstance(found, Sequence):
        return tuple(plain(name, each) for each in found)
    return str(found)


def keys_of(model: type[BaseModel]) -> frozenset[str]:
    """The keys that a model declares itself; all others are options."""
    return frozenset(info.alias or name for name, info in model.model_fields.items())


def _pieces(found: Mapping[str, Any]) -> Param:
    return tuple(
        Message("telling.option", name=property_name(str(key)), value=plain(str(key), each))
        for key, each in found.items()
    )


def _codelists(found: Any, teller: Teller) -> Param:
    if isinstance(found, Sequence) and not isinstance(found, str):
        return tuple(_codelists(each, teller) for each in found)
    known = teller.codelists.get(str(found))
    return Message("telling.quoted", text=known.name if known else readable(str(found)))


def _entry(model: type[BaseModel], teller: Teller, path: str) -> Entry | None:
    """The extension whose option stands at a path: the field's type, or the result's method."""
    node = node_at(teller.document, path.split(".")[:-1])
    if not isinstance(node, Mapping):
        return None
    kind, word = ("field", "type") if model is FieldSpec else ("method", "method")
    return teller.catalog.get(kind, str(node.get(word, "")))  # type: ignore[arg-type]


def node_at(document: Any, steps: Sequence[str]) -> Any:
    """What stands at a path: keys of maps, keys or places of list items; None where nothing does."""
    for step in steps:
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, Sequence) and not isinstance(document, str):
            document = next((each for each in document if isinstance(each, Mapping) and each.get("key") == step),
                            document[int(step)] if step.isdigit() and int(step) < len(document) else None)  # fmt: skip
        else:
            return None
    return document
