"""Verbs that begin designs: from a document, or from a version. They are called through designs.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection

from engine import design_steps as steps
from engine.authority import require_admin
from engine.core.case import Actor
from engine.core.definition import FORMAT, KEY
from engine.core.designing.draft import Draft, begun
from engine.core.designing.keys import free, slug
from engine.core.errors import BadRequest, NotFound
from engine.core.messages import Message, Text
from engine.core.proof.canonical import canonical
from engine.core.reading.shapes import ROOTS
from engine.core.times import to_text
from engine.runtime import Runtime
from engine.store.queries import definitions as versions
from engine.store.queries import designs as queries
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref

LONGEST_NAME = 200


def begin(rt: Runtime, document: Mapping[str, Any], *, name: str, actor: Actor, origin: str) -> str:
    """Begin a design from a document in the normal form, which may be incomplete; answers its ref.

    `origin`: where it came from, as versions say it. A document without a key begins a definition of its own, whose
    key comes from the name; with one, it is to become the next version of that definition.
    """
    require_admin(actor)
    with rt.db.begin() as db:
        return _begin(rt, db, document, name=name, actor=actor, origin=origin)


def begin_from_version(rt: Runtime, version_ref: str, *, actor: Actor, name: str | None = None) -> str:
    """Begin a design from a version, to become the next one; its boxes stand where they stood. Answers its ref."""
    require_admin(actor)
    with rt.db.begin() as db:
        version = versions.version(db, version_ref)
        if version is None:
            raise NotFound(Message("definition.not_found"))
        document = json.loads(versions.body(db, version.digest) or "{}")
        places = json.loads(queries.places_of_version(db, version.id) or "{}")
        called = name or str(document.get("name", {}).get("id") or version.key)
        origin = f"{version.key} {version.number}"
        return _begin(rt, db, document, name=called, actor=actor, origin=origin, version=version, places=places)


def _begin(
    rt: Runtime,
    db: Connection,
    document: Mapping[str, Any],
    *,
    name: str,
    actor: Actor,
    origin: str,
    version: Any = None,
    places: Mapping[str, Any] | None = None,
) -> str:
    called = name.strip()[:LONGEST_NAME]
    if not called:
        raise BadRequest(Message("designs.name_needed"))
    kind = str(document.get("kind"))
    if kind not in ROOTS:
        raise BadRequest(Message("designs.kind"))
    draft = _named(begun(document, {key: (x, y) for key, (x, y) in (places or {}).items()}), called)
    wait_for_turn(db, f"designs:{kind}")
    draft = _keyed(db, draft, kind, called)
    design = SimpleNamespace(ref=new_ref(), kind=kind, key=draft.document["key"])
    wait_for_turn(db, steps.stream_of(design))
    at = rt.clock()
    now = to_text(at)
    design_id = queries.add(
        db, ref=design.ref, kind=kind, key=design.key, name=called, origin=origin[:LONGEST_NAME], number=0,
        from_version_id=version.id if version is not None else None, begun_by=actor.person_id, begun_at=now,
        changed_by=actor.person_id, changed_at=now, **steps.written(draft),
    )  # fmt: skip
    began_as = {"document": draft.document, "places": {key: list(point) for key, point in draft.places.items()}}
    public = steps.facts([], [], draft, began_as) | ({} if version is None else {"from": version.ref})
    event = steps.tell(rt, db, design, "begun", 0, public, actor, at, {"name": called})
    queries.add_step(
        db, design_id=design_id, number=0, step="begun", event_ref=event, person_id=actor.person_id, at=now,
        edits="[]", inverse="[]", document=canonical(began_as).decode(),
    )  # fmt: skip
    return str(design.ref)


def _named(draft: Draft, name: str) -> Draft:
    """The draft with a name and a format, where it lacks them."""
    lacking = {"name": Text(name, name).as_document(), "format": FORMAT}
    return begun({**lacking, **draft.document}, draft.places)


def _keyed(db: Connection, draft: Draft, kind: str, name: str) -> Draft:
    """The draft with a key: its own, or a new one made from its name."""
    own = draft.document.get("key")
    if isinstance(own, str) and KEY.match(own):
        return draft
    key = free(slug(name) or kind, queries.keys(db, kind), named=True)
    return begun({**draft.document, "key": key}, draft.places)
