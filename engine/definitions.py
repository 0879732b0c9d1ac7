"""Verbs on definitions: import a document as a draft, send it to review, publish, retire.

A draft's document may still change; a published version never does. Publishing pins every reference to a digest
inside the hashed document. Author and approver are two people. Any administrator drafts; what comes into force or goes
out of it for everybody is decided by those who administer every root unit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Row

from engine import public_promises, reviewing
from engine.approval import refusals as refusals
from engine.approval import why_not_publish
from engine.authority import require_admin_of_all
from engine.core.case import Actor
from engine.core.definition import Definition
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.core.messages import Message
from engine.core.proof.canonical import canonical
from engine.core.reading import parse
from engine.core.reading.known import Known
from engine.core.reading.normal import digest, dump, load, references, with_lock
from engine.core.times import to_text
from engine.documents import read_yaml
from engine.runtime import Runtime
from engine.scenarios import play_ahead, require_holding
from engine.store import apply
from engine.store.queries import definitions as queries
from engine.store.queries import linked
from engine.store.queries.locks import wait_for_turn
from engine.store.refs import new_ref


@dataclass(frozen=True, slots=True)
class Step:
    """A move of a version: from which statuses, to which, told as which event; `by_all` needs every root unit."""

    allowed: tuple[str, ...]
    status: str
    kind: str
    by_all: bool = True


SUBMIT = Step(("draft",), "in_review", "definition.submitted", by_all=False)
SEND_BACK = Step(("in_review",), "draft", "definition.sent_back")
RETIRE = Step(("published",), "retired", "definition.retired")


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a definition as verbs answer with it."""

    ref: str
    kind: str
    key: str
    number: int
    digest: str
    status: str


def import_document(rt: Runtime, text: str | bytes, *, actor: Actor, source: str) -> Version:
    """Keep a YAML document as a new draft version; the same document again answers with the version it already is.

    Raises InvalidDefinition with every problem of the document, and NotAllowed for people without the right.
    """
    _require_admin(actor)
    document, positions = read_yaml(text, source)
    with rt.db.read() as db:
        codelists = published_codelists(rt, db)
    definition = parse.parse(document, positions, rt.catalog, codelists)
    with rt.db.begin() as db:
        return take_in(rt, db, definition, actor=actor, source=source)


def take_in(rt: Runtime, db: Connection, definition: Definition, *, actor: Actor, source: str) -> Version:
    """Within an open transaction: keep a definition as a new draft version, or answer the one that it already is."""
    _require_admin(actor)
    wait_for_turn(db, _stream(definition))
    written = digest(definition)
    if (known := _same(db, definition, written)) is not None:
        return _version(known)
    return _add(rt, db, definition, written, actor, source)


def submit_for_review(rt: Runtime, version_ref: str, *, actor: Actor) -> Version:
    """Draft → in review; from here the document stays as it is."""
    _play_ahead(rt, version_ref, actor)
    with rt.db.begin() as db:
        return submit(rt, db, version_ref, actor=actor)


def submit(rt: Runtime, db: Connection, version_ref: str, *, actor: Actor) -> Version:
    """Within an open transaction: draft → in review. Whatever hands in a version comes through here.

    Raises Refused with the scenarios that fail.
    """
    _require_admin(actor)
    row = _locked(db, version_ref, SUBMIT.allowed)
    require_holding(rt, db, load(json.loads(queries.body(db, row.digest))))
    sent = _advance_in(rt, db, version_ref, actor, SUBMIT)
    reviewing.open_review(rt, db, row, actor, rt.clock())
    return sent


def send_back(rt: Runtime, version_ref: str, *, actor: Actor, reason: str) -> Version:
    """In review → draft, with what has to change; the case in which it is reviewed moves with it."""
    with rt.db.begin() as db:
        linked.lock_cases_about(db, version_ref)
        sent = take_back(rt, db, version_ref, actor=actor, reason=reason)
        reviewing.decided(rt, db, version_ref, "send_back", actor, rt.clock(), reason)
        return sent


def take_back(rt: Runtime, db: Connection, version_ref: str, *, actor: Actor, reason: str) -> Version:
    """Within an open transaction: in review → draft."""
    return _advance_in(rt, db, version_ref, actor, SEND_BACK, {"reason": reason})


def publish(rt: Runtime, version_ref: str, *, actor: Actor) -> Version:
    """In review → published, by somebody else than the author; pins references and retires the version before.

    The case in which it is reviewed moves with it. Raises NotAllowed for the author and whoever acts by his grace,
    Refused when a reference has no published version, or when scenarios fail.
    """
    _play_ahead(rt, version_ref, actor)
    with rt.db.begin() as db:
        linked.lock_cases_about(db, version_ref)
        version = put_in_force(rt, db, version_ref, actor=actor)
        reviewing.decided(rt, db, version_ref, "publish", actor, rt.clock())
        return version


def put_in_force(rt: Runtime, db: Connection, version_ref: str, *, actor: Actor) -> Version:
    """Within an open transaction: in review → published. Whatever publishes a version comes through here."""
    _require_admin(actor)
    now = rt.clock()
    at = to_text(now)
    row = _locked(db, version_ref, ("in_review",))
    if (wrong := why_not_publish(db, row, actor, now)) is not None:
        raise NotAllowed(wrong)
    locked = _pinned(rt, db, load(json.loads(queries.body(db, row.digest))))
    final = digest(locked)
    _keep(db, locked, final)
    public_promises.require_kept(db, locked)
    require_holding(rt, db, locked)
    for older in queries.published_versions(db, row.kind, row.key):
        queries.set_status(db, older.id, "retired", at)
        _tell(rt, db, older, actor, "definition.retired")
    queries.publish(db, row.id, final, actor.person_id, at)
    _tell(rt, db, row, actor, "definition.published", {"digest": final})
    return _version(queries.version(db, version_ref))


def retire(rt: Runtime, version_ref: str, *, actor: Actor) -> Version:
    """Published → retired: running cases keep it, new cycles cannot choose it."""
    return _advance(rt, version_ref, actor, RETIRE)


def published_codelists(rt: Runtime, db: Connection) -> Known:
    """The published code lists by key, and the published workflows beside them."""
    return rt.library.known(db)


def _same(db: Connection, definition: Definition, written: str) -> Row | None:
    """The version that this very document already is; what publishing pinned does not count."""
    for row in queries.versions_of(db, definition.kind, definition.key):
        if digest(with_lock(load(json.loads(row.body)), {})) == written:
            return row
    return None


def _add(rt: Runtime, db: Connection, definition: Definition, written: str, actor: Actor, source: str) -> Version:
    _keep(db, definition, written)
    ref = new_ref()
    queries.add_version(
        db,
        ref=ref,
        kind=definition.kind,
        key=definition.key,
        digest=written,
        author_id=actor.person_id,
        created_at=to_text(rt.clock()),
        source=source,
    )
    row = queries.version(db, ref)
    _tell(rt, db, row, actor, "definition.imported", {"digest": written, "source": source})
    return _version(row)


def _play_ahead(rt: Runtime, version_ref: str, actor: Actor) -> None:
    """Play the scenarios of a version before anything is locked; what is no version is told by who comes next."""
    _require_admin(actor)
    with rt.db.read() as db:
        row = queries.version(db, version_ref)
        body = queries.body(db, row.digest) if row is not None and row.status in ("draft", "in_review") else None
    if body is not None:
        play_ahead(rt, load(json.loads(body)))


def _advance(
    rt: Runtime,
    version_ref: str,
    actor: Actor,
    step: Step,
    private: Mapping[str, str] | None = None,
) -> Version:
    with rt.db.begin() as db:
        return _advance_in(rt, db, version_ref, actor, step, private)


def _advance_in(
    rt: Runtime,
    db: Connection,
    version_ref: str,
    actor: Actor,
    step: Step,
    private: Mapping[str, str] | None = None,
) -> Version:
    _require_admin(actor)
    if step.by_all:
        require_admin_of_all(db, actor, Message("definition.whole_only"))
    row = _locked(db, version_ref, step.allowed)
    queries.set_status(db, row.id, step.status, to_text(rt.clock()))
    _tell(rt, db, row, actor, step.kind, private=private)
    return _version(queries.version(db, version_ref))


def _locked(db: Connection, version_ref: str, allowed: tuple[str, ...]) -> Row:
    """The version, once it is our turn with its definition: two versions of one key are never published together."""
    named = queries.version(db, version_ref)
    if named is None:
        raise NotFound(Message("definition.not_found"))
    wait_for_turn(db, _stream(named))
    row = queries.version(db, version_ref, lock=True)
    if row.status not in allowed:
        raise Refused(Message("definition.wrong_status", status=Message(f"definition.status.{row.status}")))
    return row


def _pinned(rt: Runtime, db: Connection, definition: Definition) -> Definition:
    """The definition with each reference locked to the digest of the version published today."""
    known = rt.library.pins(db)
    wanted = references(definition, rt.catalog)
    missing = tuple(name for name in wanted if name not in known)
    if missing:
        raise Refused(Message("definition.unpublished_references", names=", ".join(missing)))
    return with_lock(definition, {name: known[name] for name in wanted})


def _keep(db: Connection, definition: Definition, name: str) -> None:
    queries.keep_body(db, name, definition.kind, definition.key, canonical(dump(definition)).decode())


def _tell(
    rt: Runtime,
    db: Connection,
    row: Row,
    actor: Actor,
    kind: str,
    public: Mapping[str, str] | None = None,
    private: Mapping[str, str] | None = None,
) -> None:
    """One event in the definition's stream: which version, by whom."""
    apply.append_event(
        db,
        stream=_stream(row),
        kind=kind,
        at=rt.clock(),
        actor=actor,
        public={"version": row.ref, "number": row.number, **(public or {})},
        private=private or {},
        product=rt.version,
    )


def _stream(named: Row | Definition) -> str:
    return f"definition:{named.kind}/{named.key}"


def _require_admin(actor: Actor) -> None:
    if not actor.is_system and not actor.has("admin"):
        raise NotAllowed(Message("definition.admins_only"))


def _version(row: Row) -> Version:
    return Version(row.ref, row.kind, row.key, row.number, row.digest, row.status)
