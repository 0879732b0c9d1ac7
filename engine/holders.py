"""Who holds the roles of a case on a day, from appointments and grants; and the re-pointing of open tasks.

`resolve` is asked at each submit and fire, so it reads only what the roles' rules need.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from engine.core import roles
from engine.core.case import Holder
from engine.core.compiled import Workflow
from engine.store.queries import people

NO_OVERRIDES: Mapping[str, tuple[Holder, ...]] = {}


def resolve(
    db: Connection,
    workflow: Workflow,
    subject: Holder | None,
    unit_id: int,
    on: date,
    overrides: Mapping[str, tuple[Holder, ...]] = NO_OVERRIDES,
) -> dict[str, tuple[Holder, ...]]:
    """Role key → its holders on a day, each with the appointment, grant or reassignment behind it."""
    specs = workflow.definition.roles
    needs = roles.needs(specs)
    grants = {grant: people.grant_holders(db, grant, unit_id, on) for grant in needs.grants}
    superiors = _superiors(db, subject, needs.superior_steps, on)
    return roles.resolve(specs, roles.RoleFacts(subject, superiors, grants, overrides))


def _superiors(db: Connection, subject: Holder | None, steps: int, on: date) -> dict[int, tuple[Holder, ...]]:
    """Person → the holders of his superior post, for as many steps up as the definition asks."""
    found: dict[int, tuple[Holder, ...]] = {}
    level = [subject.person_id] if subject else []
    for _ in range(steps):
        for person in level:
            found[person] = people.superior_holders(db, person, on)
        level = [holder.person_id for person in level for holder in found[person]]
    return found
