"""Names in a definition: each is declared once, and each that is used is declared. Expressions are not read here."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import Circle, FormSchema, State, TaskSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.hints import instead, likely
from engine.core.messages import Message
from engine.core.reading.declared import RESERVED, keys, twice, unknown
from engine.core.reading.lint_forms import Around, form_problems
from engine.core.reading.lint_public import in_workflow
from engine.core.reading.lint_roles import role_problems
from engine.core.rules import chain


def name_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield each name that is declared twice, reserved, or used without being declared."""
    yield from _declared_once(definition)
    yield from role_problems(definition.roles, definition.subject)
    yield from in_workflow(definition.roles)
    for state in definition.states:
        for task in state.tasks:
            yield from _task(definition, state, task)
    yield from _moves(definition)
    yield from _visible(definition)
    around = Around(keys(definition.roles), keys(definition.states), lambda form, one: _fills(definition, form, one))
    for form in definition.forms:
        yield from form_problems(form, around)
    yield from _unused(definition)


def _declared_once(definition: WorkflowDefinition) -> Iterator[Problem]:
    yield from twice("roles", definition.roles)
    yield from twice("states", definition.states)
    yield from twice("transitions", definition.transitions)
    yield from twice("forms", definition.forms)
    yield from twice("results", definition.results)
    for state in definition.states:
        yield from twice(f"states.{state.key}.tasks", state.tasks)
    yield from _one_namespace(definition)


def _one_namespace(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Expressions call forms, results and roles by their bare names."""
    taken: dict[str, str] = {}
    groups = (
        ("roles", definition.roles),
        ("forms", definition.forms),
        ("results", definition.results),
        ("scores", definition.scores),
    )
    for group, elements in groups:
        for element in elements:
            path = f"{group}.{element.key}"
            if element.key in RESERVED:
                yield Problem(path, Message("lint.reserved_name", key=element.key))
            if taken.setdefault(element.key, group) != group:
                yield Problem(
                    path, Message("lint.same_name", key=element.key, other=f"{taken[element.key]}.{element.key}")
                )


def _task(definition: WorkflowDefinition, state: State, task: TaskSpec) -> Iterator[Problem]:
    path = f"states.{state.key}.tasks.{task.key}"
    forms = keys(definition.forms)
    yield from unknown(f"{path}.role", "role", task.role, keys(definition.roles))
    if task.due is not None and task.due.passes_to is not None:
        yield from unknown(f"{path}.due.passes_to", "role", task.due.passes_to, keys(definition.roles))
        if task.due.passes_to == task.role:
            yield Problem(f"{path}.due.passes_to", Message("lint.passes_to_itself", task=task.key))
    if task.fill is not None:
        yield from unknown(f"{path}.fill", "form", task.fill, forms)
    for index, key in enumerate(task.decide):
        yield from _decided(f"{path}.decide.{index}", definition, state, task, key)
    for index, key in enumerate(task.after):
        others = [other.key for other in state.tasks if other.key != task.key]
        yield from unknown(f"{path}.after.{index}", "task", key, others)
    for index, key in enumerate(task.shows):
        yield from unknown(f"{path}.shows.{index}", "form", key, forms)


def _decided(path: str, definition: WorkflowDefinition, state: State, task: TaskSpec, key: str) -> Iterator[Problem]:
    leaving = [each.key for each in definition.transitions if state.key in each.from_]
    found = next((each for each in definition.transitions if each.key == key), None)
    if found is None:
        yield from unknown(path, "transition", key, keys(definition.transitions))
    elif found.automatic:
        yield Problem(path, Message("lint.decide_automatic", transition=key, task=task.key))
    elif key not in leaving and set(found.from_) <= set(keys(definition.states)):
        message = Message("lint.decide_elsewhere", transition=key, state=state.key, task=task.key)
        yield Problem(path, message, hint=instead(None, leaving))


def _fills(definition: WorkflowDefinition, form: FormSchema, one: Circle) -> bool:
    places = (state for state in definition.states if not one.states or state.key in one.states)
    return any(task.fill == form.key and task.role == one.role for state in places for task in state.tasks)


def _moves(definition: WorkflowDefinition) -> Iterator[Problem]:
    states = keys(definition.states)
    for transition in definition.transitions:
        path = f"transitions.{transition.key}"
        for index, key in enumerate(transition.from_):
            yield from unknown(f"{path}.from.{index}", "state", key, states)
        yield from unknown(f"{path}.to", "state", transition.to, states)


def _visible(definition: WorkflowDefinition) -> Iterator[Problem]:
    roles, states, forms = keys(definition.roles), keys(definition.states), keys(definition.forms)
    seen: set[tuple[str, str]] = set()
    for grant in definition.visible:
        path = f"visible.{grant.form}.{grant.role}"
        yield from unknown(f"{path}.form", "form", grant.form, forms)
        yield from unknown(f"{path}.role", "role", grant.role, roles)
        for index, key in enumerate(grant.states):
            yield from unknown(f"{path}.states.{index}", "state", key, states)
        if (grant.form, grant.role) in seen:
            yield Problem(path, Message("lint.visible_twice", form=grant.form, role=grant.role))
        seen.add((grant.form, grant.role))


def _unused(definition: WorkflowDefinition) -> Iterator[Problem]:
    tasks = [task for state in definition.states for task in state.tasks]
    forms, roles = keys(definition.forms), keys(definition.roles)
    filled = {_meant(task.fill, forms) for task in tasks}
    named = [task.role for task in tasks] + [grant.role for grant in definition.visible]
    named += [task.due.passes_to for task in tasks if task.due is not None and task.due.passes_to is not None]
    rules = [rule for role in definition.roles for rule in chain(role)]
    named += [name for rule in rules for name in (rule.role, rule.by, rule.approved_by) if name is not None]
    named += [name for role in definition.roles for name in role.except_]
    named += [name for link in definition.links for name in (link.about, getattr(link, "by", None)) if name is not None]
    acting = {_meant(name, roles) for name in named}
    for form in forms:
        if form not in filled:
            yield Problem(f"forms.{form}", Message("lint.form_unused", form=form), warning=True)
    for role in roles:
        if role not in acting:
            yield Problem(f"roles.{role}", Message("lint.role_unused", role=role), warning=True)


def _meant(name: str | None, known: tuple[str, ...]) -> str | None:
    """What a slip of the pen was meant to name: that is in use."""
    return name if name is None or name in known else likely(name, known)
