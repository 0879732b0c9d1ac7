"""Who signs a form shows again that it is he: the password, checked before the form is sent and kept nowhere.

Counted as a try to sign in, so that a stolen session is no way to guess. A second factor will stand beside it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from engine import accounts
from engine.core import machine
from engine.core.case import Actor, Signing
from engine.core.errors import InvalidSubmission
from engine.core.messages import Message
from engine.runtime import Runtime
from engine.snapshot import load_by_task
from engine.store.queries import requests


def proof(rt: Runtime, task_ref: str, *, actor: Actor, key: str, password: str, address: str) -> Signing | None:
    """That the actor signs the form of a task, when it asks for that and the password fits.

    None where nothing is to be signed, and for an act that was done already under this idempotency key: a repeated
    request is answered without another look at the password. Raises InvalidSubmission at the signatures for a wrong
    one, TooManyTries, and what keeps the actor from filling the task.
    """
    with rt.db.read() as db:
        if requests.find(db, actor.person_id or 0, key) is not None:
            return None
        asked = _asked(rt, db, task_ref, actor)
    if not asked:
        return None
    if not accounts.confirm(rt, actor=actor, password=password, address=address):
        raise InvalidSubmission({name: Message("field.signature.wrong") for name in asked})
    return Signing(actor.ref, actor.name, "password")


def _asked(rt: Runtime, db: Connection, task_ref: str, actor: Actor) -> tuple[str, ...]:
    found = load_by_task(rt, db, task_ref, actor, rt.clock(), answers=False)
    task = next((task for task in found.view.tasks if task.ref == task_ref), None)
    if task is None:
        return ()  # the case has moved on, which submit says
    machine.fillable(found.workflow, found.view, task.key, actor)
    spec = found.workflow.task(found.view.state, task.key)
    return found.workflow.forms[spec.fill or ""].questions.signatures
