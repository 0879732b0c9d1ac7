"""Entries that one might look at again: reasons with their entries, for superiors and administrators. Reads only."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from flask import Blueprint, render_template

from engine import entry_doubts
from engine.core.messages import Message, Text
from engine.store.queries import entries as queries
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import today
from portal import registers as lists

if TYPE_CHECKING:
    from engine.entry_doubts import Finding

pages = Blueprint("doubts", __name__)
NAMED = 5  # people whose names a reason tells


class Reason(NamedTuple):
    """A reason to look: in words, about whom, in which registers, from when to when, and what may be read of it."""

    kind: str
    title: Message
    help: Message
    people: tuple[str, ...]
    more: int
    registers: tuple[Text, ...]
    first: date
    last: date
    lines: tuple[lists.Line, ...]
    kept: int


@pages.get("/registers/doubts")
@permit("signed_in")
def show() -> str:
    """What there is to look at among the entries of my people and of the units that I administer."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found, is_cut = entry_doubts.findings(rt, db, actor, today())
        lines = lists.lines_of(rt, db, queries.listed(db, {ref for each in found for ref in each.refs}))
    by_ref = {line.ref: line for line in lines}
    reasons = [_reason(each, by_ref) for each in found]
    return render_template("portal/doubts.html", reasons=reasons, is_cut=is_cut, days=entry_doubts.BACK)


def _reason(found: Finding, by_ref: dict[str, lists.Line]) -> Reason:
    count = len(found.refs) + found.kept
    return Reason(
        kind=found.kind,
        title=Message(f"doubts.{found.kind}", count=count),
        help=Message(f"doubts.{found.kind}_help"),
        people=found.people[:NAMED],
        more=max(0, len(found.people) - NAMED),
        registers=tuple(each.definition.name for each in found.registers),
        first=found.first,
        last=found.last,
        lines=tuple(by_ref[ref] for ref in found.refs if ref in by_ref),
        kept=found.kept,
    )
