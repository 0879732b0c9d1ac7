"""What a reference of a definition may name: elements of the same draft and extensions of the catalog, by label.

REFERS says which key of which model names what; options of extensions say it themselves (`catalog.Ref`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from engine.core.catalog import Catalog, Entry, Kind
from engine.core.definition import (
    Check,
    ChildSpec,
    Circle,
    CiteSpec,
    CodeList,
    Due,
    FieldSpec,
    FigureSpec,
    FollowUpSpec,
    FormSchema,
    Grant,
    IndicatorDefinition,
    NoticeSpec,
    Prefill,
    Quantity,
    RegisterDefinition,
    ResultSpec,
    Rights,
    RoleSpec,
    RuleSpec,
    ScoreUse,
    Span,
    StartSpec,
    State,
    TaskSpec,
    Transition,
    WorkingDays,
)
from engine.core.designing.panelparts import Choice, Label, Words
from engine.core.designing.spots import Spot, elements, fields_of, key_of, title_of
from engine.core.messages import Text, readable
from engine.core.printing.spec import PartySpec, PrintSpec, SignerSpec
from engine.core.reading.binding import TAKES_WORDS
from engine.core.reading.known import indicators_of, registers_of, scores_of, workflows_of
from engine.core.rules import RULES
from engine.core.scorespec import LookUp, ScoreInput

REFERS: Mapping[tuple[type[BaseModel], str], str] = {
    (TaskSpec, "role"): "role",
    (Due, "passes_to"): "role",
    (Due, "fire"): "transition",
    (TaskSpec, "fill"): "form",
    (TaskSpec, "decide"): "leaving",
    (TaskSpec, "after"): "sibling",
    (TaskSpec, "shows"): "form",
    (Transition, "from"): "state",
    (Transition, "to"): "state",
    (RuleSpec, "rule"): "rule",
    (RuleSpec, "role"): "role",
    (RuleSpec, "by"): "role",
    (RuleSpec, "approved_by"): "role",
    (RuleSpec, "grant"): "grant",
    (RuleSpec, "post"): "post",
    (RoleSpec, "except"): "role",
    (Grant, "form"): "form",
    (Grant, "role"): "role",
    (Grant, "states"): "state",
    (Circle, "role"): "role",
    (Circle, "states"): "state",
    (FieldSpec, "type"): "type",
    (ResultSpec, "method"): "method",
    (Check, "fields"): "question",
    (Prefill, "key"): "question",
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
    (ChildSpec, "workflow"): "workflow",
    (ChildSpec, "in"): "state",
    (ChildSpec, "about"): "role",
    (FollowUpSpec, "workflow"): "workflow",
    (FollowUpSpec, "in"): "state",
    (FollowUpSpec, "by"): "role",
    (FollowUpSpec, "states"): "state",
    (FollowUpSpec, "about"): "role",
    **{(Rights, right): "role" for right in Rights.model_fields},
    (RegisterDefinition, "tells"): "role",
    (StartSpec, "workflow"): "workflow",
    (CiteSpec, "registers"): "register",
    **{(kind, name): name for kind in (IndicatorDefinition, Quantity) for name in ("register", "workflow")},
    **{(kind, "form"): "form_there" for kind in (IndicatorDefinition, Quantity)},
    (FigureSpec, "indicator"): "indicator",
    (FigureSpec, "chosen"): "choosing",
    (ScoreUse, "score"): "score",
    (ScoreInput, "list"): "codelist",
    (LookUp, "list"): "codelist",
    (ScoreUse, "at"): "transition",
    (ScoreUse, "entering"): "state",
    (Span, "start"): "time",
    (Span, "end"): "time",
    (WorkingDays, "since"): "own_date",
    (WorkingDays, "until"): "own_date",
}
EXTENSIONS: Mapping[str, Kind] = {"type": "field", "method": "method"}
# What is published and may be named by another definition: keys and names.
BESIDE: Mapping[str, Callable[[Mapping[str, CodeList]], Iterator[tuple[str, Text]]]] = {
    "workflow": lambda known: ((key, each.definition.name) for key, each in workflows_of(known).items()),
    "register": lambda known: ((key, each.name) for key, each in registers_of(known).items()),
    "indicator": lambda known: ((key, each.name) for key, each in indicators_of(known).items()),
    "score": lambda known: ((key, each.definition.name) for key, each in scores_of(known).items()),
}
GROUPS = {"role": "roles", "state": "states", "transition": "transitions", "form": "forms", "result": "results"}


# What options of extensions may be offered to name; anything else is a part of its own, or an expression.
OFFERED = frozenset({*GROUPS, "codelist", "task", "field", "beside", "link"})
CALLS: Mapping[str, Kind] = {"guards": "guard", "actions": "action", "jobs": "job"}


@dataclass(frozen=True, slots=True)
class World:
    """What a draft may name: itself, the catalog, the published code lists by key, and what others keep.

    `outside`: choices that stand in no definition, by what they are (grant, post).
    """

    document: Mapping[str, Any]
    catalog: Catalog
    codelists: Mapping[str, CodeList]
    outside: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)


def refers(model: type[BaseModel], name: str) -> str:
    """What a key of a model names; nothing where it names nothing."""
    return next((to for (kind, key), to in REFERS.items() if key == name and issubclass(model, kind)), "")


def offered(world: World, to: str, spot: Spot, *, matrix: bool = False) -> tuple[Choice, ...]:
    """What may be named at a spot, in the order of the document."""
    if to in GROUPS:
        return tuple(named(elements(world.document, GROUPS[to])))
    if to in EXTENSIONS:
        return tuple(extension(entry) for entry in world.catalog.entries(EXTENSIONS[to]))
    if to == "codelist":
        lists = (each for each in world.codelists.values() if each.matrix is not None or not matrix)
        return tuple(Choice(each.key, each.name) for each in lists)
    if to in BESIDE:
        return tuple(Choice(key, name) for key, name in BESIDE[to](world.codelists))
    if to == "form_there":
        other = workflows_of(world.codelists).get(str(spot.node().get("workflow")))
        forms = other.definition.forms if other is not None else ()
        return tuple(Choice(form.key, form.label or readable(form.key)) for form in forms)
    near = NEAR.get(to)
    return tuple(near(world.document, spot)) if near else world.outside.get(to, ())


def extension(entry: Entry) -> Choice:
    """An extension of the catalog by its name for people, with what it does."""
    about = Label(f"design.about.{entry.kind}.{entry.name}", Text(entry.doc, entry.doc))
    return Choice(entry.name, Label(f"design.entry.{entry.kind}.{entry.name}", readable(entry.name)), about)


def named(listed: Iterable[Mapping[str, Any]], prefix: str = "") -> Iterator[Choice]:
    """Elements as choices."""
    for element in listed:
        if key := key_of(element):
            yield Choice(prefix + key, title_of(element))


def rule_name(rule: str) -> Words:
    """How a rule finds people, in a few words."""
    return Label(f"design.rule.{rule}", readable(rule))


def _rules(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    return (Choice(rule, rule_name(rule)) for rule in RULES)


def _siblings(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The other tasks of the state."""
    state = spot.within(State)
    others = elements(state.node(), "tasks") if state else ()
    return named(each for each in others if key_of(each) != key_of(spot.node()))


def _leaving(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The transitions that leave the state by somebody's hand."""
    state = spot.within(State)
    key = key_of(state.node()) if state else ""
    moves = elements(document, "transitions")
    return named(each for each in moves if not each.get("automatic") and key in _listed(each.get("from")))


def _tasks(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    seen: set[str] = set()
    for state in elements(document, "states"):
        for choice in named(elements(state, "tasks")):
            if choice.value not in seen:
                seen.add(choice.value)
                yield choice


def _questions(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The questions of the same form, and the columns of its tables."""
    form = spot.within(FormSchema)
    for question in fields_of(form.node()) if form else ():
        yield from named([question])
        for column in named(elements(question, "columns"), f"{key_of(question)}."):
            yield Choice(column.value, joined(title_of(question), column.label))


def _fields(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The questions of every form, by form and question."""
    for form in elements(document, "forms"):
        for question in named(fields_of(form), f"{key_of(form)}."):
            yield Choice(question.value, joined(title_of(form), question.label))


def _choosing(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """Where indicators are chosen: questions of that type, and columns of tables, by form."""
    for form in elements(document, "forms"):
        for question in fields_of(form):
            here = f"{key_of(form)}.{key_of(question)}"
            known = [(here, question), *((f"{here}.{key_of(each)}", each) for each in elements(question, "columns"))]
            for path, each in known:
                if each.get("type") == "indicator":
                    yield Choice(path, joined(title_of(form), title_of(each)))


def _beside(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The other columns of the same table, or the other questions of the same form, that take words or a number."""
    form = spot.within(FormSchema)
    own = key_of(spot.node())
    for question in fields_of(form.node()) if form else ():
        columns = list(elements(question, "columns"))
        if any(each is spot.node() for each in columns):
            return named(each for each in columns if key_of(each) != own and each.get("type") in TAKES_WORDS)
    asked = fields_of(form.node()) if form else ()
    return named(each for each in asked if key_of(each) != own and each.get("type") in TAKES_WORDS)


def _dates(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The dates that forms ask for, by form and question."""
    for form in elements(document, "forms"):
        asked = (each for each in fields_of(form) if each.get("type") == "date")
        for choice in named(asked, f"{key_of(form)}."):
            yield Choice(choice.value, joined(title_of(form), choice.label))


def _asking(document: Mapping[str, Any], kind: str) -> Iterator[Choice]:
    """The questions of this type, by their own key: those of a register, which has one form."""
    for form in elements(document, "forms"):
        yield from named(each for each in fields_of(form) if each.get("type") == kind)


def joined(one: Words, other: Words) -> Text:
    """Two names as one: of what, and which."""
    first, second = (each if isinstance(each, Text) else each.otherwise for each in (one, other))
    return Text(f"{first.id}: {second.id}", f"{first.en}: {second.en}")


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _links(document: Mapping[str, Any], spot: Spot) -> Iterator[Choice]:
    """The cases that a definition may open."""
    return named((*elements(document, "children"), *elements(document, "follow_ups")))


NEAR: Mapping[str, Callable[[Mapping[str, Any], Spot], Iterator[Choice]]] = {
    "rule": _rules,
    "sibling": _siblings,
    "leaving": _leaving,
    "task": _tasks,
    "question": _questions,
    "field": _fields,
    "beside": _beside,
    "choosing": _choosing,
    "time": lambda document, spot: _asking(document, "time"),
    "own_date": lambda document, spot: _asking(document, "date"),
    "date": _dates,
    "link": _links,
}


def called(call: Mapping[str, Any], catalog: Catalog, kind: Kind) -> Entry | None:
    """The extension that a call names."""
    return catalog.get(kind, str(call.get("name", "")))
