"""Binds what entries of a register begin: conditions, formulas, and whether they fit the workflow that they name.

A plain mapping of code lists knows no workflow (known.py): then only the register's own side is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.core.catalog import Catalog
from engine.core.definition import RegisterDefinition, StartSpec, WorkflowDefinition
from engine.core.expression import BOOLEAN, Expression, Type
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.binding import BoundForm, bind_form
from engine.core.reading.known import Published
from engine.core.reading.mending import UNKNOWN
from engine.core.reading.options import Names, Reader
from engine.core.register import BoundStart
from engine.core.rules import is_found_later
from engine.core.scope import within


def bind_starts(
    reader: Reader,
    definition: RegisterDefinition,
    form: BoundForm,
    catalog: Catalog,
    workflows: Mapping[str, Published],
) -> tuple[BoundStart, ...]:
    """Compile every start; the reader keeps what is wrong."""
    names = Names(within(form.types), form.lost)
    return tuple(_start(reader, spec, names, catalog, workflows) for spec in definition.starts)


def _start(
    reader: Reader, spec: StartSpec, names: Names, catalog: Catalog, workflows: Mapping[str, Published]
) -> BoundStart:
    path = f"starts.{spec.key}"
    when = reader.expression(spec.when, names, f"{path}.when", BOOLEAN) if spec.when is not None else None
    wanted = _wanted(reader, spec, catalog, workflows)
    answers: dict[str, Expression] = {}
    for each in spec.answers:
        here = f"{path}.answers.{each.key}"
        if wanted is not None and each.key not in wanted:
            reader.wrong(here, Message("bind.start_field", form=spec.sends, name=each.key), instead(each.key, wanted))
        expects = wanted.get(each.key) if wanted is not None else None
        if (value := reader.expression(each.value, names, f"{here}.value", expects)) is not None:
            answers[each.key] = value
    return BoundStart(spec, when, answers)


def _wanted(
    reader: Reader, spec: StartSpec, catalog: Catalog, workflows: Mapping[str, Published]
) -> dict[str, Type | None] | None:
    """The fields of the form that is sent, each with its type; None where the workflow or the form is not there."""
    path = f"starts.{spec.key}"
    if not workflows or spec.workflow == UNKNOWN:
        return None
    other = workflows.get(spec.workflow)
    if other is None:
        message = Message("bind.no_such_workflow", name=spec.workflow)
        reader.wrong(f"{path}.workflow", message, instead(spec.workflow, sorted(workflows)))
        return None
    for where, message in _unfit(spec, other.definition):
        reader.wrong(f"{path}.{where}", message)
    schema = next((each for each in other.definition.forms if each.key == spec.sends), None)
    if schema is None:
        return None
    return dict(bind_form(Reader(catalog, other.codelists, {}), schema).types)


def _unfit(spec: StartSpec, workflow: WorkflowDefinition) -> Iterator[tuple[str, Message]]:
    """Why a workflow cannot be begun so: about no person, nobody nominated, no task that takes the form at once."""
    if workflow.subject != "person":
        yield "workflow", Message("bind.start_subject", workflow=workflow.key)
    role = next((each for each in workflow.roles if each.key == spec.nominates), None)
    if role is None or not is_found_later(role):
        yield "nominates", Message("bind.start_role", workflow=workflow.key, role=spec.nominates)
    tasks = workflow.initial().tasks
    if not any(task.fill == spec.sends and task.role == spec.nominates and not task.after for task in tasks):
        yield "sends", Message("bind.start_form", workflow=workflow.key, form=spec.sends, role=spec.nominates)
