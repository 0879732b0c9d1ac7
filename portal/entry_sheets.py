"""The form of an entry as its pages draw it, and the entry that somebody may put right: for writing and for asking."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from engine import entry_rights
from engine.core.errors import NotFound
from engine.core.filling import fieldtype, formviews, sight
from engine.core.messages import Message
from engine.core.times import to_date
from engine.store.queries import entries as queries
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.forms import Sheet, sheet
from engine.web.language import language, today

if TYPE_CHECKING:
    from engine.core.register import Register

BESIDE = ("day", "", "reason")  # what is said elsewhere on the page than in the form


def laid_out(register: Register, raw: Mapping[str, Any], day: date, errors: Mapping[str, Message]) -> Sheet:
    """The form with what was typed and what is wrong with it. `day`: local, of whom the entry tells."""
    facts = fieldtype.FormFacts(today(), day, day)
    known = {path: found for path, found in errors.items() if path not in BESIDE}
    view = formviews.to_fill(register.form, raw, facts, known, as_typed=True, sight=sight.WHOLE)
    return sheet(view, language())


def to_correct(ref: str) -> tuple[Any, Register, dict[str, Any]]:
    """An entry that the actor may correct, with its answers as raw ones; NotFound or NotAllowed else."""
    rt = runtime()
    with rt.db.read() as db:
        row = queries.by_ref(db, ref)
        if row is None:
            raise NotFound(Message("register.entry_not_found"))
        register = rt.library.register(db, row.definition_digest)
        about = entry_rights.subject_of(db, row)
        entry_rights.require(db, register, about, to_date(row.day), "correct", require_actor())
    kept = json.loads(row.body) if row.body is not None else {}
    return row, register, {each.key: kept.get(each.key) for each in register.form.questions}
