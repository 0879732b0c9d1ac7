"""Binds a definition to the workflows of its linked cases: what they may be about, what is read of them, how deep.

Every mistake is kept in the Reader. What a link says by itself is lint_links.py's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.core.catalog import Catalog
from engine.core.definition import LinkSpec, WorkflowDefinition
from engine.core.expression import BOOLEAN, DATE, NUMBER, TEXT, Expression, ListOf, Record, Type, type_of
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.binding import BoundForm, bind_form
from engine.core.reading.known import Published
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Names, Reader
from engine.core.scope import COUNTED, SCORE, children, parent
from engine.core.workflow import BoundLink, Move

DEEPEST = 3
RESULTS = "results"
TYPES: Mapping[str, Type] = {
    "number": NUMBER, "text": TEXT, "boolean": BOOLEAN, "date": DATE, "numbers": ListOf(NUMBER),
    "texts": ListOf(TEXT), "booleans": ListOf(BOOLEAN), "dates": ListOf(DATE),
}  # fmt: skip
Types = Mapping[str, Mapping[str, Type]]


def place(definition: WorkflowDefinition, link: LinkSpec) -> str:
    """The path of a link in its definition."""
    return f"{'children' if link in definition.children else 'follow_ups'}.{link.key}"


@dataclass(frozen=True, slots=True)
class Beside:
    """The types behind `case.parent` and `children`, and the names that are lost since a link leads nowhere."""

    types: Mapping[str, Type]
    lost: frozenset[str]


def beside(
    reader: Reader, definition: WorkflowDefinition, catalog: Catalog, known: Mapping[str, Published], own: Types
) -> Beside:
    """What `case.parent` and `children` hold in the expressions of a definition; `own`: the types of its forms."""
    found: dict[str, Types] = {}
    lost: set[str] = set()
    for link in definition.links:
        other = known.get(link.workflow)
        if other is None:
            _unknown(reader, definition, link, known)
            lost.add(f"children.{link.key}")
            continue
        path = place(definition, link)
        _subject(reader, f"{path}.workflow", definition, link, other.definition)
        _read_by(reader, f"{path}.workflow", definition, other.definition, own)
        found.setdefault(link.key, _forms(catalog, other, reader, path))
    _depth(reader, definition, known)
    reads = definition.parent.reads if definition.parent is not None else ()
    types = {**parent({read.path: TYPES[read.type] for read in reads}), **children(found)}
    return Beside(types, frozenset(lost))


def _unknown(reader: Reader, definition: WorkflowDefinition, link: LinkSpec, known: Mapping[str, Published]) -> None:
    if link.workflow not in (UNKNOWN, definition.key):
        message = Message("bind.no_such_workflow", name=link.workflow)
        reader.wrong(
            f"{place(definition, link)}.workflow",
            message,
            instead(link.workflow, sorted(known.keys() - {definition.key})),
        )


def _subject(
    reader: Reader, path: str, definition: WorkflowDefinition, link: LinkSpec, other: WorkflowDefinition
) -> None:
    """A case has to be about something: what its workflow is about must be there where it is opened."""
    wanted = other.subject
    by_role = link.about is not None
    fits = {
        "person": by_role or definition.subject == "person",
        "definition": definition.subject == "definition",
    }.get(wanted, True)
    if not fits or (by_role and wanted != "person"):
        message = Message("bind.link_subject", workflow=other.key, wanted=wanted, subject=definition.subject)
        reader.wrong(path, message)


def _forms(catalog: Catalog, other: Published, reader: Reader, path: str) -> dict[str, Mapping[str, Type]]:
    """The types of the fields of each form of another workflow, and of its results."""
    quiet = Reader(catalog, other.codelists, {})
    found = {schema.key: bind_form(quiet, schema).types for schema in other.definition.forms}
    for name in sorted({*COUNTED, RESULTS} & found.keys()):
        reader.wrong(f"{path}.workflow", Message("bind.link_form_name", form=name, workflow=other.definition.key))
    return {**found, RESULTS: results_of(other.definition)}


def results_of(definition: WorkflowDefinition) -> dict[str, Type]:
    """The types of the results of a workflow, scores among them."""
    texts: dict[str, Type] = {result.key: TEXT for result in definition.results}
    return {**texts, **{use.key: SCORE for use in definition.scores}}


def _read_by(reader: Reader, path: str, definition: WorkflowDefinition, other: WorkflowDefinition, own: Types) -> None:
    """What the other workflow reads of the case that opens it must be there, of the type that it says."""
    if other.parent is None:
        return
    scope = Record({**{key: Record(types) for key, types in own.items()}, RESULTS: Record(results_of(definition))})
    for read in other.parent.reads:
        found = type_of(scope, read.path)
        if found is None:
            reader.wrong(path, Message("bind.link_reads_nothing", workflow=other.key, name=read.path))
        elif found != TYPES[read.type]:
            wanted = TYPES[read.type].describe()
            given = found.describe()
            message = Message("bind.link_reads_another", workflow=other.key, name=read.path, wanted=wanted, found=given)
            reader.wrong(path, message)


def _depth(reader: Reader, definition: WorkflowDefinition, known: Mapping[str, Published]) -> None:
    """No case opens, by whatever way, another of its own workflow, nor more than two generations below it."""
    for link in definition.links:
        path = f"{place(definition, link)}.workflow"
        if link.workflow == definition.key:
            continue
        for way in _ways(link.workflow, known, (definition.key,)):
            if way[-1] in way[:-1]:
                reader.wrong(path, Message("bind.link_loop", workflows=way))
                break
            if len(way) > DEEPEST:
                reader.wrong(path, Message("bind.link_too_deep", workflows=way, most=DEEPEST))
                break


def _ways(key: str, known: Mapping[str, Published], before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The lines of workflows that open one another, each as far as it goes; too long ones and circles not further."""
    way = (*before, key)
    below = known[key].definition.links if key in known else ()
    if key in before or len(way) > DEEPEST or not below:
        yield way
        return
    for link in below:
        yield from _ways(link.workflow, known, way)


def bind_links(
    reader: Reader, definition: WorkflowDefinition, names: Names, references: Sequence[str]
) -> dict[str, BoundLink]:
    """Each link with its condition and what is read of its cases; `references`: every name that is read elsewhere."""
    whens: dict[str, Expression] = {}
    for link in definition.links:
        path = f"{place(definition, link)}.when"
        found = reader.expression(link.when, names, path, BOOLEAN) if link.when is not None else None
        if found is not None:
            whens[link.key] = found
    every = [*references, *(name for when in whens.values() for name in when.references)]
    return {link.key: BoundLink(link, whens.get(link.key), _reads(link.key, every)) for link in definition.links}


def _reads(key: str, references: Sequence[str]) -> frozenset[str]:
    paths = (name.split(".") for name in references if name.startswith(f"children.{key}."))
    return frozenset(path[2] for path in paths if path[2] not in COUNTED)


def types_of(forms: Mapping[str, BoundForm]) -> Types:
    """The types of the fields of bound forms."""
    return {key: bound.types for key, bound in forms.items()}


def read_of_moves(moves: Mapping[str, Move]) -> Iterator[str]:
    """The names that conditions, guards and actions look at."""
    for move in moves.values():
        yield from move.when.references if move.when is not None else ()
        for call in (*move.guards, *move.actions):
            yield from (name for expression in call.expressions.values() for name in expression.references)
