"""Verbs on designs: begin one, edit it, undo and redo one's own edits, hand it in for review, discard it.

Any administrator designs; several may at once. Each step is an event in the trail and a row that stays, and an edit
that saw something else than stands there now conflicts: nothing is lost. What an edit does is core/designing/edits.py;
beginning one is design_beginnings.py, how a step is kept design_steps.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from engine import definitions, scenarios
from engine.authority import require_admin
from engine.core.case import Actor
from engine.core.definition import Definition
from engine.core.designing.draft import begun
from engine.core.designing.edits import Changed, Edit, Put, as_list, from_json, require_few
from engine.core.errors import BadRequest, EditConflict, InvalidDefinition, NotFound, Problem, Refused
from engine.core.hints import shown
from engine.core.messages import Message
from engine.core.reading import parse
from engine.core.reading.positions import NOWHERE
from engine.core.reading.shapes import ROOTS
from engine.core.times import to_text
from engine.core.written import text_of
from engine.design_beginnings import begin as begin
from engine.design_beginnings import begin_from_version as begin_from_version
from engine.design_judging import judge
from engine.design_steps import Revision as Revision
from engine.design_steps import Step, require_bearable, stream_of, take
from engine.design_steps import draft_of as draft_of
from engine.design_steps import status_of as status_of
from engine.documents import read_yaml, write_yaml
from engine.runtime import Runtime
from engine.store.queries import definitions as versions
from engine.store.queries import designs as queries
from engine.store.queries.locks import wait_for_turn

KEPT = ("kind", "format", "key", "lock")  # of a design, whatever a file says
LONGEST_PART = 200


def edit(rt: Runtime, ref: str, edits: Iterable[Edit], *, actor: Actor) -> Revision:
    """Do edits, all or none, as one step. Edits that change nothing leave no step.

    Raises EditConflict with who changed it and when, InvalidEdit, and Refused for a design that is not open.
    """
    return _edited(rt, ref, tuple(edits), actor, whole=True)[0]


def edit_what_fits(
    rt: Runtime, ref: str, edits: Iterable[Edit], *, actor: Actor
) -> tuple[Revision, tuple[EditConflict, ...]]:
    """Do the edits that do not conflict, as one step, and answer with the conflicts of the others."""
    return _edited(rt, ref, tuple(edits), actor, whole=False)


def _edited(
    rt: Runtime, ref: str, wanted: tuple[Edit, ...], actor: Actor, *, whole: bool
) -> tuple[Revision, tuple[EditConflict, ...]]:
    """Edits are judged before the design is locked, and once more where somebody has edited it in between."""
    require_few(wanted)
    require_bearable(as_list(wanted))
    require_admin(actor)
    with rt.db.read() as db:
        judged = judge(rt, db, _in_hand(queries.by_ref(db, ref)), wanted)
    with rt.db.begin() as db:
        design = _open(db, ref, actor)
        merged = (judged if judged.number == design.number else judge(rt, db, design, wanted)).merged
        if whole and merged.conflicts:
            raise merged.conflicts[0]
        changed = merged.changed
        last = queries.latest_of(db, design.id, actor.person_id)
        if changed.draft == draft_of(design):
            return Revision(ref, design.number, changed.draft, *_ways(last)), merged.conflicts
        number = design.number + 1
        step = Step("edited", merged.done, to_undo=number, below=last.to_undo if last else None)
        return take(rt, db, design, changed, step, actor), merged.conflicts


def undo(rt: Runtime, ref: str, *, actor: Actor, leaving: bool = False) -> Revision:
    """Take back the actor's own last edit that still stands; a step like any other, so it conflicts like one.

    `leaving`: let that edit stand and go past it, to the one before: for whoever met a conflict.
    """
    with rt.db.begin() as db:
        design = _open(db, ref, actor)
        last = queries.latest_of(db, design.id, actor.person_id)
        if last is None or last.to_undo is None:
            raise Refused(Message("designs.nothing_to_undo"))
        done = queries.step(db, design.id, last.to_undo)
        back = () if leaving else _stored(done.inverse)
        number = design.number + 1
        step = Step("undone", back, of=done.number, to_undo=done.below, to_redo=number, below=last.to_redo)
        return take(rt, db, design, _changed(rt, db, design, back), step, actor)


def redo(rt: Runtime, ref: str, *, actor: Actor) -> Revision:
    """Do again what the actor has taken back last, unless he has edited since."""
    with rt.db.begin() as db:
        design = _open(db, ref, actor)
        last = queries.latest_of(db, design.id, actor.person_id)
        if last is None or last.to_redo is None:
            raise Refused(Message("designs.nothing_to_redo"))
        undone = queries.step(db, design.id, last.to_redo)
        forth = _stored(undone.inverse)
        number = design.number + 1
        step = Step("redone", forth, of=undone.number, to_undo=number, to_redo=undone.below, below=last.to_undo)
        return take(rt, db, design, _changed(rt, db, design, forth), step, actor)


def hand_in(rt: Runtime, ref: str, *, actor: Actor) -> definitions.Version:
    """Make the draft a version, as importing its export would, and send it to review.

    Raises InvalidDefinition with what is wrong with it, and Refused when it is a version already that is no draft.
    """
    definition, number = _ready(rt, ref, actor)
    with rt.db.begin() as db:
        design = _open(db, ref, actor)
        if design.number != number:
            raise Refused(Message("designs.changed_meanwhile"))
        version = definitions.take_in(rt, db, definition, actor=actor, source=design.origin)
        if version.status != "draft":
            status = Message(f"definition.status.{version.status}")
            raise Refused(Message("designs.nothing_new", number=version.number, status=status))
        handed_in = versions.version(db, version.ref)
        # Before it is submitted: whoever worked at the design is an author, and gets no task to review it.
        take(rt, db, design, Changed(draft_of(design), ()), Step("handed_in"), actor, version=handed_in)
        return definitions.submit(rt, db, version.ref, actor=actor)


def _ready(rt: Runtime, ref: str, actor: Actor) -> tuple[Definition, int]:
    """The draft read as a definition whose scenarios hold, and which step it is as of: nothing is locked meanwhile."""
    require_admin(actor)
    with rt.db.read() as db:
        design = _in_hand(queries.by_ref(db, ref))
        codelists = definitions.published_codelists(rt, db)
    definition = parse.parse(draft_of(design).document, NOWHERE, rt.catalog, codelists)
    scenarios.play_ahead(rt, definition)
    return definition, design.number


def discard(rt: Runtime, ref: str, *, actor: Actor) -> None:
    """Put a design away for good; its steps stay in the trail."""
    with rt.db.begin() as db:
        design = _open(db, ref, actor)
        take(rt, db, design, Changed(draft_of(design), ()), Step("discarded"), actor)


def import_text(
    rt: Runtime, text: str | bytes, *, actor: Actor, source: str, name: str | None = None, into: str | None = None
) -> str:
    """Begin a design from YAML, or take YAML `into` one as a step; answers its ref. It may still be wrong in itself.

    Raises InvalidDefinition for what is no YAML of ours, or no workflow and no code list at all.
    """
    require_admin(actor)
    document, _ = read_yaml(text, source)
    if not isinstance(document, Mapping) or str(document.get("kind")) not in ROOTS:
        kind = document.get("kind") if isinstance(document, Mapping) else None
        raise InvalidDefinition([Problem("kind", Message("definition.kind", found=shown(kind)), 1, 1)])
    if into is None:
        draft = begun(document)
        called = name or _name_of(draft.document) or source
        return begin(rt, document, name=called, actor=actor, origin=source)
    edit(rt, into, _replacing(rt, into, document), actor=actor)
    return into


def _replacing(rt: Runtime, ref: str, document: Mapping[str, Any]) -> list[Edit]:
    """Edits that make a design say what another document says; which definition it is stays."""
    with rt.db.read() as db:
        row = queries.by_ref(db, ref)
    if row is None:
        raise NotFound(Message("designs.not_found"))
    if document["kind"] != row.kind:
        raise BadRequest(Message("designs.other_kind", found=str(document["kind"]), wanted=row.kind))
    before, after = draft_of(row).document, begun(document).document
    names = [name for name in {**before, **after} if name not in KEPT and before.get(name) != after.get(name)]
    return [Put(name, after.get(name), before.get(name)) for name in names]


def export_text(rt: Runtime, ref: str, *, actor: Actor) -> str:
    """The draft as YAML of the normal form, as far as it goes."""
    require_admin(actor)
    with rt.db.read() as db:
        return write_yaml(draft_of(_found(queries.by_ref(db, ref))).document)


def seen(rt: Runtime, ref: str, actor: Actor, part: str) -> None:
    """Note that the actor has a part of a design open; it is forgotten after a minute without another note."""
    require_admin(actor)
    if actor.person_id is None:
        return
    with rt.db.begin() as db:
        design = _found(queries.by_ref(db, ref))
        wait_for_turn(db, f"presence:{design.id}/{actor.person_id}")
        queries.see(db, design.id, actor.person_id, part[:LONGEST_PART], to_text(rt.clock()))


def _open(db: Connection, ref: str, actor: Actor) -> Row[Any]:
    """The design, locked until the commit, which this actor may change now."""
    require_admin(actor)
    wait_for_turn(db, stream_of(_found(queries.by_ref(db, ref))))
    return _in_hand(queries.by_ref(db, ref, lock=True))


def _in_hand(row: Row[Any] | None) -> Row[Any]:
    """A design that may be changed and handed in."""
    design = _found(row)
    if (status := status_of(design)) != "open":
        raise Refused(Message(f"designs.{status}"))
    return design


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise NotFound(Message("designs.not_found"))
    return row


def _changed(rt: Runtime, db: Connection, design: Row[Any], edits: tuple[Edit, ...]) -> Changed:
    merged = judge(rt, db, design, edits).merged
    if merged.conflicts:
        raise merged.conflicts[0]
    return merged.changed


def _stored(edits: str) -> tuple[Edit, ...]:
    return tuple(map(from_json, json.loads(edits)))


def _ways(last: Row[Any] | None) -> tuple[bool, bool]:
    return (False, False) if last is None else (last.to_undo is not None, last.to_redo is not None)


def _name_of(document: Mapping[str, Any]) -> str | None:
    name = text_of(document.get("name"))
    return None if name is None else name.id
