"""What a definition of another kind shares with workflows, as a workflow that goes nowhere: its roles and its forms.

So forms are drawn, names read and questions told in one way for every kind that has forms. It never runs.
"""

from __future__ import annotations

from engine.core.definition import Definition, RegisterDefinition, WorkflowDefinition


def as_workflow(definition: Definition | None) -> WorkflowDefinition | None:
    """A workflow itself; of a kind with forms its likeness; None of anything else."""
    if not isinstance(definition, RegisterDefinition):
        return definition if isinstance(definition, WorkflowDefinition) else None
    return WorkflowDefinition.model_construct(
        kind="workflow",
        format=definition.format,
        key=definition.key,
        name=definition.name,
        help=definition.help,
        roles=definition.roles,
        states=(),
        transitions=(),
        forms=definition.forms,
    )


def entry_form(definition: Definition | None) -> str | None:
    """The one form of a register: what stands beside it names the questions of that form by their bare keys."""
    forms = definition.forms if isinstance(definition, RegisterDefinition) else ()
    return forms[0].key if forms else None
