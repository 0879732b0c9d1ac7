"""Idempotency: one key of one actor has one effect, and the same answer each time it comes back.

The store keeps key, body digest and answer in the transaction of the effect itself
(draft-ietf-httpapi-idempotency-key-header, section 2).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from engine.core.case import Actor
from engine.core.errors import BadRequest, KeyReused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical, digest
from engine.core.times import to_text
from engine.store.queries import requests as queries
from engine.store.queries.case_head import Asker
from engine.store.queries.locks import wait_for_turn
from engine.store.statement import Statement, together


class Once:
    """One attempt at an act. Ask `answered` once the row that decides is locked; `remember` before the commit.

    Verbs on a case find the row of the key beside the case (`asker`) and ask `told`; they write by `call`.
    A verb that takes no key from its caller (the loader, the command line) answers nothing and remembers nothing.
    """

    def __init__(self, actor: Actor, key: str | None, route: str, body: Any) -> None:
        if key is not None and (not 8 <= len(key) <= 128 or not (key.isascii() and key.isprintable())):
            raise BadRequest(Message("request.key_malformed"))
        self._actor = actor.person_id or 0
        self._key = key or ""
        self._route = route
        self._digest = digest(body)

    @property
    def asker(self) -> Asker:
        """Whose key is looked for."""
        return Asker(self._actor, self._key)

    def answered(self, db: Connection) -> dict[str, Any] | None:
        """The stored answer of an earlier attempt; KeyReused when that attempt asked for something else.

        An attempt with the same key that is still at work is waited for: no row of the verb's own would hold us.
        """
        if not self._key:
            return None
        wait_for_turn(db, f"request:{self._actor}:{self._key}")
        row = queries.find(db, self._actor, self._key)
        return None if row is None else self.told(row)

    def told(self, row: Any) -> dict[str, Any] | None:
        """The same from a row that was read with something else, with nothing in it where there was no attempt."""
        if row.route is None:
            return None
        if row.route != self._route or row.body_hash != self._digest:
            raise KeyReused(Message("request.key_reused"))
        return dict(json.loads(row.response))

    def remember(self, db: Connection, answer: Mapping[str, Any], at: datetime) -> None:
        """Store the answer; the primary key refuses a second one."""
        if self._key:
            together(db, [self.call(answer, at)])

    def call(self, answer: Mapping[str, Any], at: datetime) -> tuple[Statement, Mapping[str, Any]]:
        """The statement that stores the answer."""
        response = canonical(dict(answer)).decode()
        return queries.adding(self._actor, self._key, self._route, self._digest, response, to_text(at))
