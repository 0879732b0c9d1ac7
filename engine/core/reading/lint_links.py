"""What links to other workflows say by themselves: names, parts of the period, and that somebody opens them.

Whether the other workflow is there and fits is linking.py's.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import ChildSpec, FollowUpSpec, LinkSpec, WorkflowDefinition
from engine.core.errors import Problem
from engine.core.linked import MONTHS, MOST, SOME_YEAR, parts
from engine.core.messages import Message
from engine.core.reading.declared import keys, twice, unknown
from engine.core.reading.linking import place

LONG = {"year": 12, "half_year": 6, "quarter": 3, "month": 1, "none": 0}
OPENS, WAITS = "open_case", "children_done"


def link_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield what is wrong with children and follow-ups, and with what is read of the parent."""
    yield from _once(definition)
    for link in definition.links:
        yield from _link(place(definition, link), definition, link)
    for child in definition.children:
        yield from _child(f"children.{child.key}", definition, child)
    for follow_up in definition.follow_ups:
        yield from _follow_up(f"follow_ups.{follow_up.key}", definition, follow_up)
    yield from _too_many(definition)
    yield from _ends_before(definition)
    yield from _reads(definition)


def _once(definition: WorkflowDefinition) -> Iterator[Problem]:
    yield from twice("children", definition.children)
    yield from twice("follow_ups", definition.follow_ups)
    for key in sorted(set(keys(definition.children)) & set(keys(definition.follow_ups))):
        yield Problem(f"follow_ups.{key}", Message("lint.twice", key=key))


def _link(path: str, definition: WorkflowDefinition, link: LinkSpec) -> Iterator[Problem]:
    for index, state in enumerate(link.in_):
        yield from unknown(f"{path}.in.{index}", "state", state, keys(definition.states))
    if link.about is not None:
        yield from unknown(f"{path}.about", "role", link.about, keys(definition.roles))
    if link.workflow == definition.key:
        yield Problem(f"{path}.workflow", Message("lint.link_itself", workflow=link.workflow))
    if link.when is not None and not link.in_:
        yield Problem(f"{path}.when", Message("lint.link_when_alone", link=link.key))
    by_role = isinstance(link, FollowUpSpec) and link.by is not None
    if not link.in_ and not by_role and not _is_opened(definition, link):
        yield Problem(path, Message("lint.link_never_opened", link=link.key), warning=True)


def _is_opened(definition: WorkflowDefinition, link: LinkSpec) -> bool:
    calls = (call for each in definition.transitions for call in each.actions if call.name == OPENS)
    return any(call.options.get("link") == link.key for call in calls)


def _child(path: str, definition: WorkflowDefinition, child: ChildSpec) -> Iterator[Problem]:
    final = {state.key for state in definition.states if state.final}
    for index, state in enumerate(child.in_):
        if state in final:
            yield Problem(f"{path}.in.{index}", Message("lint.child_in_final", link=child.key, state=state))
    if child.every is not None and MONTHS[child.every] >= LONG[definition.period]:
        message = Message("lint.child_every", link=child.key, every=child.every, period=definition.period)
        yield Problem(f"{path}.every", message)


def _follow_up(path: str, definition: WorkflowDefinition, link: FollowUpSpec) -> Iterator[Problem]:
    for index, state in enumerate(link.states):
        yield from unknown(f"{path}.states.{index}", "state", state, keys(definition.states))
    if link.by is not None:
        yield from unknown(f"{path}.by", "role", link.by, keys(definition.roles))
    if (link.by is None) != (not link.states):
        yield Problem(path, Message("lint.follow_up_by", link=link.key))
    if link.working_days is not None and link.by is None:
        yield Problem(f"{path}.working_days", Message("lint.follow_up_days", link=link.key))


def _too_many(definition: WorkflowDefinition) -> Iterator[Problem]:
    count = sum(len(parts(child, *SOME_YEAR)) for child in definition.children)
    count += sum(link.most for link in definition.follow_ups)
    if count > MOST:
        yield Problem("children", Message("lint.too_many_linked", found=count, most=MOST))


def _ends_before(definition: WorkflowDefinition) -> Iterator[Problem]:
    """A case that may end while its children run leaves them without the one that waits for them."""
    if all(child.optional for child in definition.children):
        return
    final = {state.key for state in definition.states if state.final}
    for transition in definition.transitions:
        if transition.to in final and all(call.name != WAITS for call in transition.guards):
            message = Message("lint.ends_before_children", transition=transition.key)
            yield Problem(f"transitions.{transition.key}", message, warning=True)


def _reads(definition: WorkflowDefinition) -> Iterator[Problem]:
    if definition.parent is None:
        return
    seen: list[str] = []
    for read in definition.parent.reads:
        if any(read.path == other or _is_below(read.path, other) or _is_below(other, read.path) for other in seen):
            yield Problem(f"parent.reads.{read.path}", Message("lint.read_twice", name=read.path))
        seen.append(read.path)


def _is_below(path: str, other: str) -> bool:
    return path.startswith(f"{other}.")
