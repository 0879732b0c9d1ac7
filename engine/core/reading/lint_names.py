"""Names in a definition: each is declared once, and each that is used is declared. Expressions are not read here."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import RoleSpec, RuleSpec, State, TaskSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.hints import instead, likely
from engine.core.messages import Message
from engine.core.reading.declared import RESERVED, keys, twice, unknown
from engine.core.reading.lint_forms import form_problems
from engine.core.roles import circle
from engine.core.rules import OPTIONS, RULES, chain


def name_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield each name that is declared twice, reserved, or used without being declared."""
    yield from _declared_once(definition)
    yield from _roles(definition)
    for state in definition.states:
        for task in state.tasks:
            yield from _task(definition, state, task)
    yield from _moves(definition)
    yield from _visible(definition)
    for form in definition.forms:
        yield from form_problems(form, definition)
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
    groups = (("roles", definition.roles), ("forms", definition.forms), ("results", definition.results))
    for group, elements in groups:
        for element in elements:
            path = f"{group}.{element.key}"
            if element.key in RESERVED:
                yield Problem(path, Message("lint.reserved_name", key=element.key))
            if taken.setdefault(element.key, group) != group:
                yield Problem(
                    path, Message("lint.same_name", key=element.key, other=f"{taken[element.key]}.{element.key}")
                )


def _roles(definition: WorkflowDefinition) -> Iterator[Problem]:
    roles = keys(definition.roles)
    for role in definition.roles:
        path = f"roles.{role.key}"
        for place, rule in enumerate(chain(role)):
            yield from _rule(path + ".else" * place, role, rule, roles)
        yield from _apart(path, role, definition)
        if role.rule == "subject" and definition.subject not in ("person", "definition"):
            yield Problem(
                f"{path}.rule", Message("lint.subject_is_no_person", role=role.key, subject=definition.subject)
            )
    if around := circle(definition.roles):
        yield Problem(f"roles.{around[0]}", Message("lint.role_circle", roles=around))


def _rule(path: str, role: RoleSpec, rule: RuleSpec, roles: tuple[str, ...]) -> Iterator[Problem]:
    if rule.rule not in RULES:
        yield Problem(f"{path}.rule", Message("lint.unknown_rule", name=rule.rule), hint=instead(rule.rule, RULES))
    else:
        yield from _rule_options(path, rule)
    for name in ("role", "by", "approved_by"):
        named = getattr(rule, name)
        if named is not None:
            yield from unknown(f"{path}.{name}", "role", named, roles)
    if rule.approved_by is not None and rule.approved_by in (rule.by, role.key):
        yield Problem(f"{path}.approved_by", Message("lint.approves_own", role=rule.approved_by))
    if rule.by == role.key:
        yield Problem(f"{path}.by", Message("lint.nominates_itself", role=role.key))
    if rule.rule == "subject" and rule is not role:
        yield Problem(f"{path}.rule", Message("lint.else_subject", role=role.key))
    if rule.else_ is not None and rule.rule == "subject":
        yield Problem(f"{path}.else", Message("lint.else_never", role=role.key))


def _apart(path: str, role: RoleSpec, definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield what is wrong with `except`: a role that is not declared, the role itself, or nobody who would be left."""
    for index, key in enumerate(role.except_):
        yield from unknown(f"{path}.except.{index}", "role", key, keys(definition.roles))
        if key == role.key:
            yield Problem(f"{path}.except.{index}", Message("lint.except_itself", role=key))
    if role.except_ and role.rule == "subject":
        yield Problem(f"{path}.except", Message("lint.except_subject", role=role.key))
    for other in definition.roles:
        if other.key in role.except_ and other.key != role.key and not other.except_ and _is_same(other, role):
            yield Problem(f"{path}.except", Message("lint.except_everybody", role=role.key, other=other.key))


def _is_same(one: RoleSpec, other: RoleSpec) -> bool:
    """Whether two roles find the same people."""
    options = ("rule", *OPTIONS, "else_")
    return all(getattr(one, name) == getattr(other, name) for name in options)


def _rule_options(path: str, rule: RuleSpec) -> Iterator[Problem]:
    given = {name for name in OPTIONS if getattr(rule, name) is not None}
    takes = RULES[rule.rule]
    for name in takes.needs:
        if name not in given:
            yield Problem(path, Message("lint.rule_needs", rule=rule.rule, option=name))
    for name in sorted(given.difference(takes.needs, takes.may)):
        yield Problem(f"{path}.{name}", Message("lint.rule_takes_no", rule=rule.rule, option=name))


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
