"""Verbs on links in answers: ask, after a form was sent, whether they can be reached; ask again. Nobody is held up.

The network is asked by engine/reach.py, outside any transaction; here stands what is asked, when, and what is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from engine import reach, snapshot
from engine.authority import ADMIN
from engine.core.case import Actor
from engine.core.effects import Enqueue
from engine.core.errors import NotAllowed, TooManyTries
from engine.core.filling import forms
from engine.core.filling.form import Form
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import history, outbox, scope
from engine.store.queries import links as queries

KIND = "links.check"
AT_ONCE = 3  # addresses between two commits
MOST = 50  # addresses of one form that are asked
FRESH = timedelta(minutes=5)  # an address that was asked so lately is not asked again
PACE = timedelta(minutes=10)  # between two times that a case's links are asked again by hand


def effects(form: Form, values: Mapping[str, Any], submission_ref: str) -> tuple[Enqueue, ...]:
    """What sending a form asks for: that its links are checked, where it has any that ask for it."""
    return (Enqueue(KIND, {"submissions": [submission_ref]}),) if any(addresses(form, values)) else ()


def addresses(form: Form, values: Mapping[str, Any]) -> Iterator[str]:
    """The addresses in answers to link fields with `reach: true`, also in the rows of tables."""
    yield from _within(form.questions, values)


def _within(questions: Any, values: Mapping[str, Any]) -> Iterator[str]:
    for question in questions:
        value = values.get(question.key)
        if value is None:
            continue
        if getattr(question.type, "reach", False):
            yield value
        elif (columns := getattr(question.type, "columns", None)) is not None:
            for row in value:
                yield from _within(columns, row)


def digest(address: str) -> str:
    """Under which name the check of an address is kept."""
    return hashlib.sha256(address.encode()).hexdigest()


def look(rt: Runtime, body: Mapping[str, Any]) -> dict[str, reach.Found]:
    """WORK links.check, before its transaction: ask a few of the addresses that are due; address → what came of it."""
    with rt.db.read() as db:
        due = _due(rt, db, body)
    allowed = rt.reach or reach.Allowed()
    return {address: reach.check(address, allowed) for address in due[:AT_ONCE]}


def keep(rt: Runtime, db: Connection, body: Mapping[str, Any], found: Mapping[str, reach.Found]) -> bool:
    """WORK links.check: keep what was found; True while there is more to ask."""
    at = to_text(rt.clock())
    for address, answer in sorted(found.items()):
        queries.keep(db, digest(address), answer.outcome, answer.status, at)
    return bool(found) and bool(_due(rt, db, body))


def _due(rt: Runtime, db: Connection, body: Mapping[str, Any]) -> list[str]:
    """The addresses of the submissions that nobody has asked lately, each once. Erased answers have none."""
    found: dict[str, None] = {}
    for ref in body["options"]["submissions"]:
        row = history.submission(db, ref)
        if row is not None and row.body is not None:
            form = rt.library.workflow(db, row.definition_digest).forms[row.form]
            found |= dict.fromkeys(addresses(form, forms.load(form, json.loads(row.body))))
    wanted = list(found)[:MOST]
    lately = to_text(rt.clock() - FRESH)
    known = queries.of(db, map(digest, wanted))
    return [each for each in wanted if (row := known.get(digest(each))) is None or row.at <= lately]


def recheck(rt: Runtime, case_ref: str, *, actor: Actor) -> None:
    """Ask all links of a case again, for whoever administers it. Raises TooManyTries within PACE of the last time."""
    at = rt.clock()
    with rt.db.begin() as db:
        found = snapshot.load(rt, db, case_ref, actor, at)
        if not (found.oversees and scope.covers(db, actor, found.unit_id, ADMIN)):
            raise NotAllowed(Message("links.admins_only"))
        turn, rest = divmod(int(at.timestamp()), int(PACE.total_seconds()))
        body = {"case": case_ref, "options": {"submissions": queries.submissions_of(db, case_ref)}}
        row = outbox.add_once(db, KIND, canonical(body).decode(), f"{KIND}:{case_ref}:{turn}", to_text(at))
        if row is None:
            seconds = int(PACE.total_seconds()) - rest
            raise TooManyTries(Message("links.paced", minutes=seconds // 60 + 1), seconds)
    rt.queue([row])
