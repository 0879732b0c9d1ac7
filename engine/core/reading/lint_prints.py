"""What a print declares: each block has what its kind needs, and every path leads to an answer or a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.core.definition import FieldSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import Message
from engine.core.printing.spec import NEEDS, TAKES, BlockSpec
from engine.core.reading.declared import keys, twice, unknown

CASE = "case"  # the print of a whole case, which every workflow has
COMMON = ("key", "kind", "heading")


def print_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield each thing that does not fit in the prints of a definition."""
    yield from twice("prints", definition.prints)
    known = _Known(definition)
    for spec in definition.prints:
        path = f"prints.{spec.key}"
        if spec.key == CASE:
            yield Problem(path, Message("lint.print_reserved", key=spec.key))
        for index, state in enumerate(spec.states):
            yield from unknown(f"{path}.states.{index}", "state", state, keys(definition.states))
        yield from _paths(f"{path}.figures", spec.figures, (*known.fields, *known.tables, *known.results))
        yield from twice(f"{path}.blocks", spec.blocks)
        for block in spec.blocks:
            yield from _block(f"{path}.blocks.{block.key}", definition, known, block)


class _Known:
    """The paths that a print may name: plain fields, tables, their columns, results."""

    def __init__(self, definition: WorkflowDefinition) -> None:
        fields = [(form.key, field) for form in definition.forms for field in form.fields()]
        self.tables = {f"{form}.{field.key}": _columns(field) for form, field in fields if _columns(field)}
        self.fields = tuple(name for form, field in fields if (name := f"{form}.{field.key}") not in self.tables)
        self.columns = tuple(f"{table}.{column}" for table, names in self.tables.items() for column in names)
        self.results = (*keys(definition.results), *keys(definition.scores))


def _columns(field: FieldSpec) -> tuple[str, ...]:
    columns = field.options.get("columns")
    found = columns if isinstance(columns, list) else []
    return tuple(str(column["key"]) for column in found if isinstance(column, dict) and "key" in column)


def _block(path: str, definition: WorkflowDefinition, known: _Known, block: BlockSpec) -> Iterator[Problem]:
    yield from _keys(path, block)
    yield from _paths(f"{path}.of", (block.of,) if block.of else (), (*known.fields, *known.results))
    yield from _paths(f"{path}.values", block.values, (*known.fields, *known.results))
    yield from _paths(f"{path}.rows", (block.rows,) if block.rows else (), known.tables)
    if block.rows in known.tables:
        own = known.tables[block.rows]
        for name in (block.split, block.group, block.title, *(block.match if block.kind == "guidance" else ())):
            if name is not None:
                yield from _paths(path, (name,), own)
    yield from twice(f"{path}.columns", block.columns)
    for column in block.columns:
        yield from _paths(f"{path}.columns.{column.key}.from", column.from_, known.columns)
        tables = {name.rpartition(".")[0] for name in column.from_}
        if len(tables) > 1 or (tables - {block.rows} and not block.match):
            yield Problem(f"{path}.columns.{column.key}.from", Message("lint.print_no_match", key=column.key))
        for table in tables - {block.rows} & known.tables.keys():
            yield from _paths(f"{path}.match", block.match, known.tables[table])
    yield from _people(path, definition, block)


def _keys(path: str, block: BlockSpec) -> Iterator[Problem]:
    """A kind has what it needs, and nothing that says nothing there."""
    given = tuple(name for name in block.model_fields_set if name not in COMMON)
    needs = NEEDS[block.kind]
    takes = (*needs, *TAKES.get(block.kind, ()))
    for name in needs:
        if name not in given:
            yield Problem(path, Message("lint.print_needs", kind=block.kind, name=name))
    for name in sorted(given):
        if name not in takes:
            yield Problem(f"{path}.{name}", Message("lint.print_takes_no", kind=block.kind, name=name))


def _people(path: str, definition: WorkflowDefinition, block: BlockSpec) -> Iterator[Problem]:
    roles = keys(definition.roles)
    for party in block.people:
        yield from unknown(f"{path}.people.{party.key}.role", "role", party.role, roles)
    for signer in block.signers:
        here = f"{path}.signers.{signer.key}"
        yield from unknown(f"{here}.role", "role", signer.role, roles)
        if signer.form is not None:
            yield from unknown(f"{here}.form", "form", signer.form, keys(definition.forms))
        if signer.transition is not None:
            yield from unknown(f"{here}.transition", "transition", signer.transition, keys(definition.transitions))
        if signer.form is not None and signer.transition is not None:
            yield Problem(here, Message("lint.print_signs_twice", key=signer.key))


def _paths(path: str, names: Iterable[str], known: Iterable[str]) -> Iterator[Problem]:
    declared = tuple(known)
    for name in names:
        yield from unknown(path, "path", name, declared)
