"""Verbs on where a program is told what happened to cases: set it, end it; and the sending (hook_watch.py asks for it).

A webhook hangs on an API key: it tells of the unit of that key alone, and nothing once the key opens nothing. What is
sent names refs, kinds and states and nobody; it is signed (Standard Webhooks, 1.0: HMAC-SHA256 over id, time and body)
with a secret that is made from the installation's and not kept. Where to is the operator's list (engine/reach.py).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine import api_keys, reach
from engine.api_keys import Keyed
from engine.core.errors import InvalidSubmission, NotFound, Unavailable
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.hook_watch import KIND
from engine.runtime import Runtime
from engine.staffing import Act
from engine.store.queries import api_hooks as queries
from engine.store.queries import outbox
from engine.store.refs import new_ref

SECRET = "whsec_"
REST = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a program is told, and with what it knows that it is us."""

    ref: str
    url: str
    secret: str


def put(rt: Runtime, url: str, *, keyed: Keyed) -> Hook:
    """Tell the program of a key at an address from now on, with a new secret. Raises InvalidSubmission naming `url`."""
    if not reach.may_post(url, rt.hooks or reach.Allowed()):
        raise InvalidSubmission({"url": Message("webhooks.not_allowed")})
    at, ref = rt.clock(), new_ref()
    with rt.db.begin() as db:
        queries.put(db, key_id=keyed.key_id, ref=ref, url=url, made_at=to_text(at), since=to_text(at))
        public = {"key": keyed.key, "hook": ref}
        Act(rt, db, keyed.actor, at).record(f"person:{keyed.actor.ref}", "api_key.hooked", public, {"url": url})
    return Hook(ref, url, secret(rt, ref))


def show(rt: Runtime, *, keyed: Keyed) -> Hook:
    """Where the program of a key is told. NotFound where it is not."""
    with rt.db.read() as db:
        found = queries.of_key(db, keyed.key_id)
    if found is None:
        raise NotFound(Message("webhooks.none"))
    return Hook(found.ref, found.url, secret(rt, found.ref))


def drop(rt: Runtime, *, keyed: Keyed) -> None:
    """Tell it no more; twice is no error."""
    at = rt.clock()
    with rt.db.begin() as db:
        if queries.drop(db, keyed.key_id):
            public = {"key": keyed.key}
            Act(rt, db, keyed.actor, at).record(f"person:{keyed.actor.ref}", "api_key.unhooked", public)


def secret(rt: Runtime, ref: str) -> str:
    """The secret of a webhook, as its program takes it."""
    return SECRET + base64.b64encode(_key(rt, ref)).decode()


def _key(rt: Runtime, ref: str) -> bytes:
    return hmac.digest(rt.keys.session, f"webhook\0{ref}".encode(), "sha256")


def deliver(rt: Runtime, body: Mapping[str, Any]) -> None:
    """WORK webhooks.send, outside any transaction: tell one event. Raises Unavailable, so that it is tried again."""
    with rt.db.read() as db:
        hook, event = queries.by_ref(db, body["hook"]), queries.event(db, body["event"])
        keyed = None if hook is None else api_keys.live(db, hook.key_id, rt.clock())
    if hook is None or event is None or keyed is None or event.unit_id not in keyed.within:
        return  # nobody is told any more
    sent = told(event)
    found = reach.post(hook.url, rt.hooks or reach.Allowed(), _headers(rt, hook.ref, event.ref, sent), sent)
    if found.outcome != "reached":
        raise Unavailable(Message("webhooks.not_taken", outcome=found.outcome, answer=str(found.status or "–")))


def rest(rt: Runtime, db: Connection, body: Mapping[str, Any], error: Exception, last: bool) -> bool:
    """After a failure nothing is told there for a while: an address that never answers takes seconds each time."""
    now, prefix = rt.clock(), f"{KIND}:{body['hook']}:"
    outbox.postpone(db, KIND, prefix, to_text(now), to_text(now + REST))
    return False


def told(event: Any) -> bytes:
    """What is said of an event: refs, kinds and states, and of nobody."""
    names = ("kind", "at", "transition", "from_state", "to_state", "n")
    return canonical({"event": event.ref, "case": event.case_ref, **{name: getattr(event, name) for name in names}})


def _headers(rt: Runtime, ref: str, event: str, body: bytes) -> dict[str, str]:
    moment = str(int(rt.clock().timestamp()))
    signature = hmac.digest(_key(rt, ref), b".".join((event.encode(), moment.encode(), body)), "sha256")
    return {
        "User-Agent": "Siklus-webhook",
        "Content-Type": "application/json",
        "Connection": "close",
        "Webhook-Id": event,
        "Webhook-Timestamp": moment,
        "Webhook-Signature": f"v1,{base64.b64encode(signature).decode()}",
    }
