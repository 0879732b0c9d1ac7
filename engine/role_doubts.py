"""What is doubtful about the roles of a definition, looked at beside the people and posts that there are. Reads only.

A warning, not a refusal: a post may be added after the definition is published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from engine.core.messages import Message
from engine.core.rules import chain
from engine.staffing import ROLES
from engine.store.queries import staffing

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition


def doubts(db: Connection, definition: WorkflowDefinition) -> tuple[Message, ...]:
    """A message for each rule by which nobody can be found: of an unknown post, or of a grant that does not exist."""
    rules = [(spec.key, rule) for spec in definition.roles for rule in chain(spec)]
    posts = {rule.post for _, rule in rules if rule.post is not None}
    known = staffing.known_posts(db, posts)
    found = [
        Message("lint.post_unknown", role=role, post=rule.post)
        for role, rule in rules
        if rule.post is not None and rule.post not in known
    ]
    found += [
        Message("lint.grant_unknown", role=role, grant=rule.grant, known=ROLES)
        for role, rule in rules
        if rule.grant is not None and rule.grant not in ROLES
    ]
    return tuple(found)
