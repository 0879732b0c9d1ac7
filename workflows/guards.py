"""Guards: whether a transition may happen now, with the reason why not. Pure; each answers a Verdict."""

from __future__ import annotations

from engine.core import linked
from engine.core.case import CaseView, Verdict, allow, refuse
from engine.core.catalog import FormOption, LinkOption, RoleOption, guard
from engine.core.definition import WorkflowDefinition
from engine.core.messages import Message, Param


@guard
def tasks_done(case: CaseView, definition: WorkflowDefinition) -> Verdict:
    """Every form that this state asks for, and that is not optional, has been sent."""
    tasks = {task.key: task for task in definition.state(case.state).tasks}
    needed = [key for key, task in tasks.items() if task.fill is not None and not task.optional]
    is_open = {task.key for task in case.tasks if task.state == "open"}
    done = {task.key for task in case.tasks if task.state == "done"} - is_open
    missing = [key for key in needed if key not in done]
    if missing:
        names: tuple[Param, ...] = tuple(tasks[key].label or key for key in missing)
        return refuse(Message("guard.tasks_done", tasks=names), needed=needed, missing=missing)
    return allow(needed=needed, missing=[])


@guard
def not_same_person(case: CaseView, definition: WorkflowDefinition, *, roles: tuple[RoleOption, ...]) -> Verdict:
    """No person holds more than one of these roles in the case."""
    seen: dict[int, str] = {}
    for role in roles:
        for holder in case.roles.get(role, ()):
            other = seen.setdefault(holder.person_id, role)
            if other != role:
                labels = {spec.key: spec.label or spec.key for spec in definition.roles}
                message = Message(
                    "guard.not_same_person",
                    name=holder.name,
                    one=labels.get(other, other),
                    other=labels.get(role, role),
                )
                return refuse(message, roles=list(roles), person=holder.ref)
    return allow(roles=list(roles))


@guard
def form_sent(case: CaseView, definition: WorkflowDefinition, *, form: FormOption) -> Verdict:
    """A form of the case has been sent at least once, in whatever state."""
    if form in case.answers:
        return allow(form=form)
    labels = {schema.key: schema.label or schema.key for schema in definition.forms}
    return refuse(Message("guard.form_sent", form=labels.get(form, form)), form=form)


@guard
def final_by_rule(case: CaseView) -> Verdict:
    """A deadline that is over has made the result final by rule."""
    return allow(final=True) if case.final_by_rule else refuse(Message("guard.final_by_rule"), final=False)


@guard
def not_final_by_rule(case: CaseView) -> Verdict:
    """No deadline has made the result final by rule: there is still an objection."""
    return refuse(Message("guard.not_final_by_rule"), final=True) if case.final_by_rule else allow(final=False)


@guard
def children_done(case: CaseView, definition: WorkflowDefinition, *, children: tuple[LinkOption, ...] = ()) -> Verdict:
    """The cases inside this one, of these links or of every child that is not optional, are there and over."""
    waited = linked.waited_for(definition, case, children)
    looked_at = {key: sum(each.is_over for each in case.children.get(key, ())) for key in case.children}
    if not waited:
        return allow(done=looked_at)
    names: tuple[Param, ...] = tuple(
        Message(
            "guard.child_running" if each.is_open else "guard.child_to_come",
            link=linked.named(each.link), first=each.part.first, last=each.part.last,
        )
        for each in waited
    )  # fmt: skip
    missing = [f"{each.link.key} {each.part.first}" for each in waited]
    return refuse(Message("guard.children_done", count=len(waited), cases=names), done=looked_at, missing=missing)
