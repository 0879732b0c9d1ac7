"""Every place of a draft that names an element of it: by a key, in an expression, in an option of the catalog.

One walk, whatever is wrong with the draft; what follows from a name is renaming.py's and uses.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.core.catalog import Catalog, Kind, Ref
from engine.core.definition import (
    Call,
    Check,
    FieldSpec,
    FormSchema,
    Measure,
    NoticeSpec,
    ResultSpec,
    Section,
    StartAnswer,
    StartSpec,
    State,
)
from engine.core.designing.choosing import chosen
from engine.core.designing.naming import BY_COLUMN, Names, Prefix, Reference, expressions, names
from engine.core.designing.paths import Steps
from engine.core.designing.tidying import LISTS, below, root
from engine.core.noticespec import places
from engine.core.reading.shapes import Shape
from engine.core.scorespec import Banding, BandSet, ScoreStep

PREVIOUS = "previous"
CALLS: Mapping[str, Kind] = {"guards": "guard", "actions": "action", "jobs": "job"}
EXTENDED: Mapping[Any, Kind] = {FieldSpec: "field", ResultSpec: "method"}
NAMED_BY: Mapping[Kind, str] = {"field": "type", "method": "method", "guard": "name", "action": "name", "job": "name"}


@dataclass(frozen=True, slots=True)
class _Around:
    """Where the walk stands: the form and the table whose names are bare there, the state of a task.

    entry: the one form of a register, whose names are bare outside of it too; step, bands: those of
    a score, the set of bands where there are several.
    """

    form: str | None = None
    table: str | None = None
    state: str | None = None
    entry: str | None = None
    step: str | None = None
    bands: Prefix = ()

    def local(self) -> Prefix:
        return tuple(each for each in (self.form, self.table) if each is not None)


def references(document: Mapping[str, Any], catalog: Catalog) -> Iterator[Reference]:
    """Yield every place that names something, in the order of the document."""
    yield from _node(catalog, root(document), document, (), _Around(entry=_entry(document)))
    yield from _scenarios(document)


def _entry(document: Mapping[str, Any]) -> str | None:
    forms = _items(document, "forms") if document.get("kind") == "register" else []
    return str(forms[0].get("key")) if forms else None


def _node(catalog: Catalog, shape: Shape, node: Any, steps: Steps, around: _Around) -> Iterator[Reference]:
    model = shape.model
    if not isinstance(node, Mapping) or model is None:
        return
    inside = _inside(model, node, around)
    for key, value in node.items():
        here = (*steps, key)
        named = names(model).get(key)
        if named is not None:
            yield from _named(named, node, value, here, around)
        elif key in expressions(model):
            yield from _expression(value, here, _scope(model, around))
            if model is Banding and key == "by" and isinstance(value, str):
                yield Reference(here, value, "set", (str(around.step),), in_expression=True)
        elif model is FieldSpec and key == "default" and isinstance(value, str) and value.startswith("="):
            yield from _expression(value, here, ())
        elif key in BY_COLUMN.get(model, ()) and isinstance(value, Mapping):
            prefix = (*around.local(), str(node.get("key")))
            yield from (Reference((*here, str(name)), str(name), "column", prefix, is_key=True) for name in value)
        else:
            yield from _below(catalog, below(shape, key), value, here, inside)
    if model is NoticeSpec:
        yield from _placed(node, steps)
    yield from _options(catalog, model, node, steps, around)
    yield from chosen(model, node, steps, around.local())


def _placed(node: Mapping[str, Any], steps: Steps) -> Iterator[Reference]:
    """The answers that stand in the words of a notice."""
    for key in ("subject", "body"):
        words = node.get(key)
        spoken = words.items() if isinstance(words, Mapping) else [(None, words)]
        for language, text in spoken:
            if isinstance(text, str) and places(text):
                here = (*steps, key) if language is None else (*steps, key, str(language))
                yield Reference(here, text, "answer", in_words=True)


def _below(catalog: Catalog, shape: Shape, value: Any, steps: Steps, around: _Around) -> Iterator[Reference]:
    if shape.kind in LISTS and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _node(catalog, below(shape, index), item, (*steps, index), around)
    elif shape.kind == "node":
        yield from _node(catalog, shape, value, steps, around)


def _inside(model: Any, node: Mapping[str, Any], around: _Around) -> _Around:
    key = str(node.get("key"))
    if model is FormSchema:
        return _Around(form=key)
    if model is State:
        return _Around(state=key)
    if model is FieldSpec:
        return _Around(form=around.form, table=key)
    if model is ScoreStep:
        return _Around(step=key)
    if model is BandSet:
        return _Around(step=around.step, bands=(key,))
    return around


def _scope(model: Any, around: _Around) -> Prefix:
    """How an expression in a node of this model calls what it reads: bare within a form, else by full names."""
    if model in (Measure, StartSpec, StartAnswer) and around.entry is not None:
        return (around.entry,)
    return around.local() if model in (FieldSpec, Section, Check) else ()


def _named(named: Names, node: Mapping[str, Any], value: Any, steps: Steps, around: _Around) -> Iterator[Reference]:
    for prefix in _prefixes(named, node, around):
        for here, text in _texts(value, steps):
            yield Reference(here, text, named.what, prefix, named.fate)


def _prefixes(named: Names, node: Mapping[str, Any], around: _Around) -> tuple[Prefix, ...]:
    match named.what:
        case "own":
            return (around.local(),)
        case "entry":
            return ((around.entry,),) if around.entry is not None else ((),)
        case "band":
            return ((around.step, "band", *around.bands),) if around.step is not None else ((),)
        case "task":
            return ((around.state,),) if around.state is not None else ((),)
        case "column":
            return (tuple(str(node.get("rows")).split(".")),)
        case "match":
            return tuple(tuple(table.split(".")) for table in tables(node))
    return ((),)


def tables(block: Mapping[str, Any]) -> tuple[str, ...]:
    """The tables that a block of a print takes its rows and columns from."""
    columns = [column for column in block.get("columns") or () if isinstance(column, Mapping)]
    paths = [path for column in columns for path in column.get("from") or () if isinstance(path, str)]
    return tuple(dict.fromkeys((str(block.get("rows")), *(path.rpartition(".")[0] for path in paths))))


def _texts(value: Any, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """A name, or the names in a list, each with its place."""
    if isinstance(value, str):
        yield steps, value
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield (*steps, index), item


def _expression(value: Any, steps: Steps, prefix: Prefix) -> Iterator[Reference]:
    if isinstance(value, str):
        yield Reference(steps, value, "answer", prefix, in_expression=True)


def _options(
    catalog: Catalog, model: Any, node: Mapping[str, Any], steps: Steps, around: _Around
) -> Iterator[Reference]:
    """The options of what the catalog has: a field type and a method beside their element, a call's under `options`."""
    kind = EXTENDED.get(model) or (CALLS.get(str(steps[-2])) if model is Call and len(steps) > 1 else None)
    name = node.get(NAMED_BY[kind]) if kind is not None else None
    entry = catalog.get(kind, name) if kind is not None and isinstance(name, str) else None
    if entry is None:
        return
    options, here = (node.get("options"), (*steps, "options")) if model is Call else (node, steps)
    given: Mapping[str, Any] = options if isinstance(options, Mapping) else {}
    for option, ref in entry.refs.items():
        yield from _option(ref, given.get(option), (*here, option), around.local() if model is FieldSpec else ())


def _option(ref: Ref, value: Any, steps: Steps, prefix: Prefix) -> Iterator[Reference]:
    if ref.to == "expression":
        yield from _expression(value, steps, prefix)
    elif ref.to == "beside":
        yield from (Reference(here, text, "own", prefix, "clear") for here, text in _texts(value, steps))
    elif ref.to in ("role", "form", "state", "task", "field", "link"):
        what = "answer" if ref.to == "field" else ref.to
        yield from (Reference(here, text, what) for here, text in _texts(value, steps))


def _scenarios(document: Mapping[str, Any]) -> Iterator[Reference]:
    """What the scenarios call by name as the keys of a map: fields in answers, columns in their rows, results."""
    forms = {
        task.get("key"): task.get("fill") for state in _items(document, "states") for task in _items(state, "tasks")
    }
    for index, scenario in enumerate(_items(document, "scenarios")):
        here: Steps = ("scenarios", index)
        yield from _results(scenario.get("ends"), (*here, "ends"))
        for place, step in enumerate(_items(scenario, "steps")):
            yield from _results(step.get("expect"), (*here, "steps", place, "expect"))
            answers, form = step.get("answers"), forms.get(step.get("fill"))
            if isinstance(answers, Mapping) and isinstance(form, str):
                yield from _answers(answers, (*here, "steps", place, "answers"), (form,))


def _results(expected: Any, steps: Steps) -> Iterator[Reference]:
    named = expected.get("results") if isinstance(expected, Mapping) else None
    for name in named if isinstance(named, Mapping) else ():
        yield Reference((*steps, "results", name), name, "answer", (), "clear", is_key=True)


def _answers(answers: Mapping[str, Any], steps: Steps, prefix: Prefix) -> Iterator[Reference]:
    for name, value in answers.items():
        yield Reference((*steps, name), name, "own", prefix, "clear", is_key=True)
        for row, cells in enumerate(value if isinstance(value, list) and len(prefix) == 1 else ()):
            if isinstance(cells, Mapping):
                yield from _answers(cells, (*steps, name, row), (*prefix, name))


def _items(node: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The maps in a list of a draft, which may be anything; what is no map keeps its place as an empty one."""
    found = node.get(key)
    return [each if isinstance(each, Mapping) else {} for each in found] if isinstance(found, list) else []
