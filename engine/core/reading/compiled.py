"""Binds a definition to the catalog: what it names is found, its expressions are compiled, or every problem is told.

References between the parts of a definition (states, roles, tasks, forms) are lint.py's. Here is what needs the
catalog, the code lists and the expression language. A definition with mistakes elsewhere is bound as far as it goes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.core.catalog import Catalog, Entry, Kind
from engine.core.definition import Call, CodeList, ResultSpec, Transition, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.expression import BOOLEAN, NUMBER, Expression
from engine.core.machine import assemble
from engine.core.messages import Message
from engine.core.reading.beginnings import begun
from engine.core.reading.binding import BoundForm, bind_form
from engine.core.reading.entries import entries
from engine.core.reading.figures import with_figures
from engine.core.reading.known import Known, indicators_of, scores_of, workflows_of
from engine.core.reading.linking import Beside, beside, bind_links, read_of_moves, types_of
from engine.core.reading.options import Names, Reader
from engine.core.reading.scored import with_scores
from engine.core.scope import around
from engine.core.scores import ScorePart, band_problems, part_problems
from engine.core.workflow import BoundCall, BoundLink, BoundResult, Move, Workflow

__all__ = ["Bound", "Workflow", "bind"]

POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Bound:
    """A workflow that can run, or what is wrong with its definition; the paths are by names."""

    workflow: Workflow | None
    problems: tuple[Problem, ...]


def bind(definition: WorkflowDefinition, catalog: Catalog, codelists: Mapping[str, CodeList]) -> Bound:
    """Compile a definition; `codelists` by key. Answers with all problems in the order of the document."""
    reader = Reader(catalog, codelists, declared(definition))
    forms = {schema.key: bind_form(reader, schema) for schema in definition.forms}
    entered = entries(reader, definition, catalog, codelists)
    forms = {key: begun(reader, definition, key, forms, entered) for key in forms}
    linked = beside(reader, definition, catalog, workflows_of(codelists), types_of(forms))
    linked = with_figures(reader, definition, linked, indicators_of(codelists), forms)
    results = _results(reader, definition.results, forms, linked)
    found = [spec.key for spec in definition.results]
    linked, scores = with_scores(
        reader, definition, linked, lambda known: _around(forms, found, known), scores_of(codelists)
    )
    results = (*results, *scores)
    names = _around(forms, found, linked)
    moves = {spec.key: _move(reader, spec, names) for spec in definition.transitions}
    called = [name for each in results for found in each.method.expressions.values() for name in found.references]
    links = bind_links(reader, definition, names, [*called, *read_of_moves(moves)])
    if reader.problems:
        return Bound(None, tuple(reader.problems))
    workflow = Workflow(
        definition=definition,
        forms={key: bound.form for key, bound in forms.items()},
        moves=moves,
        results=results,
        codelists=dict(codelists),
        needs=frozenset(_needed(moves.values(), results, forms)),
        machine=assemble(definition),
        links={key: replace(link, opens=_opens(link, catalog, codelists)) for key, link in links.items()},
    )
    return Bound(workflow, ())


def _opens(link: BoundLink, catalog: Catalog, known: Mapping[str, CodeList]) -> Callable[[], Workflow | None] | None:
    """What compiles the workflow of a link, when somebody asks for it."""
    other = workflows_of(known).get(link.spec.workflow)
    if other is None:
        return None
    return lambda: bind(other.definition, catalog, Known(other.codelists, workflows_of(known))).workflow


def declared(definition: WorkflowDefinition) -> dict[str, tuple[str, ...]]:
    """What an option that refers to a part of the definition may say."""
    return {
        "role": tuple(role.key for role in definition.roles),
        "form": tuple(form.key for form in definition.forms),
        "state": tuple(state.key for state in definition.states),
        "task": tuple(dict.fromkeys(task.key for state in definition.states for task in state.tasks)),
        "link": tuple(link.key for link in definition.links),
        "field": tuple(f"{form.key}.{field.key}" for form in definition.forms for field in form.fields()),
    }


def _around(forms: Mapping[str, BoundForm], results: Sequence[str], linked: Beside) -> Names:
    lost = frozenset(f"{key}.{name}" for key, bound in forms.items() for name in bound.lost)
    return Names(around(types_of(forms), tuple(results), linked.types), lost | linked.lost)


def _results(
    reader: Reader, specs: Sequence[ResultSpec], forms: Mapping[str, BoundForm], linked: Beside
) -> tuple[BoundResult, ...]:
    """The results in order; each may read the forms and the results before it."""
    bound: list[BoundResult] = []
    for index, spec in enumerate(specs):
        path = f"results.{spec.key}"
        names = _around(forms, [earlier.key for earlier in specs[:index]], linked)
        entry = reader.entry("method", spec.method, f"{path}.method")
        call = _call(reader, entry, spec.options, path, names)
        if call is not None:
            bound.append(BoundResult(spec, call))
    return tuple(bound)


def _move(reader: Reader, spec: Transition, names: Names) -> Move:
    path = f"transitions.{spec.key}"
    when = reader.expression(spec.when, names, f"{path}.when", BOOLEAN) if spec.when is not None else None
    return Move(
        spec,
        when,
        guards=tuple(_calls(reader, "guard", spec.guards, f"{path}.guards", names)),
        actions=tuple(_calls(reader, "action", spec.actions, f"{path}.actions", names)),
        jobs=tuple(_calls(reader, "job", spec.jobs, f"{path}.jobs", names)),
    )


def _calls(reader: Reader, kind: Kind, calls: Iterable[Call], path: str, names: Names) -> Iterator[BoundCall]:
    for index, call in enumerate(calls):
        entry = reader.entry(kind, call.name, f"{path}.{index}.name")
        bound = _call(reader, entry, call.options, f"{path}.{index}.options", names)
        if bound is not None:
            yield bound


def _call(
    reader: Reader, entry: Entry | None, written: Mapping[str, object], path: str, names: Names
) -> BoundCall | None:
    options = reader.options(entry, written, path) if entry is not None else None
    if entry is None or options is None:
        return None
    sources = {name: options.pop(name) for name, ref in entry.refs.items() if ref.to == "expression"}
    expressions = {}
    for name, source in sources.items():
        if source is None:
            options[name] = None
        elif (found := reader.expression(source, names, f"{path}.{name}")) is not None:
            expressions[name] = found
    parts = {name: options.pop(name) for name, ref in entry.refs.items() if ref.to == "parts"}
    for name, listed in parts.items():
        expressions |= _parts(reader, listed, f"{path}.{name}", name, names)
    for name, ref in entry.refs.items():
        if ref.to == "bands":
            _told(reader, band_problems(options[name]), f"{path}.{name}")
    return BoundCall(entry.name, dict(written), entry.call, options, expressions, _wants_definition(entry), parts)


def _parts(
    reader: Reader, parts: Sequence[ScorePart], path: str, option: str, names: Names
) -> Mapping[str, Expression]:
    """The number of each part of a score, by `option.part`."""
    _told(reader, part_problems(parts), path)
    found = {part.key: reader.expression(part.value, names, f"{path}.{part.key}.value", NUMBER) for part in parts}
    return {f"{option}.{key}": expression for key, expression in found.items() if expression is not None}


def _told(reader: Reader, problems: Iterable[tuple[str, Message]], path: str) -> None:
    for place, message in problems:
        reader.wrong(f"{path}.{place}" if place else path, message)


def _wants_definition(entry: Entry) -> bool:
    """An extension that asks for a second thing besides the case gets the definition."""
    parameters = inspect.signature(entry.call).parameters.values()
    return sum(parameter.kind in POSITIONAL for parameter in parameters) > 1


def _needed(moves: Iterable[Move], results: Iterable[BoundResult], forms: Mapping[str, BoundForm]) -> Iterator[str]:
    """The forms that conditions, guards, actions and methods look at."""
    calls = [result.method for result in results]
    paths: list[str] = []
    for move in moves:
        calls += (*move.guards, *move.actions)
        paths += move.when.references if move.when is not None else ()
    for call in calls:
        paths += (path for expression in call.expressions.values() for path in expression.references)
        paths += (value for value in call.fixed.values() if isinstance(value, str))
    yield from (form for path in paths if (form := path.partition(".")[0]) in forms)
